import type { PolicySource } from '@gatehouse/core'
import type { EngineClock, UserTable } from '../../message/index.ts'
import type { Configuration } from '../../model.ts'
import type { Version } from '../../request.ts'
import type { WalkLimits } from '../../walk.ts'
import type { SnmpEvent } from '../events.ts'
import type { ContextObjects } from './objects.ts'

/** Bounds of what one message, or many, can cause. */
export interface ResponderLimits extends Required<WalkLimits> {
  /** Largest message that is read, in octets. Default 8192, 484 at least. */
  readonly maxMessageBytes: number
  /** Largest message that is sent, in octets. Default 1472: one packet of Ethernet. 484 at least. */
  readonly maxResponseBytes: number
  /** Events of each kind for each second; those beyond are counted. Default 10. */
  readonly eventsPerSecond: number
  /** Calls of `onAuthenticationFailure` for each second. Default 1. */
  readonly authenticationFailuresPerSecond: number
}

/** What a `CommandResponder` decides by, answers from, and tells. */
export interface ResponderOptions {
  /** snmpd's configuration, or a place that has the one in force; read once for each message. */
  readonly policy: PolicySource<Configuration>
  /** The objects of a context that exists. */
  readonly objects: (context: string) => ContextObjects
  /** Users of version 3, or where to find those in force. Default: none. */
  readonly users?: UserTable | (() => UserTable)
  /** The clock of this engine, read once for each message. */
  readonly engine: () => EngineClock
  /** Versions that are answered. Default `['3']`: communities go in clear and must be switched on. */
  readonly versions?: readonly Version[]
  /** Asked before an octet is read, as TCP Wrappers are. What throws is not admitted. Default: everybody. */
  readonly admit?: (source: string) => boolean
  /** Key of `communityDigest`: 16 random octets at least. */
  readonly digestKey: Uint8Array
  readonly onEvent?: (event: SnmpEvent) => void
  /**
   * Called where an authenticationFailure notification is due, no more often than the limit says.
   * The address is that of the sender, which UDP does not prove.
   */
  readonly onAuthenticationFailure?: (source: string) => void
  readonly limits?: Partial<ResponderLimits>
  /** Milliseconds that only rise, for the limits. Default `performance.now`. */
  readonly now?: () => number
}

/** RFC 3412 section 6.3: no engine may take less. */
const MIN_MESSAGE_BYTES = 484

/** As snmpd's maxGetbulkResponses, and `Walk`'s own. */
const DEFAULTS: ResponderLimits = {
  maxMessageBytes: 8192,
  maxResponseBytes: 1472,
  maxResponses: 100,
  maxSteps: 100_000,
  eventsPerSecond: 10,
  authenticationFailuresPerSecond: 1,
}

/** The limits with their defaults. @throws TypeError for one that is too small. */
export function limitsOf(given: Partial<ResponderLimits> = {}): ResponderLimits {
  const limits = { ...DEFAULTS, ...given }
  for (const name of ['maxMessageBytes', 'maxResponseBytes'] as const) {
    if (!(limits[name] >= MIN_MESSAGE_BYTES)) {
      throw new TypeError(`\`${name}\` of fewer than ${MIN_MESSAGE_BYTES} octets`)
    }
  }
  return limits
}
