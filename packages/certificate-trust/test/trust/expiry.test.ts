import { expect, test } from 'vitest'
import {
  describeTimeWarning,
  expiryWarnings,
  EXPIRY_CODES,
  newWarnings,
  type Certificate,
} from '../../src/index.ts'
import { LEAF } from '../world.ts'
import { AT } from '../writing/certificate.ts'
import { time } from '../writing/der.ts'
import { selfSigned, trusted } from './world.ts'

const DAY = 86_400_000
const iso = (milliseconds: number): string =>
  new Date(AT.getTime() + milliseconds).toISOString().replace('.000Z', 'Z')
const ending = (milliseconds: number): Certificate =>
  selfSigned(LEAF, { notAfter: time(iso(milliseconds)) })
const after = (milliseconds: number): Date => new Date(AT.getTime() + milliseconds)
const EARLY = selfSigned(LEAF, { notBefore: time(iso(1000)) })

test.each([
  [-1000, 'expired', -1],
  [0, 'within-7-days', 0],
  [7 * DAY, 'within-7-days', 7],
  [7 * DAY + 1000, 'within-30-days', 7],
  [30 * DAY, 'within-30-days', 30],
  [30 * DAY + 1000, 'within-90-days', 30],
  [90 * DAY, 'within-90-days', 90],
])('%d milliseconds before its end it is %s', (left, code, daysLeft) => {
  expect(expiryWarnings([ending(left)], AT)).toMatchObject([{ code, daysLeft }])
})

test('nothing is said of what ends later', () => {
  expect(expiryWarnings([ending(90 * DAY + 1000)], AT)).toEqual([])
})

test('each is said once, the most urgent first', () => {
  const certificates = [80, 6, 29, -1, 5, -9].map((days) => ending(days * DAY))
  const warnings = expiryWarnings([...certificates, EARLY, ...certificates], AT)
  expect(
    warnings.map(({ code, daysLeft }) => (code === 'not-yet-valid' ? code : daysLeft)),
  ).toEqual([-9, -1, 'not-yet-valid', 5, 6, 29, 80])
})

const LONG = ending(365 * DAY)

test.each([
  [-1000, 'trust-ended', null, -1],
  [0, 'trust-ends', 7, 0],
  [7 * DAY + 1000, 'trust-ends', 30, 7],
  [90 * DAY, 'trust-ends', 90, 90],
])('%d milliseconds before its `until` an entry is %s', (left, code, stage, daysLeft) => {
  const entry = trusted(LONG, 'console', after(left))
  const [warning, ...more] = expiryWarnings([LONG, entry, entry], AT)
  expect(warning).toMatchObject({ code, stage, daysLeft, entry })
  expect(more).toEqual([])
})

test.each([
  ['without `until` ends as its certificate does', ending(5 * DAY), undefined],
  ['that outlasts its certificate does so as well', ending(5 * DAY), after(9 * DAY)],
])('an entry %s, and is said once with it', (_, certificate, until) => {
  const warnings = expiryWarnings([certificate, trusted(certificate, 'system', until)], AT)
  expect(warnings).toMatchObject([{ code: 'within-7-days', daysLeft: 5 }])
  expect(warnings[0]).not.toHaveProperty('entry')
})

test('every code comes in its order, what is over first and then by stage', () => {
  const late = trusted(LONG, 'system', after(-DAY))
  const soon = trusted(LONG, 'console', after(6 * DAY))
  const certificates = [80, 5, 29, -1].map((days) => ending(days * DAY))
  const said = expiryWarnings([...certificates, soon, EARLY, late], AT).map(({ code }) => code)
  expect(said).toEqual([
    'expired',
    'not-yet-valid',
    'trust-ended',
    'within-7-days',
    'trust-ends',
    'within-30-days',
    'within-90-days',
  ])
  expect(new Set(said)).toEqual(new Set(Object.keys(EXPIRY_CODES)))
})

test('what was said is new again only when it is more urgent, and what comes in is new at once', () => {
  const entry = trusted(LONG, 'console', after(31 * DAY))
  const said = Array.from({ length: 34 }, (_, day) => day).flatMap((day) => {
    const now = expiryWarnings([entry], after(day * DAY))
    const before = day === 0 ? [] : expiryWarnings([entry], after((day - 1) * DAY))
    return newWarnings(now, before).map(({ code }) => [day, code])
  })
  expect(said).toEqual([
    [0, 'trust-ends'],
    [1, 'trust-ends'],
    [24, 'trust-ends'],
    [32, 'trust-ended'],
  ])
  const known = ending(20 * DAY)
  const now = expiryWarnings([known, ending(21 * DAY)], AT)
  const news = newWarnings(now, expiryWarnings([known], AT))
  expect(news.map(({ code, daysLeft }) => [code, daysLeft])).toEqual([['within-30-days', 21]])
})

test('a warning for people is one line, with whose it is and until when', () => {
  const entry = trusted(LONG, 'console', after(6 * DAY))
  for (const warning of expiryWarnings([ending(5 * DAY), entry, EARLY], AT)) {
    const line = describeTimeWarning(warning)
    expect(line).toContain(EXPIRY_CODES[warning.code])
    expect(line).toContain(warning.certificate.sha256)
    expect(line).toContain(
      iso(
        { 'within-7-days': 5 * DAY, 'trust-ends': 6 * DAY }[warning.code as 'trust-ends'] ?? 1000,
      ),
    )
  }
})

test('what was said before is not said again until it is more urgent', () => {
  const certificate = ending(31 * DAY)
  const days = Array.from({ length: 35 }, (_, day) => new Date(AT.getTime() + day * DAY))
  const said = days.flatMap((at, day) => {
    const before = days[day - 1]
    const since = before === undefined ? {} : { since: before }
    return expiryWarnings([certificate], at, since).map(({ code }) => [day, code])
  })
  expect(said).toEqual([
    [0, 'within-90-days'],
    [1, 'within-30-days'],
    [24, 'within-7-days'],
    [32, 'expired'],
  ])
})

test('an instant that is none is an error of the caller', () => {
  expect(() => expiryWarnings([], new Date(Number.NaN))).toThrow(RangeError)
})
