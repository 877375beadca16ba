import {
  encodeCommunityMessage,
  sealMessage,
  type EngineClock,
  type PlainPdu,
  type Varbind,
} from '../../message/index.ts'
import type { Oid } from '../../model.ts'
import { compareOids } from '../../oid.ts'
import type { CommandGenerator } from '../generator/command-generator.ts'
import { SNMP_TRAP_ENTERPRISE, trap1Of, type OutgoingNotification } from './version1-trap.ts'
import { SNMP_TRAP_OID, SYS_UP_TIME } from './notification-content.ts'
import { keysFor } from '../generator/peer-keys.ts'
import { RateLimit } from '../rate-limit.ts'
import { salts } from '../salts.ts'
import { SnmpError } from '../generator/snmp-error.ts'
import {
  readTarget,
  type CommunityTarget,
  type SnmpTarget,
  type UserTarget,
} from '../generator/target.ts'

/** A receiver of notifications. Its `timeoutMs` and `retries` are those of informs. */
export interface NotificationSink extends SnmpTarget {
  /** A trap is sent once and forgotten; an inform, not in version 1, until it is acknowledged. */
  readonly kind: 'trap' | 'inform'
}

/** What a {@link NotificationOriginator} sends with. */
export interface NotificationOriginatorOptions {
  /** Whose sockets are used, and which finds the engines of those who are informed. */
  readonly generator: CommandGenerator
  /** The clock of this engine, which is the authority for version 3 traps. */
  readonly engine: () => EngineClock
  /** What we are, sent as snmpTrapEnterprise.0 where the notification has none. Default: it is not sent. */
  readonly enterprise?: Oid
  /** authenticationFailure notifications for each sink and second: one forged packet makes one. Default 1. */
  readonly authenticationFailuresPerSecond?: number
  /** Milliseconds that only rise. Default `performance.now`. */
  readonly now?: () => number
}

/** authenticationFailure (RFC 3418). */
const AUTHENTICATION_FAILURE: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 5, 5]

const DEFAULT_PER_SECOND = 1

/** What no receiver needs to keep to: traps are not answered. */
const MAX_SIZE = 65_507

/** Sends traps and informs: the notification originator of RFC 3413. */
export class NotificationOriginator {
  readonly #options: NotificationOriginatorOptions
  readonly #limits = new WeakMap<NotificationSink, RateLimit>()

  constructor(options: NotificationOriginatorOptions) {
    this.#options = options
  }

  /**
   * Sends a notification to one sink.
   *
   * @returns For a trap when the system has taken it, whether it arrives nobody learns; for an inform when it was acknowledged.
   * @throws SnmpError by rejection: `timeout` for an inform that nobody acknowledged.
   */
  async send(sink: NotificationSink, notification: OutgoingNotification): Promise<void> {
    const complete = this.#withEnterprise(notification)
    if (sink.kind === 'inform') {
      await this.#inform(sink, complete)
      return
    }
    const target = readTarget(sink)
    await this.#options.generator.transmit(sink, this.#trapOf(target, complete))
  }

  /**
   * Sends authenticationFailure, unless the sink had too many of them.
   *
   * @param uptime - As {@link OutgoingNotification.uptime}.
   * @returns Whether it was sent.
   */
  async sendAuthenticationFailure(sink: NotificationSink, uptime: number): Promise<boolean> {
    if (!this.#limitOf(sink).take()) return false
    await this.send(sink, { trapOid: AUTHENTICATION_FAILURE, uptime, varbinds: [] })
    return true
  }

  async #inform(sink: NotificationSink, notification: OutgoingNotification): Promise<void> {
    const contextEngineId = this.#options.engine().id
    const varbinds = varbindsOf(notification)
    const asked = { type: 'inform', varbinds, contextEngineId } as const
    const { errorStatus, errorIndex } = await this.#options.generator.ask(sink, asked)
    if (errorStatus !== 'noError') {
      throw new SnmpError('error-status', { message: errorStatus, errorStatus, errorIndex })
    }
  }

  #trapOf(target: CommunityTarget | UserTarget, notification: OutgoingNotification): Uint8Array {
    try {
      switch (target.version) {
        case '1': {
          const { version, community } = target
          return encodeCommunityMessage({ version, community, pdu: trap1Of(notification) })
        }
        case '2c': {
          const { version, community } = target
          return encodeCommunityMessage({ version, community, pdu: this.#trap2Of(notification) })
        }
        case '3':
          return this.#seal(target, this.#trap2Of(notification))
      }
    } catch (cause) {
      if (cause instanceof SnmpError) throw cause
      throw new SnmpError('request-malformed', { cause })
    }
  }

  #trap2Of(notification: OutgoingNotification): PlainPdu {
    const requestId = this.#options.generator.newMessageId()
    const varbinds = varbindsOf(notification)
    return { type: 'trap2', requestId, errorStatus: 0, errorIndex: 0, varbinds }
  }

  #seal({ user, level, context }: UserTarget, pdu: PlainPdu): Uint8Array {
    const engine = this.#options.engine()
    const messageId = this.#options.generator.newMessageId()
    const parts = { messageId, maxSize: MAX_SIZE, level, reportable: false, engine } as const
    const scoped = { contextEngineId: engine.id, contextName: context, pdu }
    const keys = level === 'noAuthNoPriv' ? undefined : keysFor(user, engine.id)
    const salt = level === 'authPriv' ? salts().next() : undefined
    return sealMessage({ ...parts, user: user.name }, scoped, keys, salt)
  }

  #withEnterprise(notification: OutgoingNotification): OutgoingNotification {
    const { enterprise } = this.#options
    const { varbinds } = notification
    const isThere = varbinds.some(({ oid }) => compareOids(oid, SNMP_TRAP_ENTERPRISE) === 0)
    if (enterprise === undefined || isThere) return notification
    const value = { type: 'ObjectIdentifier', value: enterprise } as const
    return { ...notification, varbinds: [...varbinds, { oid: SNMP_TRAP_ENTERPRISE, value }] }
  }

  #limitOf(sink: NotificationSink): RateLimit {
    const known = this.#limits.get(sink)
    if (known !== undefined) return known
    const { authenticationFailuresPerSecond: perSecond = DEFAULT_PER_SECOND, now } = this.#options
    const limit = new RateLimit({ perSecond, ...(now !== undefined && { now }) })
    this.#limits.set(sink, limit)
    return limit
  }
}

/** RFC 3416 section 4.2.6: uptime and name come first. */
function varbindsOf({ trapOid, uptime, varbinds }: OutgoingNotification): Varbind[] {
  return [
    { oid: SYS_UP_TIME, value: { type: 'TimeTicks', value: uptime } },
    { oid: SNMP_TRAP_OID, value: { type: 'ObjectIdentifier', value: trapOid } },
    ...varbinds,
  ]
}
