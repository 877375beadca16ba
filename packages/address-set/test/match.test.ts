import { describe, expect, test } from 'vitest'
import {
  AddressIndex,
  AddressSet,
  formatPattern,
  MAX_DISTINCT_MASKS,
  parseAddress,
  parsePattern,
  type AddressPattern,
  type Precedence,
} from '../src/index.ts'
import { MATCH_VECTORS } from './vectors.ts'

function patternOf(text: string): AddressPattern {
  const { pattern, error } = parsePattern(text)
  if (error !== undefined) throw new Error(error.message)
  return pattern
}

const PRECEDENCES: readonly Precedence[] = ['first', 'most-specific']

describe.each(MATCH_VECTORS)('rules of the vector: $name', ({ given, expect: expected }) => {
  const patterns = given.rules.map(patternOf)

  test.each(PRECEDENCES)('AddressIndex finds the winner by precedence %s', (precedence) => {
    const entries = patterns.map((pattern) => ({ pattern, value: formatPattern(pattern) }))
    const index = AddressIndex.of(entries, precedence)
    for (const [address, winner] of Object.entries(expected[precedence])) {
      expect([address, index.find(address) ?? null]).toEqual([address, winner])
      const parsed = parseAddress(address)
      if (parsed !== undefined) expect(index.find(parsed) ?? null).toBe(winner)
    }
  })

  test('AddressSet has what any rule covers', () => {
    const set = AddressSet.of(patterns)
    const answers = PRECEDENCES.flatMap((precedence) => Object.entries(expected[precedence]))
    for (const [address, winner] of answers) {
      expect([address, set.has(address)]).toEqual([address, winner !== null])
    }
  })
})

describe('masks with holes', () => {
  const masks = Array.from({ length: MAX_DISTINCT_MASKS }, (_, index) => `255.${index}.255.1`)

  test('are taken up to the limit, each with any number of networks', () => {
    const rules = masks.flatMap((mask) => [`10.0.0.1/${mask}`, `10.0.1.1/${mask}`])
    expect(AddressSet.of(rules.map(patternOf)).has('10.0.1.1')).toBe(true)
  })

  test('are limited in each family for itself', () => {
    const rules = [...masks.map((mask) => `10.0.0.1/${mask}`), '2001:db8::5/ffff:ffff::ffff']
    expect(AddressSet.of(rules.map(patternOf)).has('2001:db8:9::5')).toBe(true)
  })

  test('beyond the limit end in a limit error', () => {
    const rules = [...masks, '254.0.0.1'].map((mask) => patternOf(`10.0.0.1/${mask}`))
    expect(() => AddressSet.of(rules)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }))
    const entries = rules.map((pattern) => ({ pattern, value: 1 }))
    expect(() => AddressIndex.of(entries, 'first')).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })
})

test('networks that end in many zero bits do not slow the building down', () => {
  const patterns = Array.from({ length: 30_000 }, (_, index) =>
    patternOf(`2001:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::/48`),
  )
  expect(AddressSet.of(patterns).has('2001:75:2f::1')).toBe(true)
})
