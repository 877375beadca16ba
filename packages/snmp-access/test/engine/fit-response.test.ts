import { describe, expect, it } from 'vitest'
import type { Envelope } from '../../src/engine/responder/envelope.ts'
import { fitResponse } from '../../src/engine/responder/fit-response.ts'
import { varbindLength, type PlainPdu } from '../../src/message/index.ts'
import { integer, oid } from './served.ts'

const VARBINDS = Array.from({ length: 10 }, (_, row) => ({
  oid: oid(`1.3.1.${row}`),
  value: integer(row),
}))

const RESPONSE: PlainPdu = {
  type: 'response',
  requestId: 1,
  errorStatus: 0,
  errorIndex: 0,
  varbinds: VARBINDS,
}

const BULK = {
  type: 'getbulk',
  requestId: 1,
  nonRepeaters: 0,
  maxRepetitions: 10,
  varbinds: [],
} as const

const ONE = varbindLength(VARBINDS[0] ?? { oid: [], value: integer(0) })

/** Length fields that need 12 octets less for less than 6 varbinds. */
function envelope(maxBytes: number): Envelope {
  return {
    maxBytes,
    seal: ({ varbinds }) => {
      const size = varbinds.reduce((sum, varbind) => sum + varbindLength(varbind), 0)
      return new Uint8Array(size + (varbinds.length > 5 ? 20 : 8))
    },
  }
}

describe('a response that is cut', () => {
  it.each([
    [5 * ONE + 8, 5],
    [5 * ONE + 7, 4],
    [6 * ONE + 5, 5],
    [6 * ONE + 19, 5],
    [6 * ONE + 20, 6],
    [10 * ONE + 20, 10],
  ])('to %d octets has as many varbinds as fit: %d', (maxBytes, count) => {
    const fitted = fitResponse(RESPONSE, envelope(maxBytes), '2c', BULK)
    expect(fitted?.pdu.varbinds).toHaveLength(count)
    expect(fitted?.octets.length).toBeLessThanOrEqual(maxBytes)
  })
})
