import {
  openAsPeer,
  type OpenedMessage,
  type PeerClock,
  type SealedMessage,
  type UserTable,
} from '../../message/index.ts'
import type { TrapEngineTable } from './receiver-options.ts'
import { PeerTime, type Milliseconds } from '../peer-time.ts'

/**
 * The engines that send version 3 traps, and the notion of the clock of each: of a trap its sender is
 * the authority (RFC 3414 section 3.2 step 7 b).
 *
 * Only engines that were configured or trusted for the user are known. So no stranger makes us
 * derive keys, and what is kept is bounded.
 */
export class TrapEngines {
  readonly #configured: () => TrapEngineTable
  readonly #trusted = new Set<string>()
  readonly #maxTrusted: number
  readonly #now: Milliseconds
  readonly #times = new Map<string, PeerTime>()
  #from: TrapEngineTable | undefined
  #known: ReadonlySet<string> = new Set()

  constructor(configured: () => TrapEngineTable, maxTrusted: number, now: Milliseconds) {
    this.#configured = configured
    this.#maxTrusted = maxTrusted
    this.#now = now
  }

  /** @returns `false` when there are too many already. */
  trust(user: string, engineId: Uint8Array, clock: PeerClock | undefined): boolean {
    const key = keyOf(user, engineId)
    if (!this.#trusted.has(key) && this.#trusted.size >= this.#maxTrusted) return false
    this.#trusted.add(key)
    if (clock !== undefined) this.#learn(key, clock)
    return true
  }

  #learn(key: string, clock: PeerClock): void {
    const time = this.#times.get(key) ?? new PeerTime(Uint8Array.from(clock.id), this.#now)
    const { boots, latest } = time.reading()
    if (clock.boots < boots || (clock.boots === boots && clock.latest <= latest)) return
    time.set(clock)
    this.#times.set(key, time)
  }

  /** What the user-based model says of a trap of another engine. */
  open(message: SealedMessage, users: UserTable): OpenedMessage {
    const { header } = message
    const user = users.get(header.user)
    const key = keyOf(user?.name ?? '', header.engineId)
    if (user === undefined || !this.#isKnown(key)) {
      const status = user === undefined ? 'unknown-user' : 'unknown-engine'
      return { status, user: Buffer.from(header.user).toString(), level: header.level }
    }
    const engineId = Uint8Array.from(header.engineId)
    const keys = header.level === 'noAuthNoPriv' ? undefined : users.keysFor(user, engineId)
    const time = this.#times.get(key) ?? new PeerTime(engineId, this.#now)
    const opened = openAsPeer(message, user, keys, time.reading())
    if (opened.clock !== undefined) {
      time.set(opened.clock)
      this.#times.set(key, time)
    }
    return opened
  }

  #isKnown(key: string): boolean {
    const table = this.#configured()
    if (table !== this.#from) {
      this.#known = new Set(
        [...table].flatMap(([user, engines]) => engines.map((id) => keyOf(user, id))),
      )
      this.#from = table
      for (const old of this.#times.keys()) {
        if (!this.#known.has(old) && !this.#trusted.has(old)) this.#times.delete(old)
      }
    }
    return this.#known.has(key) || this.#trusted.has(key)
  }
}

function keyOf(user: string, engineId: Uint8Array): string {
  return `${Buffer.from(engineId).toString('hex')} ${user}`
}
