import type { Oid } from '../oid.ts'
import { isOid, type Sender } from '../request.ts'

/** The three PDUs that carry a notification. `trap1` is version 1's, the others are not. */
export type NotificationPdu = 'trap1' | 'trap2' | 'inform'

/** One notification as received. */
export interface Notification extends Sender {
  readonly pdu: NotificationPdu
  /** `trap2` and `inform`: the value of snmpTrapOID.0. Required there. */
  readonly trapOid?: Oid
  /** `trap1`: required there. */
  readonly enterprise?: Oid
  /** `trap1`: 0 to 6, required there. */
  readonly generic?: number
  /** `trap1`: required where `generic` is 6. */
  readonly specific?: number
}

/** Under it coldStart, warmStart … are numbered from 1; generic traps count from 0. */
const SNMP_TRAPS: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 5]

/** The generic trap that says that `specific` names the trap. */
const ENTERPRISE_SPECIFIC = 6

/**
 * The name that a notification is authorised by, version 1 converted as RFC 3584 section 3.1 says.
 *
 * @returns A text: the field that is missing or cannot be what it says.
 */
export function nameOfNotification(notification: Notification): Oid | string {
  const { version, pdu, trapOid } = notification
  if (pdu === 'trap1') return version === '1' ? nameOfTrap1(notification) : 'pdu'
  if ((pdu !== 'trap2' && pdu !== 'inform') || version === '1') return 'pdu'
  return isOid(trapOid) ? trapOid : 'trapOid'
}

function nameOfTrap1({ enterprise, generic, specific = 0 }: Notification): Oid | string {
  if (generic === undefined || !Number.isInteger(generic) || generic < 0) return 'generic'
  if (generic > ENTERPRISE_SPECIFIC) return 'generic'
  if (!isOid(enterprise)) return 'enterprise'
  if (generic < ENTERPRISE_SPECIFIC) return [...SNMP_TRAPS, generic + 1]
  const name = [...enterprise, 0, specific]
  return isOid(name) ? name : 'specific'
}
