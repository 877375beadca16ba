import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BEGINNING, readLink, seal } from '../src/chain.ts'
import { LineBuffer } from '../src/durable/line-buffer.ts'
import { encodeEvent } from '../src/encode.ts'
import { parseRecord, type AuditEvent } from '../src/index.ts'
import { TEXT_FIELDS } from '../src/record.ts'

/** Texts as a hostile peer would choose them, lone surrogates and look-alikes of structure among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => {
    return String.fromCharCode(...units)
  }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r',
        '\u2028',
        '\u2029',
        '\u0085',
        '@!@',
        '@!@!@',
        '"',
        '\\',
        ',',
        '\0',
        '\u202e',
        'ü',
        '{"sequence":1',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
)

const event: fc.Arbitrary<AuditEvent> = fc.record(
  {
    event: fc.constantFrom('decision', 'sign-in', 'task.done'),
    outcome: fc.constantFrom('allow', 'deny', 'success', 'failure'),
    codes: fc.array(text, { maxLength: 3 }),
    facts: fc.dictionary(text, text, { maxKeys: 3 }),
    ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, text])),
  },
  { requiredKeys: ['event'] },
) as fc.Arbitrary<AuditEvent>

function lineOf(given: AuditEvent, time = 0): string {
  const lines = new LineBuffer()
  seal(BEGINNING, encodeEvent(given) ?? '', time, lines)
  return lines.from(0).toString('latin1')
}

it('gives back every text exactly', () => {
  fc.assert(
    fc.property(event, fc.integer({ min: 0, max: 4e12 }), (given, time) => {
      const {
        sequence,
        time: stamp,
        previous,
        hash,
        ...read
      } = parseRecord(lineOf(given, time)) ?? {}
      expect(read).toEqual({ ...given })
      expect([sequence, stamp]).toEqual([1, new Date(time).toISOString()])
      expect([previous, hash]).toEqual([BEGINNING.hash, expect.stringMatching(/^[0-9a-f]{64}$/)])
    }),
  )
})

it('makes one line of printable ASCII without the key of mx.log, whatever the event holds', () => {
  fc.assert(
    fc.property(event, (given) => {
      const line = lineOf(given)
      expect(line).toMatch(/^[ -~]+\n$/)
      expect(line).not.toContain('@!@')
      expect(readLink(Buffer.from(line.slice(0, -1)))).toMatchObject({ sequence: 1, genuine: true })
    }),
  )
})

it('writes the fields in one order, whatever the order of the event', () => {
  fc.assert(
    fc.property(event, (given) => {
      const reversed = Object.fromEntries(
        Object.entries(given).toReversed(),
      ) as unknown as AuditEvent
      expect(encodeEvent(reversed)).toBe(encodeEvent(given))
    }),
  )
})

it('reads nothing that is no record, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (line) => {
      expect(parseRecord(line)).toBeUndefined()
    }),
  )
})

it.each([
  ['an unknown field', { other: 'x' }],
  ['a text that is a number', { peer: 1 }],
  ['a sequence that is a text', { sequence: '1' }],
  ['a code that is no text', { codes: [1] }],
  ['facts that are a list', { facts: ['a'] }],
  ['no hash', { hash: undefined }],
])('reads no record with %s', (_, change) => {
  const sound = JSON.parse(lineOf({ event: 'x' })) as object
  expect(parseRecord(JSON.stringify(sound))).toEqual(sound)
  expect(parseRecord(JSON.stringify({ ...sound, ...change }))).toBeUndefined()
})
