import { describe, expect, test } from 'vitest'

import { reportNameOf, reportPdu } from '../../src/message/index.ts'
import { REPORT_OIDS, type ReportName } from '../../src/verdict.ts'
import { NAME } from './octets.ts'

describe('reports', () => {
  test.each(Object.keys(REPORT_OIDS) as ReportName[])('%s names its counter', (name) => {
    const pdu = reportPdu(name, 2 ** 32 + 5, -7)
    expect(pdu).toEqual({
      type: 'report',
      requestId: -7,
      errorStatus: 0,
      errorIndex: 0,
      varbinds: [{ oid: REPORT_OIDS[name], value: { type: 'Counter32', value: 5 } }],
    })
    expect(reportNameOf(pdu)).toBe(name)
    expect(reportNameOf({ ...pdu, type: 'response' })).toBeUndefined()
  })

  test('a report of something else has no name', () => {
    const pdu = reportPdu('unknownContexts', 1, 0)
    expect(reportNameOf({ ...pdu, varbinds: [] })).toBeUndefined()
    const value = { type: 'Counter32', value: 1 } as const
    expect(reportNameOf({ ...pdu, varbinds: [{ oid: NAME, value }] })).toBeUndefined()
  })
})
