import { ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addHostKey,
  decideHostKey,
  parseKnownHosts,
  removeHostName,
  type KnownHosts,
} from '../../src/index.ts'
import { matchesPattern } from '../../src/text/pattern.ts'
import { keyOf, vectorsOf, type CheckQuery } from './vectors.ts'

const keys = [...new Set(vectorsOf<CheckQuery>('check').map(({ query }) => query.key))]
const key = keyOf(keys[0] ?? '')
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'B'), minLength: 1, maxLength: 4 })
const item = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?', '!', 'B'), maxLength: 5 })
const line = fc.oneof(
  fc
    .tuple(fc.array(item), fc.constantFrom(...keys))
    .map(([items, text]) => `${items.join()} ${text}`),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('@revoked ', '@', '|1|', '|1|x|y a b', ''),
)
const text = fc.array(line).map((lines) => lines.join('\n'))

function read(given: string | Uint8Array): KnownHosts | undefined {
  try {
    return parseKnownHosts([{ file: 'known_hosts', text: given }])
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError)
    return undefined
  }
}

it('reads any bytes, and throws nothing but ParseError', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), name, (given, host) => {
      const store = read(given)
      store?.voidLines()
      if (store !== undefined) decideHostKey({ host, key }, store)
    }),
  )
})

it('finds the same lines by its index as by going through all of them', () => {
  const lists = fc.array(fc.array(fc.oneof(name, item), { minLength: 1, maxLength: 4 }), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(lists, name, (given, host) => {
      const lines = given.map((items) => `${items.join()} ${keys[0]}`)
      const whole = parseKnownHosts([{ file: 'f', text: lines.join('\n') }])
      const single = lines.flatMap((one, index) => {
        const store = parseKnownHosts([{ file: 'f', text: `x ${keys[0]}\n${one}` }])
        return store.find(host).length > 0 ? [index + 1] : []
      })
      expect(whole.find(host).map(({ source }) => source.line)).toEqual(single)
    }),
  )
})

it('matches patterns as a regular expression does', () => {
  fc.assert(
    fc.property(item, name, (pattern, given) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
      expect(matchesPattern(pattern, given)).toBe(new RegExp(`^${source}$`, 'u').test(given))
    }),
  )
})

it('gives the text back, with a last line end, when a new name is added and removed', () => {
  fc.assert(
    fc.property(text, (given) => {
      const host = 'not-there.invalid'
      const added = addHostKey(given, { host }, key).text
      const removed = removeHostName(added, host, { patterns: 'leave' }).text
      const whole = given === '' || given.endsWith('\n') ? given : `${given}\n`
      expect(removed).toBe(Buffer.from(whole).toString())
    }),
  )
})
