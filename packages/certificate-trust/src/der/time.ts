import { DerFault } from './fault.ts'
import { TAG, type DerElement, type DerReader } from './reader.ts'

/** Years up to this one are written as UTCTime, later ones as GeneralizedTime (RFC 5280, 4.1.2.5). */
const LAST_UTC_YEAR = 2049

/** A time of a certificate or list. */
export interface Time {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: number
  /** Whether it is written as the type that its year asks for. */
  readonly isConforming: boolean
}

/**
 * A time of a certificate or list.
 *
 * UTCTime is `YYMMDDHHMMSSZ` for 1950 to 2049, GeneralizedTime `YYYYMMDDHHMMSSZ` for years outside of
 * those; without fractions, and never in another zone. A GeneralizedTime within those years can be
 * understood, but does not conform.
 */
export function readTime(reader: DerReader): Time {
  const isUtc = reader.nextTag === TAG.utcTime
  const element = reader.element(isUtc ? TAG.utcTime : TAG.generalizedTime)
  const { seconds, year } = instantOf(element, isUtc ? 2 : 4)
  return { seconds, isConforming: isUtc || year < 1950 || year > LAST_UTC_YEAR }
}

/** A GeneralizedTime where the other type is not allowed, in seconds. */
export function readGeneralizedTime(reader: DerReader): number {
  return instantOf(reader.element(TAG.generalizedTime), 4).seconds
}

function instantOf(element: DerElement, yearDigits: 2 | 4): { seconds: number; year: number } {
  const { bytes, contents, end, start } = element
  const isWhole = end - contents === yearDigits + 11 && bytes[end - 1] === 0x5a
  if (!isWhole) throw new DerFault('der-time-malformed', start)
  const written = digits(element, contents, yearDigits)
  const year = yearDigits === 4 ? written : written < 50 ? 2000 + written : 1900 + written
  const rest = contents + yearDigits
  const month = digits(element, rest, 2)
  const day = digits(element, rest + 2, 2)
  const hour = digits(element, rest + 4, 2)
  const minute = digits(element, rest + 6, 2)
  const second = digits(element, rest + 8, 2)
  const isReal =
    month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) && hour < 24 && minute < 60
  if (!isReal || second > 59) throw new DerFault('der-time-malformed', start)
  const seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
  return { seconds, year }
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days in the Gregorian calendar; years are counted from March, so that a leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const days = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return 365 * shifted + leaps + days - 719_468
}

function digits({ bytes, start }: DerElement, at: number, count: number): number {
  let number = 0
  for (let index = at; index < at + count; index += 1) {
    const digit = (bytes[index] as number) - 0x30
    if (digit < 0 || digit > 9) throw new DerFault('der-time-malformed', start)
    number = number * 10 + digit
  }
  return number
}
