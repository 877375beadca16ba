import type { Trap1Pdu, Varbind } from '../../message/index.ts'
import type { Oid } from '../../model.ts'
import { compareOids } from '../../oid.ts'
import { SnmpError } from '../generator/snmp-error.ts'

/** What happened, in the form of RFC 3416 section 4.2.6. */
export interface OutgoingNotification {
  /** What snmpTrapOID.0 is to say. */
  readonly trapOid: Oid
  /** Hundredths of a second since our management part was started, for sysUpTime.0. */
  readonly uptime: number
  /** Without sysUpTime.0 and snmpTrapOID.0. */
  readonly varbinds: readonly Varbind[]
}

/** snmpTrapEnterprise.0 */
export const SNMP_TRAP_ENTERPRISE: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0]

/** snmpTrapAddress.0 */
const SNMP_TRAP_ADDRESS: Oid = [1, 3, 6, 1, 6, 3, 18, 1, 3, 0]

/** Under it coldStart, warmStart … authenticationFailure, egpNeighborLoss are numbered 1 to 6. */
const SNMP_TRAPS: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 5]

const GENERIC_TRAPS = 6
const ENTERPRISE_SPECIFIC = 6
const MAX_SPECIFIC = 2 ** 31 - 1
const UNKNOWN_ADDRESS = new Uint8Array(4)

/**
 * The version 1 form of a notification (RFC 3584 section 3.2).
 *
 * @throws SnmpError `not-for-version-1` for what has none: a Counter64, or a name that is too large a number.
 */
export function trap1Of({ trapOid, uptime, varbinds }: OutgoingNotification): Trap1Pdu {
  if (varbinds.some(({ value }) => value.type === 'Counter64')) {
    throw new SnmpError('not-for-version-1', { message: 'Counter64' })
  }
  const address = valueAt(varbinds, SNMP_TRAP_ADDRESS)
  return {
    type: 'trap1',
    ...nameOf(trapOid, varbinds),
    agentAddress: address?.type === 'IpAddress' ? address.value : UNKNOWN_ADDRESS,
    timestamp: uptime,
    varbinds,
  }
}

function nameOf(
  trapOid: Oid,
  varbinds: readonly Varbind[],
): Pick<Trap1Pdu, 'enterprise' | 'generic' | 'specific'> {
  const last = trapOid.at(-1) ?? 0
  const parent = trapOid.slice(0, -1)
  if (compareOids(parent, SNMP_TRAPS) === 0 && last >= 1 && last <= GENERIC_TRAPS) {
    const given = valueAt(varbinds, SNMP_TRAP_ENTERPRISE)
    const enterprise = given?.type === 'ObjectIdentifier' ? given.value : SNMP_TRAPS
    return { enterprise, generic: last - 1, specific: 0 }
  }
  if (last > MAX_SPECIFIC) throw new SnmpError('not-for-version-1', { message: 'trapOid' })
  const enterprise = parent.at(-1) === 0 ? parent.slice(0, -1) : parent
  return { enterprise, generic: ENTERPRISE_SPECIFIC, specific: last }
}

function valueAt(varbinds: readonly Varbind[], name: Oid): Varbind['value'] | undefined {
  return varbinds.find(({ oid }) => compareOids(oid, name) === 0)?.value
}
