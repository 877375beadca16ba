import type { Level } from '@gatehouse/snmp-access'
import type { FailedTry, PolledValues } from './poll.ts'
import type { StatedVarbind } from './values.ts'

/**
 * `up`: the last poll was answered. `silent`: it was not, an earlier one was. `refused`: something answered, and
 * refused what was tried. `never seen`: nothing ever answered.
 */
export type SnmpState = 'up' | 'silent' | 'refused' | 'never seen'

/** What is known of one system by SNMP. */
export interface SnmpSystemView {
  readonly name: string
  readonly address: string
  /** UDP port of its agent. */
  readonly port: number
  readonly state: SnmpState
  /** When it last answered: ISO 8601, UTC. */
  readonly lastSeen?: string
  /** How long ago that is. */
  readonly ageSeconds?: number
  /** When it was last asked. */
  readonly lastTried?: string
  /** What worked last: which credential, without what it is. */
  readonly by?: {
    readonly ref: string
    readonly version: '1' | '2c' | '3'
    readonly level?: Level
  }
  /** What it said when it was last seen. */
  readonly values?: PolledValues
  /** What did not work in the last poll. */
  readonly failed: readonly FailedTry[]
  /** Users are no longer tried there, so that no account is locked out: mend the settings, and start the console again. */
  readonly usersStopped?: true
}

/** A trap or inform that was taken. */
export interface TrapEvent {
  /** When it came: ISO 8601, UTC. */
  readonly at: string
  /** Address that it came from. UDP does not prove it. */
  readonly source: string
  /** The polled system that proved to have the engine of a version 3 trap, else the one of that address. */
  readonly system?: string
  readonly kind: 'trap1' | 'trap2' | 'inform'
  readonly version: '1' | '2c' | '3'
  /** Version 3: who sent it; proven above noAuthNoPriv. */
  readonly user?: string
  /** Version 3: how it was protected. */
  readonly level?: Level
  /** Its name. */
  readonly trapOid: string
  /** sysUpTime of the sender, hundredths of a second. */
  readonly uptime: number
  /** The first objects that it carries. Unescaped. */
  readonly varbinds: readonly StatedVarbind[]
  /** How many more there were. */
  readonly more: number
}

/** How traps are received. */
export interface ReceiverView {
  readonly addresses: readonly { readonly address: string; readonly port: number }[]
  readonly versions: readonly ('1' | '2c' | '3')[]
  /** Real size of the receive buffer, in bytes. */
  readonly receiveBufferBytes: number
  /** Datagrams that the kernel threw away because the buffer was full; undefined: it does not say. */
  readonly droppedByKernel?: number
  /** The snmptrapd.conf that says whose traps are taken. */
  readonly configurationFile: string
  /** Why that file lets nobody in: a code such as `policy-missing`. */
  readonly noPolicy?: string
  /** Why it could not be read again: what it said before stays in force. */
  readonly notReloaded?: string
  /** Taken since the start. */
  readonly taken: number
  /** Refused since the start, malformed ones among them; of very many those left out count with the next one. */
  readonly refused: number
  /** Refusals that the audit log did not take. */
  readonly unrecorded: number
  /** How often a socket failed since the start: an inform was not acknowledged then. */
  readonly socketFaults: number
  /** What the last of them said. Unescaped. */
  readonly lastSocketFault?: string
}

/** All that the console knows by SNMP. */
export interface SnmpView {
  readonly systems: readonly SnmpSystemView[]
  /** Why systems cannot be looked up now. Unescaped. */
  readonly fault?: string
  /** Undefined: no trap is received. */
  readonly receiver?: ReceiverView
  /** Traps that were taken, the newest first. */
  readonly events: readonly TrapEvent[]
  /** What SNMP does not promise, a sentence each. */
  readonly caveats: readonly string[]
}

/** What SNMP does not promise: stands wherever values are shown. */
export const CAVEATS: readonly string[] = [
  'Delivery is not guaranteed: a system that is silent may be up, and a trap that is not here may have been sent.',
  'Versions 1 and 2c: anyone on the way can read community and values, and forge answers and traps.',
]
