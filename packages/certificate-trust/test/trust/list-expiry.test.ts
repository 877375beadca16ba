import { expect, test } from 'vitest'
import {
  describeTimeWarning,
  listWarnings,
  LIST_EXPIRY_CODES,
  newWarnings,
  type CertificateList,
} from '../../src/index.ts'
import { BETWEEN, ROOT, STRANGER } from '../world.ts'
import { AT } from '../writing/certificate.ts'
import { extension } from '../writing/extensions.ts'
import { list, ONLY_PEERS } from '../writing/list.ts'

const FROM = '2026-11-01T00:00:00Z'
const UNTIL = '2026-12-01T00:00:00Z'
const month = list(ROOT, { from: FROM, until: UNTIL })

const codes = (lists: readonly CertificateList[], at: Date | string): readonly string[] =>
  listWarnings(lists, new Date(at)).map(({ code }) => code)

test.each([
  ['2026-11-01T00:00:00Z', []],
  ['2026-11-20T23:59:59Z', []],
  ['2026-11-21T00:00:00Z', ['list-ends-soon']],
  ['2026-12-01T00:00:00Z', ['list-ends-soon']],
  ['2026-12-01T00:00:01Z', ['list-out-of-date']],
  ['2026-10-31T23:59:59Z', ['list-not-yet-valid']],
])('a list of thirty days is at %s %j', (at, expected) => {
  expect(codes([month, month], at)).toEqual(expected)
})

test.each([
  ['without a number', list(ROOT, { number: null })],
  ['that does not name its next', list(ROOT, { until: null })],
  [
    'with something critical that nobody knows',
    list(ROOT, { extensions: [extension('1.2.3.4', Uint8Array.of(5, 0), true)] }),
  ],
])('a list %s says nothing', (_, odd) => {
  expect(codes([odd], AT)).toEqual(['list-unusable'])
  expect(codes([odd, list(ROOT)], AT)).toEqual([])
})

test('of one issuer, key and scope the list counts that lasts longest and has begun', () => {
  const old = list(ROOT, { from: '2026-10-01T00:00:00Z', until: '2026-11-01T00:00:00Z' })
  const next = list(ROOT, { number: 3, from: UNTIL, until: '2026-12-31T00:00:00Z' })
  expect(codes([old, list(ROOT, { number: 2 }), next], AT)).toEqual([])
  expect(codes([old, next], AT)).toEqual(['list-out-of-date'])
  expect(codes([next], AT)).toEqual(['list-not-yet-valid'])
  expect(codes([old, list(BETWEEN)], AT)).toEqual(['list-out-of-date'])
  expect(codes([old, list(ROOT, { scope: [ONLY_PEERS] })], AT)).toEqual(['list-out-of-date'])
})

test('a delta is not looked at', () => {
  const delta = list(ROOT, { number: 2, base: 1, until: '2026-11-02T00:00:00Z' })
  expect(codes([delta, list(ROOT)], AT)).toEqual([])
})

test('every code comes in its order, for people in one line and new once', () => {
  const lists = [
    month,
    list(BETWEEN, { number: null }),
    list(BETWEEN, { scope: [ONLY_PEERS], from: UNTIL }),
    list(STRANGER, { until: '2026-11-03T00:00:00Z' }),
  ]
  const warnings = listWarnings(lists, AT)
  expect(warnings.map(({ code }) => code)).toEqual(Object.keys(LIST_EXPIRY_CODES))
  expect(warnings.map(({ daysLeft }) => daysLeft)).toEqual([-20, 343, 343, 8])
  for (const warning of warnings) {
    expect(describeTimeWarning(warning)).toContain(LIST_EXPIRY_CODES[warning.code])
  }
  expect(newWarnings(warnings, [])).toEqual(warnings)
  expect(newWarnings(warnings, listWarnings([month], AT))).toEqual(
    warnings.filter(({ list: one }) => one !== month),
  )
})

test('an instant that is none is an error of the caller', () => {
  expect(() => listWarnings([], new Date(Number.NaN))).toThrow(RangeError)
})
