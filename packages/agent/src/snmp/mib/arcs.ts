import type { Oid } from '@gatehouse/snmp-access'

/** MIB-2 (RFC 1213). */
const MIB_2: Oid = [1, 3, 6, 1, 2, 1]

/** The system group (RFC 3418). */
export const SYSTEM: Oid = [...MIB_2, 1]

/** The interfaces group (RFC 2863). */
export const INTERFACES: Oid = [...MIB_2, 2]

/** The Host Resources MIB (RFC 2790). */
export const HOST: Oid = [...MIB_2, 25]

/**
 * What is the agent's own. No number is registered for this project: this arc is what net-snmp gives
 * everybody to try things out with, and another program may use it for something else.
 */
export const GATEHOUSE: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 9999]

/** Notifications of RFC 3418. */
export const NOTIFICATIONS: Readonly<Record<'coldStart' | 'authenticationFailure', Oid>> = {
  coldStart: [1, 3, 6, 1, 6, 3, 1, 1, 5, 1],
  authenticationFailure: [1, 3, 6, 1, 6, 3, 1, 1, 5, 5],
}

/** The state of a part has changed. */
export const STATUS_CHANGED: Oid = [...GATEHOUSE, 0, 1]
