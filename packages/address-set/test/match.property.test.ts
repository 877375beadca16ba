import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  AddressIndex,
  AddressSet,
  parseAddress,
  parsePattern,
  type AddressPattern,
} from '../src/index.ts'
import { aRule, aValue, spellingsOf, WIDTH, type TestRule } from './rules.ts'

const RULES = fc.array(aRule(), { maxLength: 40 })
const PROBES = fc.record({
  4: fc.array(aValue(4), { minLength: 5, maxLength: 20 }),
  6: fc.array(aValue(6), { minLength: 5, maxLength: 20 }),
})

test('the first covering rule is found, as a linear scan finds it', () => {
  requireSameAsScan('first', (covering) => covering[0])
})

test('the covering rule of fewest addresses is found, as a linear scan finds it', () => {
  requireSameAsScan('most-specific', (covering) =>
    covering.reduce<TestRule | undefined>(
      (best, rule) => (best === undefined || rule.size < best.size ? rule : best),
      undefined,
    ),
  )
})

test('a set has what a linear scan finds covered', () => {
  fc.assert(
    fc.property(RULES, PROBES, (rules, probes) => {
      const set = AddressSet.of(rules.map(patternOf))
      for (const { family, value } of addressesFor(rules, probes)) {
        const expected = rulesCovering(rules, family, value).length > 0
        for (const text of spellingsOf(family, value)) {
          expect([text, set.has(text)]).toEqual([text, expected])
        }
      }
    }),
    { numRuns: 60 },
  )
})

function requireSameAsScan(
  precedence: 'first' | 'most-specific',
  winner: (covering: readonly TestRule[]) => TestRule | undefined,
): void {
  fc.assert(
    fc.property(RULES, PROBES, (rules, probes) => {
      const entries = rules.map((rule) => ({ pattern: patternOf(rule), value: rule }))
      const index = AddressIndex.of(entries, precedence)
      for (const { family, value } of addressesFor(rules, probes)) {
        const expected = winner(rulesCovering(rules, family, value))
        for (const text of spellingsOf(family, value)) {
          expect([text, index.find(text)]).toEqual([text, expected])
          expect(index.find(parseAddress(text) ?? '')).toBe(expected)
        }
      }
    }),
    { numRuns: 60 },
  )
}

function patternOf({ text }: TestRule): AddressPattern {
  const { pattern, error } = parsePattern(text)
  if (error !== undefined) throw new Error(error.message)
  return pattern
}

function rulesCovering(rules: readonly TestRule[], family: 4 | 6, value: bigint): TestRule[] {
  return rules.filter((rule) => rule.family === family && rule.covers(value))
}

/** The edges of every rule, and the probes, less those outside the space or IPv4-mapped. */
function addressesFor(
  rules: readonly TestRule[],
  probes: Readonly<Record<4 | 6, readonly bigint[]>>,
): { family: 4 | 6; value: bigint }[] {
  const edges = rules.flatMap(({ family, edges: at }) => at.map((value) => ({ family, value })))
  const random = ([4, 6] as const).flatMap((family) =>
    probes[family].map((value) => ({ family, value })),
  )
  return [...edges, ...random].filter(
    ({ family, value }) =>
      value >= 0n && value < 1n << WIDTH[family] && (family === 4 || value >> 32n !== 0xffffn),
  )
}
