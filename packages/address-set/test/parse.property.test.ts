import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { isIP } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  formatAddress,
  formatPattern,
  parseAddress,
  parsePattern,
  PATTERN_CODES,
} from '../src/index.ts'
import { readIpv4 } from '../src/ipv4.ts'
import { aRule } from './rules.ts'

const SPELLINGS = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0125690.:afx%/-* '.split('')), maxLength: 24 }),
  fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.')),
  fc.array(fc.constantFrom('0', '1', 'ff', 'abcd', ''), { maxLength: 10 }).map((g) => g.join(':')),
)

describe('an address', () => {
  test('of IPv4 is read on the fast path as ipaddr.js reads four decimal octets', () => {
    fc.assert(
      fc.property(SPELLINGS, (text) => {
        const strict = ipaddr.IPv4.isValidFourPartDecimal(text) && !/(^|\.)0\d/.test(text)
        const expected = strict ? octetsToNumber(ipaddr.IPv4.parse(text).octets) : undefined
        const value = readIpv4(text)
        expect(value < 0 ? undefined : value).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  test('without a zone is accepted exactly when node:net accepts it', () => {
    fc.assert(
      fc.property(SPELLINGS, (text) => {
        fc.pre(!text.includes('%'))
        expect(parseAddress(text) !== undefined).toBe(isIP(text) > 0)
      }),
      { numRuns: 3000 },
    )
  })

  test('of IPv6 is formatted as the URL standard does, unless it is IPv4-mapped', () => {
    fc.assert(
      fc.property(words6(), (text) => {
        const address = parseAddress(text)
        if (address === undefined) throw new Error(text)
        if (address.family === 4) return
        expect(formatAddress(address)).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1))
      }),
    )
  })

  test('and its text are each other’s inverse, zone and IPv4-mapping gone', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), words6()), fc.boolean(), (text, zone) => {
        const address = parseAddress(zone && text.includes(':') ? `${text}%eth0` : text)
        if (address === undefined) throw new Error(text)
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
    )
  })

  test('of IPv4 equals its IPv4-mapped forms', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const mapped = ipaddr.IPv4.parse(text).toIPv4MappedAddress()
        expect(parseAddress(`::ffff:${text}`)).toEqual(parseAddress(text))
        expect(parseAddress(mapped.toNormalizedString())).toEqual(parseAddress(text))
      }),
    )
  })
})

describe('a pattern', () => {
  test('and its text are each other’s inverse', () => {
    fc.assert(
      fc.property(aRule(), ({ text, canonical }) => {
        const { pattern, error } = parsePattern(text)
        if (error !== undefined) throw new Error(error.message)
        expect(formatPattern(pattern)).toBe(canonical)
        expect(parsePattern(canonical)).toEqual({ pattern })
      }),
      { numRuns: 1000 },
    )
  })

  test('of any text is read, or refused with a code and an offset in the text', () => {
    fc.assert(
      fc.property(fc.oneof(SPELLINGS, fc.string({ unit: 'binary', maxLength: 120 })), (text) => {
        const { pattern, error } = parsePattern(text)
        if (error === undefined) expect(parsePattern(formatPattern(pattern))).toEqual({ pattern })
        else {
          expect(Object.keys(PATTERN_CODES)).toContain(error.code)
          expect(error.offset).toBeGreaterThanOrEqual(0)
          expect(error.offset).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

function octetsToNumber(octets: readonly number[]): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0)
}

/** Eight groups, many of them zero. */
function words6(): fc.Arbitrary<string> {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff)).map((value) => value.toString(16))
  return fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'))
}
