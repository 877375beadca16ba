import type { Oid } from '@gatehouse/snmp-access'
import { encodeCommunityMessage, type Varbind } from '@gatehouse/snmp-access/message'

/** The community that everybody takes. */
export const COMMUNITY = 'public'
/** The scalar that is asked for, and what it holds. */
export const SCALAR: Oid = [1, 3, 6, 1, 4, 1, 7777, 1, 0]
export const SCALAR_VALUE = 'the one'
/** The column that is walked: nsExtendOutLine of an `extend` line named `rows`. */
const COLUMN: Oid = [1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 4, 1, 2, 4, 114, 111, 119, 115]
/** Rows of the table: row n holds the number n in digits. */
export const ROWS = 1_000
/** Rows of one answer of the walk. */
export const REPETITIONS = 25

/** Name of a cell. */
export function cell(row: number): Oid {
  return [...COLUMN, row]
}

/** Configuration of access control, the same for snmpd and for ours. */
export const SNMPD_ACCESS: readonly string[] = [
  `rocommunity ${COMMUNITY} 127.0.0.1 -V shown`,
  'view shown included .1.3.6.1.4.1',
  'view shown included .1.3.6.1.2.1',
  'view shown excluded .1.3.6.1.4.1.9999',
]

/** The same for snmptrapd. */
export const SNMPTRAPD_ACCESS: readonly string[] = [`authCommunity log ${COMMUNITY} 127.0.0.1`]

const community = Buffer.from(COMMUNITY)

function named(oid: Oid): Varbind {
  return { oid, value: { type: 'unspecified' } }
}

/** A GET of the scalar. */
export function getPacket(): Uint8Array {
  const varbinds = [named(SCALAR)]
  const pdu = { type: 'get', requestId: 1, errorStatus: 0, errorIndex: 0, varbinds } as const
  return encodeCommunityMessage({ version: '2c', community, pdu })
}

/** The GETBULKs of a walk, each for the rows after those of the one before. */
export function walkPackets(): Uint8Array[] {
  return Array.from({ length: ROWS / REPETITIONS }, (_, at) => {
    const varbinds = [named(at === 0 ? COLUMN : cell(at * REPETITIONS))]
    const counts = { nonRepeaters: 0, maxRepetitions: REPETITIONS }
    const pdu = { type: 'getbulk', requestId: at + 1, ...counts, varbinds } as const
    return encodeCommunityMessage({ version: '2c', community, pdu })
  })
}

/** A trap with three varbinds beside uptime and name. */
export function trapPacket(): Uint8Array {
  const text = { type: 'OctetString', value: Buffer.from('a link went down') } as const
  const varbinds: Varbind[] = [
    { oid: [1, 3, 6, 1, 2, 1, 1, 3, 0], value: { type: 'TimeTicks', value: 4711 } },
    {
      oid: [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0],
      value: { type: 'ObjectIdentifier', value: [1, 3, 6, 1, 6, 3, 1, 1, 5, 3] },
    },
    { oid: [1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 2], value: { type: 'Integer32', value: 2 } },
    { oid: [1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 2], value: text },
    { oid: [1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 2], value: { type: 'Integer32', value: 2 } },
  ]
  const pdu = { type: 'trap2', requestId: 1, errorStatus: 0, errorIndex: 0, varbinds } as const
  return encodeCommunityMessage({ version: '2c', community, pdu })
}
