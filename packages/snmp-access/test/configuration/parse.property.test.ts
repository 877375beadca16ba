import { ParseError } from '@gatehouse/core'
import { AddressSet, parsePattern } from '@gatehouse/address-set'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { format, parse, readSource, type Configuration } from '../../src/index.ts'

const VOCABULARY = `
  rocommunity rwcommunity6 com2sec com2sec6 authcommunity authuser rouser group view access
  setaccess authaccess authgroup authGroup trapsink [snmpd] [snmptrapd] [ authtrapenable
  sysLocation # " ' \\ "" read,write log -s -v -V -Cn 2c v1 usm any noauth priv exact prefix 0
  included excluded .1.3.6 1.3. ff:a0 fff0 zz default !10.0.0.1 10.0.0.0/8 10.0.0.1/8 ::1
  fd00::/64 name it's g`

const WORDS = fc.constantFrom(...VOCABULARY.trim().split(/\s+/))

const TEXTS = fc
  .array(
    fc.tuple(
      fc.array(fc.oneof({ weight: 9, arbitrary: WORDS }, fc.string({ maxLength: 6 })), {
        maxLength: 9,
      }),
      fc.constantFrom('\n', '\r\n'),
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.map(([words, end]) => words.join(' ') + end).join(''))

function attempt(text: string, lenient: boolean): Configuration | ParseError {
  try {
    return parse(text, { file: 'f', lenient, includes: 'passed-over' })
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

const OCTET = fc.integer({ min: 0, max: 255 })

describe('any text', () => {
  it('is parsed or refused with a ParseError, and what is parsed is given back', () => {
    fc.assert(
      fc.property(TEXTS, fc.boolean(), (text, lenient) => {
        const read = attempt(text, lenient)
        if (read instanceof ParseError) return
        expect(format(read)).toBe(text)
        expect(attempt(format(read), lenient)).toEqual(read)
      }),
      { numRuns: 500 },
    )
  })

  it('that is taken strictly comes to the same when lenient', () => {
    fc.assert(
      fc.property(TEXTS, (text) => {
        const strict = attempt(text, false)
        if (!(strict instanceof ParseError)) expect(attempt(text, true)).toEqual(strict)
      }),
      { numRuns: 500 },
    )
  })
})

describe('any source', () => {
  it('of IPv4 covers what the same pattern covers', () => {
    const octets = fc.tuple(OCTET, OCTET, OCTET, OCTET)
    fc.assert(
      fc.property(octets, fc.integer({ min: 0, max: 32 }), fc.ipV4(), (network, length, peer) => {
        const text = `${network.join('.')}/${length}`
        const read = readSource(text, 'ipv4')
        const { pattern } = parsePattern(text)
        const covered = 'fault' in read ? [] : read.patterns.map((one) => one.pattern)
        const expected = pattern === undefined ? [] : [pattern]
        for (const address of [peer, network.join('.')]) {
          expect(AddressSet.of(covered).has(address)).toBe(AddressSet.of(expected).has(address))
        }
      }),
    )
  })

  it('is read or refused without an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('ipv4', 'ipv6'), (text, family) => {
        const read = readSource(text, family)
        expect('fault' in read || read.patterns.length > 0).toBe(true)
      }),
    )
  })
})
