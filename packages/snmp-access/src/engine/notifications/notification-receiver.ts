import { policyInForce, type NoPolicy } from '@gatehouse/core'
import { communityDigest } from '../../community.ts'
import {
  decodeMessage,
  openMessage,
  reportPdu,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type CommunityMessage,
  type EngineClock,
  type MessageFault,
  type OpenedMessage,
  type PeerClock,
  type SealedMessage,
} from '../../message/index.ts'
import type { Configuration, Level, Oid } from '../../model.ts'
import { checkNotification } from '../../notification/check-notification.ts'
import type { Sender, UsmStatus } from '../../request.ts'
import type { ReportName } from '../../verdict.ts'
import { FAULT_COUNTERS, REPORT_COUNTERS, SnmpCounters, USM_COUNTERS } from '../counters.ts'
import { EventSink, type EventDetails } from '../events.ts'
import {
  acknowledgementOf,
  sealForCommunity,
  sealForUser,
  type Scope,
  type Seal,
} from './inform-answer.ts'
import { contentOf, notificationOf, receivedOf } from './notification-content.ts'
import { TrapEngines } from './sender-engines.ts'
import {
  DEFAULT_NOTIFICATION_LIMITS,
  type NotificationLimits,
  type NotificationReceiverOptions,
  type TrapEngineTable,
} from './receiver-options.ts'

/** Where a message came from. */
interface Origin {
  readonly source: string
  readonly port: number
}

/** A message whose sender is known, as far as its version tells. */
interface Identified {
  readonly sender: Sender
  readonly pdu: AnyPdu
  readonly engineId?: Uint8Array
  /** How an inform is acknowledged, and with how many octets at most. */
  readonly seal: Seal
  readonly most?: number
}

/** Stands in for the name of a notification in a message that the user-based model refused: it was not read. */
const UNREAD: Oid = [0, 0]

const NO_ENGINES: TrapEngineTable = new Map()

/**
 * Takes traps and informs as snmptrapd does: the notification receiver of RFC 3413, without sockets.
 *
 * Whether one is let in, and for what, `checkNotification` decides. Version 3 traps are taken only of
 * engines that are configured for the user, or trusted.
 */
export class NotificationReceiver {
  readonly #options: NotificationReceiverOptions
  readonly #limits: NotificationLimits
  readonly #versions: ReadonlySet<string>
  readonly #users: () => UserTable
  readonly #engines: TrapEngines
  readonly #events: EventSink
  /** What was counted since the beginning. */
  readonly counters: SnmpCounters = new SnmpCounters()

  /** @throws TypeError for a digest key of fewer than 16 octets. */
  constructor(options: NotificationReceiverOptions) {
    const { users = new UserTable([]), trapEngines = NO_ENGINES, versions = ['3'] } = options
    const now = options.now ?? (() => performance.now())
    communityDigest(new Uint8Array(), options.digestKey)
    this.#options = options
    this.#limits = { ...DEFAULT_NOTIFICATION_LIMITS, ...options.limits }
    this.#versions = new Set(versions)
    this.#users = typeof users === 'function' ? users : () => users
    const table = typeof trapEngines === 'function' ? trapEngines : () => trapEngines
    this.#engines = new TrapEngines(table, this.#limits.maxTrustedEngines, now)
    this.#events = new EventSink(options.onEvent, this.#limits.eventsPerSecond, now)
  }

  /** Events that were left out because there were too many of their kind. */
  get eventsLeftOut(): number {
    return this.#events.leftOut
  }

  /**
   * Takes traps of an engine for a user from now on, as if it were configured.
   *
   * @param engineId - Of an engine that proved itself, as `CommandGenerator.provenEngine` gives it.
   * @param clock - Its clock, as `CommandGenerator.provenClock` gives it: what is older is not taken.
   *   Without it the first trap that comes tells the time, and may be one that was recorded long ago.
   * @returns `false` when there are too many already.
   */
  trust(user: string, engineId: Uint8Array, clock?: PeerClock): boolean {
    return this.#engines.trust(user, engineId, clock)
  }

  /**
   * One datagram. Never throws.
   *
   * @returns What goes back to its sender: the acknowledgement of an inform, or a report.
   */
  receive(octets: Uint8Array, source: string, port: number): Uint8Array | undefined {
    const origin = { source, port }
    this.counters.add('snmpInPkts')
    try {
      if (!this.#isAdmitted(source)) {
        this.#events.tell('not-admitted', () => origin)
        return undefined
      }
      const isTooLong = octets.length > this.#limits.maxMessageBytes
      const message = isTooLong ? 'malformed' : decodeMessage(octets)
      if (typeof message === 'string') return this.#drop(message, origin)
      if (!this.#versions.has(message.version)) {
        this.counters.add('snmpInBadVersions')
        this.#events.tell('version-off', () => ({ ...origin, version: message.version }))
        return undefined
      }
      const policy = policyInForce(this.#options.policy)
      return message.version === '3'
        ? this.#receiveSealed(message, policy, origin)
        : this.#receiveCommunity(message, policy, origin)
    } catch (cause) {
      this.#events.tell('failed', () => ({ ...origin, cause }))
      return undefined
    }
  }

  #isAdmitted(source: string): boolean {
    return this.#options.admit?.(source) ?? true
  }

