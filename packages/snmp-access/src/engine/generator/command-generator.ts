import type { Oid } from '../../oid.ts'
import type { PeerClock, Varbind } from '../../message/index.ts'
import { walk, type WalkOptions } from './walk.ts'
import type { Asked, SnmpResponse } from './peer-answer.ts'
import { askByCommunity } from './peer-community.ts'
import { PeerLink, type PeerLinkOptions } from './peer-link.ts'
import type { Milliseconds } from '../peer-time.ts'
import { UserAsker } from './peer-user.ts'
import { SnmpError } from './snmp-error.ts'
import { locate, readTarget, type SnmpTarget } from './target.ts'

/** Limits of a {@link CommandGenerator}, and where its sockets are bound. */
export interface CommandGeneratorOptions extends PeerLinkOptions {
  /** Most engines of peers that are remembered, a user and a peer each. Default 4096. */
  readonly maxPeers?: number
  /** A clock that never goes back. Default `performance.now`. */
  readonly now?: Milliseconds
}

/** How much a GETBULK asks for (RFC 3416 section 4.2.3). */
export interface BulkCounts {
  /** How many of the objects are stepped on once. Default 0. */
  readonly nonRepeaters?: number
  /** How often the others are. Default 10. */
  readonly maxRepetitions?: number
}

const DEFAULT_MAX_PEERS = 4096
const DEFAULT_MAX_REPETITIONS = 10
const MAX_COUNT = 2 ** 31 - 1

/**
 * Asks agents: the command generator of RFC 3413, on one UDP socket for each address family.
 *
 * An answer is taken only from the address and port that was asked, with the ids, the version, and
 * the community or the user and level of the request. In versions 1 and 2c, and for users without a
 * digest, whoever can read a request can answer it all the same.
 *
 * Every method rejects with an {@link SnmpError}.
 */
export class CommandGenerator {
  readonly #link: PeerLink
  readonly #users: UserAsker

  private constructor(link: PeerLink, users: UserAsker) {
    this.#link = link
    this.#users = users
  }

  /** @throws SnmpError `send-failed` when no socket can be had. */
  static async open(options: CommandGeneratorOptions = {}): Promise<CommandGenerator> {
    const { maxPeers = DEFAULT_MAX_PEERS, now = () => performance.now() } = options
    const link = await PeerLink.open(options)
    return new CommandGenerator(link, new UserAsker(link, { maxPeers, now }))
  }

  /** Messages that were nobody's answer: late, doubled, forged, or no messages at all. */
  get unclaimed(): number {
    return this.#link.unclaimed
  }

  /** The UDP port that requests to IPv4 or IPv6 peers come from; `undefined` where there is no socket. */
  port(family: 4 | 6): number | undefined {
    return this.#link.port(family)
  }

  /** Reads objects. */
  get(target: SnmpTarget, oids: readonly Oid[]): Promise<SnmpResponse> {
    return this.ask(target, { type: 'get', varbinds: unspecified(oids) })
  }

  /** Reads the objects after these. That they come after them is not checked here; a walk checks it. */
  getNext(target: SnmpTarget, oids: readonly Oid[]): Promise<SnmpResponse> {
    return this.ask(target, { type: 'getnext', varbinds: unspecified(oids) })
  }

  /** Reads many objects after these. Not for version 1. */
  getBulk(
    target: SnmpTarget,
    oids: readonly Oid[],
    { nonRepeaters = 0, maxRepetitions = DEFAULT_MAX_REPETITIONS }: BulkCounts = {},
  ): Promise<SnmpResponse> {
    const varbinds = unspecified(oids)
    return this.ask(target, { type: 'getbulk', varbinds, nonRepeaters, maxRepetitions })
  }

  /**
   * Writes objects.
   *
   * It is repeated when no answer comes, so that it may be done more than once: for what must not
   * be, give the target `retries: 0`, or write a lock object (snmpSetSerialNo) with it.
   */
  set(target: SnmpTarget, varbinds: readonly Varbind[]): Promise<SnmpResponse> {
    return this.ask(target, { type: 'set', varbinds })
  }

  /** Everything in a subtree, in order. Ends with the subtree or the agent's objects. */
  walk(target: SnmpTarget, subtree: Oid, options?: WalkOptions): AsyncIterable<Varbind> {
    return walk(this, target, subtree, options)
  }

  /** One request of any kind; what the other methods stand on. */
  async ask(target: SnmpTarget, asked: Asked): Promise<SnmpResponse> {
    const read = readTarget(target)
    if (read.version === '1' && (asked.type === 'getbulk' || asked.type === 'inform')) {
      throw new SnmpError('not-for-version-1', { message: asked.type })
    }
    if (
      asked.type === 'getbulk' &&
      !(isCount(asked.nonRepeaters) && isCount(asked.maxRepetitions))
    ) {
      throw new SnmpError('request-malformed', { message: 'getbulk' })
    }
    const to = await locate(read)
    return read.version === '3'
      ? this.#users.ask(read, to, asked)
      : askByCommunity(this.#link, read, to, asked)
  }

  /**
   * Sends octets that nobody answers to where a target is.
   *
   * @returns When the system has taken them; whether they arrive nobody learns.
   */
  async transmit(target: SnmpTarget, octets: Uint8Array): Promise<void> {
    await this.#link.transmit(octets, await locate(readTarget(target)))
  }

  /** A random message id that no request has at the moment. */
  newMessageId(): number {
    return this.#link.newId()
  }

  /**
   * The engine id of a peer, once a signed answer to the target's user has proven it.
   *
   * @returns `undefined` before that, for users without a digest, and for versions 1 and 2c.
   */
  async provenEngine(target: SnmpTarget): Promise<Uint8Array | undefined> {
    const read = readTarget(target)
    return read.version === '3'
      ? await this.#users.provenEngine(read, await locate(read))
      : undefined
  }

  /**
   * The engine id of a peer and its clock as it must stand now, where {@link provenEngine} gives one:
   * for `NotificationReceiver.trust`, so that no trap is taken that is older.
   */
  async provenClock(target: SnmpTarget): Promise<PeerClock | undefined> {
    const read = readTarget(target)
    return read.version === '3'
      ? await this.#users.provenClock(read, await locate(read))
      : undefined
  }

  /**
   * Forgets the engine id, boots and time of a peer, for the target's user.
   *
   * For a peer that lost its count of boots: without this, older time than it proved before is not
   * taken. Whoever recorded its messages before may then bring them again.
   */
  async forget(target: SnmpTarget): Promise<void> {
    const read = readTarget(target)
    if (read.version === '3') this.#users.forget(read, await locate(read))
  }

  /** Ends the sockets; what still waits is rejected with `closed`. */
  close(): Promise<void> {
    return this.#link.close()
  }
}

function unspecified(oids: readonly Oid[]): Varbind[] {
  return oids.map((oid) => ({ oid, value: { type: 'unspecified' } }))
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT
}
