import { compareOids, type Oid } from '../oid.ts'
import { REPORT_OIDS, type ReportName } from '../verdict.ts'
import type { AnyPdu, PlainPdu } from './model.ts'

const REPORTS = Object.entries(REPORT_OIDS) as readonly [ReportName, Oid][]

/**
 * The PDU of a report (RFC 3414 section 3.2, RFC 3412 section 7.1).
 *
 * @param count - The counter after it was raised for the message that is reported; it wraps at 2^32.
 * @param requestId - That of the message that is reported, 0 where it could not be read.
 */
export function reportPdu(name: ReportName, count: number, requestId: number): PlainPdu {
  const value = { type: 'Counter32', value: count % 2 ** 32 } as const
  return {
    type: 'report',
    requestId,
    errorStatus: 0,
    errorIndex: 0,
    varbinds: [{ oid: REPORT_OIDS[name], value }],
  }
}

/** The name of the counter that a report carries; `undefined` for any other PDU or counter. */
export function reportNameOf(pdu: AnyPdu): ReportName | undefined {
  const first = pdu.type === 'report' ? pdu.varbinds[0] : undefined
  if (first === undefined) return undefined
  return REPORTS.find(([, oid]) => compareOids(oid, first.oid) === 0)?.[0]
}
