import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CSV_HEADER, formatCsv, toOcsf, type AuditRecord } from '../src/index.ts'

const RECORD: AuditRecord = {
  sequence: 7,
  time: '2026-01-02T03:04:05.678Z',
  event: 'decision',
  outcome: 'deny',
  codes: ['level-too-low', 'other'],
  source: 'Authorization.cfg:7',
  by: 'daemon',
  peer: '10.0.0.1',
  claimedUser: 'ann',
  operation: 'collect.start',
  target: 'db01',
  policy: 'a'.repeat(64),
  facts: { granted: 'VIEW' },
  previous: 'b'.repeat(64),
  hash: 'c'.repeat(64),
}

/** Reads one line of CSV after RFC 4180. */
function readCsv(line: string): string[] {
  const cells = [...line.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)]
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}

it('writes a record in the columns of the header', () => {
  const cells = readCsv(formatCsv(RECORD))
  const columns = readCsv(CSV_HEADER)
  const table = Object.fromEntries(columns.map((column, index) => [column, cells[index]]))
  expect(cells).toHaveLength(columns.length)
  expect(table).toMatchObject({
    sequence: '7',
    clockBack: '',
    codes: 'level-too-low other',
    facts: '{"granted":"VIEW"}',
    verifiedUser: '',
    hash: RECORD.hash,
  })
})

it('keeps every line one record of as many cells as the header, whatever a peer wrote', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a"b', 'a,b', '\r\n', '"', '","', '\u2028'),
  )
  fc.assert(
    fc.property(hostile, hostile, (user, message) => {
      const line = formatCsv({ ...RECORD, claimedUser: user, message }, { formulas: 'keep' })
      expect(line.slice(0, -2)).not.toMatch(/[\r\n]/)
      expect(readCsv(line)).toHaveLength(readCsv(CSV_HEADER).length)
    }),
  )
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\uff1d1'])(
  'defuses the formula %j',
  (formula) => {
    expect(
      readCsv(formatCsv({ ...RECORD, target: formula })).some((cell) => cell.startsWith("'")),
    ).toBe(true)
    const kept = readCsv(formatCsv({ ...RECORD, target: formula }, { formulas: 'keep' }))
    expect(kept.every((cell) => !cell.startsWith("'"))).toBe(true)
    expect(readCsv(formatCsv(RECORD)).every((cell) => !cell.startsWith("'"))).toBe(true)
  },
)

it('makes an OCSF event with what the class asks for, and keeps the rest apart', () => {
  expect(toOcsf(RECORD, { name: 'agent', vendorName: 'Gatehouse' })).toEqual({
    category_uid: 6,
    class_uid: 6003,
    activity_id: 99,
    activity_name: 'decision',
    type_uid: 600399,
    time: Date.parse(RECORD.time),
    severity_id: 1,
    status_id: 2,
    status_code: 'level-too-low',
    metadata: {
      version: '1.1.0',
      product: { name: 'agent', vendor_name: 'Gatehouse' },
      sequence: 7,
      uid: RECORD.hash,
      original_time: RECORD.time,
    },
    actor: { user: { name: 'ann' } },
    api: { operation: 'collect.start', service: { name: 'daemon' } },
    src_endpoint: { ip: '10.0.0.1' },
    resources: [{ name: 'db01' }],
    unmapped: {
      claimedUser: 'ann',
      codes: RECORD.codes,
      source: RECORD.source,
      policy: RECORD.policy,
      facts: RECORD.facts,
      previous: RECORD.previous,
    },
  })
})

it('fills what OCSF demands where a record has nothing to say', () => {
  const { sequence, time, previous, hash } = RECORD
  const bare = toOcsf(
    { sequence, time, previous, hash, event: 'started' },
    { name: 'a', vendorName: 'b' },
  )
  expect(bare).toMatchObject({
    status_id: 0,
    actor: { user: { name: 'unknown' } },
    api: { operation: 'started' },
    src_endpoint: { name: 'unknown' },
  })
  const verified = toOcsf(
    { ...RECORD, outcome: 'success', verifiedUser: 'eve', peerName: 'h' },
    { name: 'a', vendorName: 'b' },
  )
  expect(verified).toMatchObject({
    status_id: 1,
    actor: { user: { name: 'eve' } },
    src_endpoint: { ip: '10.0.0.1', hostname: 'h' },
  })
})
