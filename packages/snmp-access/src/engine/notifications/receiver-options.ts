import type { PolicySource, Reasons } from '@gatehouse/core'
import type { Code } from '../../codes.ts'
import type { EngineClock, UserTable, Varbind } from '../../message/index.ts'
import type { Configuration, Level, Oid } from '../../model.ts'
import type { Purpose } from '../../notification/check-notification.ts'
import type { NotificationPdu } from '../../notification/notification.ts'
import type { Version } from '../../request.ts'
import type { SnmpEvent } from '../events.ts'

/**
 * A notification that the configuration lets in.
 *
 * Octets in it are views of the datagram: copy what is kept for long.
 */
export interface ReceivedNotification {
  /** Address that it came from, which UDP does not prove. */
  readonly source: string
  readonly port: number
  readonly version: Version
  readonly pdu: NotificationPdu
  /** Version 3: who sent it; proven above noAuthNoPriv. */
  readonly user?: string
  /** Version 3: how it was protected. */
  readonly level?: Level
  /** Version 3. */
  readonly context?: string
  /** Version 3: the engine that sent it, proven as `user` is; of an inform what its sender says. */
  readonly engineId?: Uint8Array
  /** Version 1 converted as RFC 3584 section 3.1 says. */
  readonly trapOid: Oid
  /** Hundredths of a second since the sender's management part was started, as it says. */
  readonly uptime: number
  /** Without sysUpTime.0 and snmpTrapOID.0. */
  readonly varbinds: readonly Varbind[]
  /** Version 1. */
  readonly enterprise?: Oid
  /** Version 1: the address that the sender says it has. */
  readonly agentAddress?: string
  /** What it may be used for, one at least: write it to the log, run a handler, forward it. */
  readonly purposes: readonly Purpose[]
  /** The rows that let it in. */
  readonly reasons: Reasons<Code>
}

/** Bounds of what one message, or many, can cause. */
export interface NotificationLimits {
  /** Largest message that is read, in octets. Default 8192. */
  readonly maxMessageBytes: number
  /** Events of each kind for each second; those beyond are counted. Default 10. */
  readonly eventsPerSecond: number
  /** Most pairs of user and engine that {@link NotificationReceiver.trust} adds. Default 10,000. */
  readonly maxTrustedEngines: number
}

/** Names of users, each with the engines that send its traps: snmptrapd's `createUser -e`. */
export type TrapEngineTable = ReadonlyMap<string, readonly Uint8Array[]>

/** What a {@link NotificationReceiver} decides by, and whom it tells. */
export interface NotificationReceiverOptions {
  /** snmptrapd's configuration, or a place that has the one in force; read once for each message. */
  readonly policy: PolicySource<Configuration>
  /** Users of version 3, or where to find those in force. Default: none. */
  readonly users?: UserTable | (() => UserTable)
  /** Engines whose version 3 traps are taken, by user, or where to find them. Informs need none. Default: none. */
  readonly trapEngines?: TrapEngineTable | (() => TrapEngineTable)
  /** The clock of this engine, which decides about the time of informs. */
  readonly engine: () => EngineClock
  /** Versions that are taken. Default `['3']`: communities go in clear and must be switched on. */
  readonly versions?: readonly Version[]
  /** Asked before an octet is read, as TCP Wrappers are. What throws is not admitted. Default: everybody. */
  readonly admit?: (source: string) => boolean
  /** Key of `communityDigest`: 16 random octets at least. */
  readonly digestKey: Uint8Array
  /**
   * Called for each notification that is let in, before an inform is acknowledged: one that throws
   * is told as `failed`, and the inform is not acknowledged.
   *
   * The same notification may come twice: UDP doubles messages, an inform whose acknowledgement is
   * lost is repeated, and inside the time window of version 3 a recorded message can be sent again.
   */
  readonly onNotification: (notification: ReceivedNotification) => void
  /** Told of what is dropped, `refused`, `unauthenticated` and so on, and of discoveries. */
  readonly onEvent?: (event: SnmpEvent) => void
  readonly limits?: Partial<NotificationLimits>
  /** Milliseconds that only rise. Default `performance.now`. */
  readonly now?: () => number
}

/** The limits that hold where none are given. */
export const DEFAULT_NOTIFICATION_LIMITS: NotificationLimits = {
  maxMessageBytes: 8192,
  eventsPerSecond: 10,
  maxTrustedEngines: 10_000,
}
