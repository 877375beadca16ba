import { isNoPolicy, policyInForce, type NoPolicy } from '@gatehouse/core'
import { check } from '../../check.ts'
import { communityDigest } from '../../community.ts'
import {
  decodeMessage,
  UserTable,
  type CommunityMessage,
  type MessageFault,
  type Value,
  type Varbind,
} from '../../message/index.ts'
import type { Configuration } from '../../model.ts'
import type { Request, Version } from '../../request.ts'
import { AuthenTraps } from './authen-traps.ts'
import { CommandAnswerer } from './command-answerer.ts'
import { FAULT_COUNTERS, SnmpCounters } from '../counters.ts'
import { communityEnvelope } from './envelope.ts'
import { EventSink, type EventDetails } from '../events.ts'
import { communityRequest, isCommand, type Incoming } from './incoming.ts'
import type { ObjectTree } from './object-tree.ts'
import type { ObjectInstance } from './objects.ts'
import { ownGroups } from './own-objects.ts'
import { RateLimit } from '../rate-limit.ts'
import { limitsOf, type ResponderLimits, type ResponderOptions } from './responder-options.ts'
import { SealedReader } from './sealed-request.ts'

/** What a message asks for, once it is known who asks and before anything is looked up. */
export interface AskedObjects {
  readonly request: Request
  /** The context that the request is put in. */
  readonly context: string
}

/** A message that was read and is not answered yet. */
export interface OpenedRequest {
  /** `undefined` when no object will be looked up: nothing is answered, or a report or error is. */
  readonly asked: AskedObjects | undefined
  /** The octets that go back, `undefined` for silence. Call it once: each call counts, and sets. Never throws. */
  answer(): Uint8Array | undefined
}

interface Peer {
  readonly source: string
  readonly port: number
}

const MIN_DIGEST_KEY_OCTETS = 16

/**
 * Answers SNMP commands: octets in, octets out. It has no socket; see `listen`.
 *
 * Who may have what is decided by `answer` of the main entry, in the profile of the policy. Nothing
 * that is received makes it throw, and nothing that it is refused for is told to the sender beyond
 * what the profile says.
 */
export class CommandResponder {
  /** What was counted since the responder was made. */
  readonly counters: SnmpCounters = new SnmpCounters()
  readonly #options: ResponderOptions
  readonly #limits: ResponderLimits
  readonly #versions: ReadonlySet<Version>
  readonly #events: EventSink
  readonly #authenTraps = new AuthenTraps()
  readonly #groups: ReturnType<typeof ownGroups>
  readonly #answerer: CommandAnswerer
  readonly #sealed: SealedReader