  #drop(fault: MessageFault, details: EventDetails): undefined {
    this.counters.add(FAULT_COUNTERS[fault])
    this.#events.tell('malformed', () => ({ ...details, fault }))
  }

  #receiveCommunity(
    message: CommunityMessage,
    policy: Configuration | NoPolicy,
    origin: Origin,
  ): Uint8Array | undefined {
    const { version, community, pdu } = message
    const sender = { version, community, source: origin.source }
    return this.#decide({ sender, pdu, seal: sealForCommunity(message) }, policy, origin)
  }

  #receiveSealed(
    message: SealedMessage,
    policy: Configuration | NoPolicy,
    origin: Origin,
  ): Uint8Array | undefined {
    const { header } = message
    const engine = this.#options.engine()
    const users = this.#users()
    const isOurs = Buffer.compare(header.engineId, engine.id) === 0
    // Who wants a report takes us for the authority: a sender of informs that does not know us yet.
    const opened =
      isOurs || header.reportable
        ? openMessage(message, users, engine)
        : this.#engines.open(message, users)
    const { status, user, level, scoped } = opened
    const sender: Sender = { version: '3', user, level, usm: status, source: origin.source }
    if (status !== 'accepted') {
      this.counters.add(USM_COUNTERS[status])
      return this.#refuse(message, { ...opened, status }, sender, policy, engine, origin)
    }
    if (scoped === undefined) {
      return this.#drop(opened.fault ?? 'malformed', { ...origin, version: '3', user })
    }
    const { pdu, contextName } = scoped
    if (!isOurs && pdu.type === 'inform') {
      this.counters.add('snmpUnknownPDUHandlers')
      this.#events.tell('not-for-us', () => ({ ...origin, version: '3', user, pdu: pdu.type }))
      return undefined
    }
    const seal = this.#sealFor(message, level, scoped, engine)
    const { engineId, maxSize: most } = header
    const named = { ...sender, context: contextName }
    return this.#decide({ sender: named, pdu, engineId, seal, most }, policy, origin)
  }

  /** A message that the user-based model refused. */
  #refuse(
    message: SealedMessage,
    { status, user }: OpenedMessage,
    sender: Sender,
    policy: Configuration | NoPolicy,
    engine: EngineClock,
    origin: Origin,
  ): Uint8Array | undefined {
    const unread = { ...sender, pdu: 'inform', trapOid: UNREAD } as const
    const { reasons, report } = checkNotification(policy, unread)
    this.#events.tell(isDiscovery(message, status) ? 'discovery' : 'unauthenticated', () => ({
      ...origin,
      version: '3',
      user,
      reasons,
    }))
    const isWanted = report !== null && message.header.reportable
    return isWanted ? this.#report(message, report, engine) : undefined
  }

  #report(message: SealedMessage, name: ReportName, engine: EngineClock): Uint8Array | undefined {
    const pdu = unprovenPdu(message)
    if (pdu !== undefined && !isConfirmed(pdu)) return undefined
    const requestId = pdu !== undefined && 'requestId' in pdu ? pdu.requestId : 0
    // Only a message with the right digest comes as far as its time: its user proved to have keys.
    const level = name === 'notInTimeWindows' ? 'authNoPriv' : 'noAuthNoPriv'
    const scope = { contextEngineId: engine.id, contextName: '' }
    const seal = this.#sealFor(message, level, scope, engine)
    return seal(reportPdu(name, this.counters.get(REPORT_COUNTERS[name]), requestId))
  }

  /** Keys are looked for when something is sent, which for a trap is never. */
  #sealFor(message: SealedMessage, level: Level, scope: Scope, engine: EngineClock): Seal {
    return (pdu) => {
      const users = this.#users()
      const user = level === 'noAuthNoPriv' ? undefined : users.get(message.header.user)
      const keys = user === undefined ? undefined : users.keysFor(user, engine.id)
      const maxSize = this.#limits.maxMessageBytes
      return sealForUser(message, { engine, level, keys, maxSize }, scope)(pdu)
    }
  }

  #decide(
    { sender, pdu, engineId, seal, most }: Identified,
    policy: Configuration | NoPolicy,
    origin: Origin,
  ): Uint8Array | undefined {
    const content = contentOf(pdu)
    if (content === undefined) {
      this.counters.add('snmpUnknownPDUHandlers')
      this.#events.tell('not-for-us', () => this.#detailsOf(sender, pdu, origin))
      return undefined
    }
    this.counters.add('snmpInTraps')
    const asked = notificationOf(sender, content)
    const verdict = checkNotification(policy, asked)
    if (verdict.outcome === 'deny') {
      const { reasons } = verdict
      this.#events.tell('refused', () => ({ ...this.#detailsOf(sender, pdu, origin), reasons }))
      return undefined
    }
    this.#options.onNotification(receivedOf(asked, content, verdict, origin.port, engineId))
    if (!verdict.acknowledged || pdu.type !== 'inform') return undefined
    const acknowledgement = acknowledgementOf(pdu, seal, most)
    if (acknowledgement === undefined) this.counters.add('snmpSilentDrops')
    return acknowledgement
  }

  #detailsOf({ version, community, user }: Sender, pdu: AnyPdu, origin: Origin): EventDetails {
    const details = { ...origin, version, pdu: pdu.type }
    if (user !== undefined) return { ...details, user }
    if (!(community instanceof Uint8Array)) return details
    return { ...details, communityDigest: communityDigest(community, this.#options.digestKey) }
  }
}

/** Asks for our engine id, or as somebody with keys for our time (RFC 3414 section 4). */
function isDiscovery({ header }: SealedMessage, status: UsmStatus): boolean {
  if (status === 'unknown-engine') return header.reportable && header.engineId.length === 0
  const isTimeless = header.engineBoots === 0 && header.engineTime === 0
  return status === 'not-in-time-window' && isTimeless
}

/** Whether a PDU waits for an answer: on the others no report is sent (RFC 3412 section 7.1). */
function isConfirmed({ type }: AnyPdu): boolean {
  return (
    type === 'get' ||
    type === 'getnext' ||
    type === 'getbulk' ||
    type === 'set' ||
    type === 'inform'
  )
}
