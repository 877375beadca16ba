import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { AUTHORITY, exchange, receive, type Exchange } from './exchange.ts'

type Fields = signed.Fields

function withFields({ message }: Exchange, fields: Fields): signed.RequestMessage {
  return { ...message, fields }
}

/** Every way to change the fields that the title names, each by itself. */
const CHANGES: Readonly<Record<string, (fields: Fields) => readonly Fields[]>> = {
  'a field less': (fields) => fields.map((_, index) => fields.toSpliced(index, 1)),
  'a field twice': (fields) =>
    fields.flatMap((field, index) => [
      fields.toSpliced(index, 0, field),
      [...fields, field],
      [field, ...fields],
    ]),
  'two fields in other places': (fields) =>
    fields.flatMap((first, index) =>
      fields.slice(index + 1).map((second, rest) => {
        const swapped = [...fields]
        swapped[index] = second
        swapped[index + 1 + rest] = first
        return swapped
      }),
    ),
  'a value cut short': (fields) =>
    fields.flatMap(([name, value], index) =>
      Array.from({ length: value.length }, (_, length) =>
        fields.with(index, [name, value.slice(0, length)]),
      ),
    ),
  'a value cut at its start': (fields) =>
    fields.flatMap(([name, value], index) =>
      Array.from({ length: value.length }, (_, start) =>
        fields.with(index, [name, value.slice(start + 1)]),
      ),
    ),
  'a value with one bit changed': (fields) =>
    fields.flatMap(([name, value], index) =>
      Array.from({ length: value.length * 8 }, (_, bit) => {
        const bytes = Buffer.from(value, 'latin1')
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return fields.with(index, [name, bytes.toString('latin1')])
      }),
    ),
  'a name in other letters': (fields) =>
    fields.map(([name, value], index) => fields.with(index, [name.toUpperCase(), value])),
  'blanks about a value': (fields) =>
    fields.flatMap(([name, value], index) => [
      fields.with(index, [name, ` ${value}`]),
      fields.with(index, [name, `${value}\t`]),
    ]),
}

describe.each([true, false])('a request whose certificate is sent: %s', (sendChain) => {
  it.each(Object.keys(CHANGES))('is refused with %s, and then accepted once', async (title) => {
    const exchanged = exchange({ sendChain })
    const { message, options } = exchanged
    const allowed: Fields[] = []
    const changed = CHANGES[title]?.(message.fields) ?? []
    for (const fields of changed) {
      // oxlint-disable-next-line no-await-in-loop -- one by one, as they would come
      const decision = await receive(withFields(exchanged, fields), options)
      if (decision.outcome === 'allow') allowed.push(fields)
    }
    expect(changed.length).toBeGreaterThan(0)
    expect(allowed).toEqual([])
    expect((await receive(message, options)).reasons[0].code).toBe('request-verified')
    expect((await receive(message, options)).reasons[0].code).toBe('value-used')
  })
})

it('is refused with any bytes of its body changed, left out or added', async () => {
  const { message, options } = exchange()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (body) => {
      fc.pre(!Buffer.from(body).equals(message.body))
      const own = message.fields.map(([name, value]) =>
        name === 'content-length'
          ? ([name, String(body.length)] as const)
          : ([name, value] as const),
      )
      expect((await receive({ ...message, body }, options)).outcome).toBe('deny')
      expect((await receive({ ...message, body, fields: own }, options)).outcome).toBe('deny')
    }),
  )
  expect((await receive(message, options)).outcome).toBe('allow')
})

it('is never more than a decision, whatever comes', async () => {
  const { message, options } = exchange()
  const names = fc.constantFrom(...message.fields.map(([name]) => name), 'x', '')
  const values = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.constantFrom(...message.fields.map(([, value]) => value)),
  )
  const fields = fc.array(fc.tuple(names, values), { maxLength: 12 })
  const strings = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('POST', '/v1/tasks'))
  await fc.assert(
    fc.asyncProperty(strings, strings, fields, async (method, target, all) => {
      const decision = await receive({ ...message, method, target, fields: all }, options)
      expect(decision.outcome).toBe('deny')
      expect(Object.hasOwn(signed.CODES, decision.reasons[0].code)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

it('is signed over the base that RFC 9421 has for its components', () => {
  const targets = fc.constantFrom('/', '/v1/tasks', '/a%20b?c=d&e', '/?x')
  fc.assert(
    fc.property(targets, fc.boolean(), fc.uint8Array(), (target, sendChain, body) => {
      const { message } = exchange({ target, sendChain, body })
      const read = signed.readSignedRequest(message)
      const input = new Map(message.fields).get('signature-input') ?? ''
      const parsed = signed.parseSignatureInput(input)
      if (read.outcome !== 'read' || parsed.outcome !== 'parsed') throw new Error('not read')
      const { components = [], parameters = new Map<string, signed.BareItem>() } =
        parsed.inputs.get('gatehouse') ?? {}
      const built = signed.signatureBase(
        { ...message, authority: AUTHORITY },
        components,
        parameters,
      )
      expect(built).toEqual({ outcome: 'built', base: Buffer.from(read.request.base).toString() })
    }),
  )
})