  /** @throws TypeError for limits or a digest key that are too small. */
  constructor(options: ResponderOptions) {
    if (options.digestKey.length < MIN_DIGEST_KEY_OCTETS) {
      throw new TypeError(`key of fewer than ${MIN_DIGEST_KEY_OCTETS} octets`)
    }
    const limits = limitsOf(options.limits)
    this.#options = options
    this.#limits = limits
    this.#versions = new Set(options.versions ?? ['3'])
    const { counters } = this
    const events = new EventSink(options.onEvent, limits.eventsPerSecond, options.now)
    this.#events = events
    const { objects, onAuthenticationFailure, engine, now } = options
    const perSecond = limits.authenticationFailuresPerSecond
    const authenticationFailures = new RateLimit({ perSecond, ...(now !== undefined && { now }) })
    const answerer = new CommandAnswerer({
      objects,
      counters,
      events,
      limits,
      authenticationFailures,
      onAuthenticationFailure,
    })
    this.#answerer = answerer
    this.#sealed = new SealedReader({
      users: usersOf(options.users),
      engine,
      counters,
      events,
      limits,
      note: (source, verdict) => answerer.noteVerdict(source, verdict),
    })
    this.#groups = ownGroups({
      counters,
      authenTraps: this.#authenTraps,
      policy: () => policyInForce(options.policy),
      engine,
      maxMessageBytes: limits.maxMessageBytes,
    })
  }

  /** How many events were not handed on because there were too many. */
  get eventsLeftOut(): number {
    return this.#events.leftOut
  }

  /** The snmp group, snmpEngine, and the statistics of messages, contexts and users, in order. */
  objects(): readonly ObjectInstance[] {
    return [...this.#groups.values()].flatMap((provider) => provider())
  }

  /** Registers {@link objects} in a tree, each group under its own subtree. */
  registerObjects(tree: ObjectTree): void {
    for (const [subtree, provider] of this.#groups) tree.register(subtree, provider)
  }

  /**
   * Answers a message. Never throws.
   *
   * @param source - Address that it came from, without port.
   * @returns The octets to send back, `undefined` for silence.
   */
  receive(octets: Uint8Array, source: string, port: number): Uint8Array | undefined {
    const read = this.#readSafely(octets, { source, port })
    return read === undefined || read instanceof Uint8Array ? read : this.#answer(read)
  }

  /** As {@link receive}, in two steps: for providers that must be waited for in between. */
  open(octets: Uint8Array, source: string, port: number): OpenedRequest {
    const read = this.#readSafely(octets, { source, port })
    if (read === undefined || read instanceof Uint8Array) {
      return { asked: undefined, answer: () => read }
    }
    return { asked: askedBy(read), answer: () => this.#answer(read) }
  }

  #readSafely(octets: Uint8Array, peer: Peer): Incoming | Uint8Array | undefined {
    try {
      return this.#count(this.#read(octets, peer))
    } catch (cause) {
      this.#events.tell('failed', () => ({ ...peer, cause }))
      return undefined
    }
  }

  #answer(incoming: Incoming): Uint8Array | undefined {
    try {
      return this.#count(this.#answerer.answer(incoming))
    } catch (cause) {
      this.#events.tell('failed', () => ({ ...incoming.describe(), cause }))
      return undefined
    }
  }

  #count<Read>(read: Read): Read {
    if (read instanceof Uint8Array) this.counters.add('snmpOutPkts')
    return read
  }

  #read(octets: Uint8Array, peer: Peer): Incoming | Uint8Array | undefined {
    const { admit } = this.#options
    if (admit !== undefined && !admits(admit, peer.source)) {
      this.#events.tell('not-admitted', () => peer)
      return undefined
    }
    this.counters.add('snmpInPkts')
    const message =
      octets.length > this.#limits.maxMessageBytes ? 'malformed' : decodeMessage(octets)
    if (typeof message === 'string') return this.#drop(message, peer)
    const { version } = message
    if (!this.#versions.has(version)) {
      this.counters.add('snmpInBadVersions')
      this.#events.tell('version-off', () => ({ ...peer, version }))
      return undefined
    }
    const policy = this.#authenTraps.apply(policyInForce(this.#options.policy))
    return version === '3'
      ? this.#sealed.read(message, policy, peer)
      : this.#readCommunity(message, policy, peer)
  }

  #drop(fault: MessageFault, peer: Peer): undefined {
    this.counters.add(FAULT_COUNTERS[fault])
    this.#events.tell('malformed', () => ({ ...peer, fault }))
  }

  #readCommunity(
    message: CommunityMessage,
    policy: Configuration | NoPolicy,
    peer: Peer,
  ): Incoming | undefined {
    const { version, community, pdu } = message
    if (version === '1' && pdu.varbinds.some(isOfVersion2)) return this.#drop('malformed', peer)
    const describe = (): EventDetails => ({
      ...peer,
      version,
      communityDigest: communityDigest(community, this.#options.digestKey),
      pdu: pdu.type,
      objects: pdu.varbinds.map(({ oid }) => oid),
    })
    if (!isCommand(pdu)) {
      this.counters.add('snmpUnknownPDUHandlers')
      this.#events.tell('not-for-us', describe)
      return undefined
    }
    const request = communityRequest(message, pdu, peer.source)
    const envelope = communityEnvelope(message, this.#limits.maxResponseBytes)
    return { policy, request, pdu, envelope, describe }
  }
}

/** Types that version 1 does not have (RFC 1157 section 4.1, RFC 3416 section 3). */
const TYPES_OF_VERSION_2: ReadonlySet<Value['type']> = new Set<Value['type']>([
  'Counter64',
  'noSuchObject',
  'noSuchInstance',
  'endOfMibView',
])

function isOfVersion2({ value }: Varbind): boolean {
  return TYPES_OF_VERSION_2.has(value.type)
}

function usersOf(users: ResponderOptions['users']): () => UserTable {
  if (typeof users === 'function') return users
  const table = users ?? new UserTable([])
  return () => table
}

function admits(admit: (source: string) => boolean, source: string): boolean {
  try {
    return admit(source)
  } catch {
    return false
  }
}

function askedBy({ policy, request }: Incoming): AskedObjects | undefined {
  if (isNoPolicy(policy)) return undefined
  const { reply, path, errorStatus, errorIndex } = check(policy, request)
  const isRefused = errorStatus !== 'noError' && (errorIndex === 0 || request.pdu === 'set')
  if (reply !== 'response' || path.access === null || isRefused) return undefined
  return { request, context: path.context }
}
