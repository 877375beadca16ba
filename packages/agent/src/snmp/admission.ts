import {
  deny,
  GUARD_FAILED,
  isNoPolicy,
  policyInForce,
  type Decision,
  type PolicyHolder,
} from '@gatehouse/core'
import * as tcp from '@gatehouse/tcp-wrappers'
import { canonical, NAMELESS, type PeerName } from '../listeners/peer-name.ts'

/** How long a name that was looked up counts, in milliseconds. */
const NAME_MS = 60_000

/** Most addresses whose names are kept: a sender can forge as many as it likes. */
const MAX_NAMES = 1_024

/** Most look-ups at once. */
const MAX_LOOK_UPS = 32

/** What the decision about sources stands on. */
export interface SourceParts {
  /** Name of the daemon in the rules. */
  readonly daemon: string
  readonly policies: PolicyHolder<tcp.Policy> & { readonly hash: string | undefined }
  /** Asks DNS; only if a rule asks for a name. */
  readonly lookUpName: (address: string) => Promise<PeerName>
  /** Clock, milliseconds that only rise. */
  readonly now: () => number
}

/** A source that is refused, and by what. */
export interface RefusedSource {
  readonly decision: Decision
  /** Hash of the rules that refused it. */
  readonly policy: string | undefined
}

interface KnownName {
  readonly name: PeerName
  readonly until: number
}

/**
 * Decides by TCP Wrappers whether anything is read that comes from an address, for each message anew.
 *
 * A message cannot wait: while a rule asks for names, the first of an address whose name is not known
 * is not admitted, and its name is looked up for the next. Managers repeat what is not answered.
 */
export class Sources {
  readonly #parts: SourceParts
  readonly #names = new Map<string, KnownName>()
  readonly #lookingUp = new Set<string>()
  #last: RefusedSource | undefined
  #refusals = 0
  #server: tcp.Server = {}

  constructor(parts: SourceParts) {
    this.#parts = parts
  }

  /** Where the messages came to that are asked about next: rules may be for one address or port alone. */
  arriveAt(server: tcp.Server): void {
    this.#server = server
  }

  /** Whether anything is read that this address sent; the names of the rules may not be known yet. */
  admits(source: string): boolean {
    this.#last = undefined
    const { daemon, policies } = this.#parts
    const address = canonical(source) ?? ''
    const policy = policyInForce(policies)
    const usesNames = !isNoPolicy(policy) && policy.usesNames
    const name = usesNames ? this.#nameOf(address) : NAMELESS
    // Not decided yet: nobody is told of that, the sender repeats.
    if (name === undefined) return false
    const client = { address, name: name.confirmed ?? (name.contradicted ? 'paranoid' : null) }
    const decision = decided(() => tcp.check(policy, { daemon, client, server: this.#server }))
    if (decision.outcome === 'allow') return true
    this.#refusals += 1
    this.#last = { decision, policy: policies.hash }
    return false
  }

  /** Why the address that was asked about last is refused; nothing when it is not, or is not decided yet. */
  get lastRefusal(): RefusedSource | undefined {
    return this.#last
  }

  /** How often a source was refused. */
  get refusals(): number {
    return this.#refusals
  }

  #nameOf(address: string): PeerName | undefined {
    const known = this.#names.get(address)
    if (known !== undefined && known.until > this.#parts.now()) return known.name
    if (!this.#lookingUp.has(address) && this.#lookingUp.size < MAX_LOOK_UPS) {
      this.#lookingUp.add(address)
      void this.#lookUp(address)
    }
    return undefined
  }

  async #lookUp(address: string): Promise<void> {
    const { lookUpName, now } = this.#parts
    const name = await lookUpName(address).catch(() => NAMELESS)
    this.#lookingUp.delete(address)
    this.#names.delete(address)
    this.#names.set(address, { name, until: now() + NAME_MS })
    const [oldest] = this.#names.keys()
    if (this.#names.size > MAX_NAMES && oldest !== undefined) this.#names.delete(oldest)
  }
}

/** As `compose` decides, at once. */
function decided(check: () => Decision): Decision {
  try {
    return check()
  } catch {
    return deny({ code: GUARD_FAILED })
  }
}
