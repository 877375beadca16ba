import { expect, test } from 'vitest'
import { expiryWarnings, EXPIRY_CODES, type Certificate } from '../../src/index.ts'
import { LEAF } from '../world.ts'
import { AT } from '../writing/certificate.ts'
import { time } from '../writing/der.ts'
import { selfSigned } from './world.ts'

const DAY = 86_400_000
const iso = (milliseconds: number): string =>
  new Date(AT.getTime() + milliseconds).toISOString().replace('.000Z', 'Z')
const ending = (milliseconds: number): Certificate =>
  selfSigned(LEAF, { notAfter: time(iso(milliseconds)) })
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
  expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(Object.keys(EXPIRY_CODES)))
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
