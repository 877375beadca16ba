import { describe, expect, test } from 'vitest'
import {
  formatAddress,
  formatPattern,
  parseAddress,
  parsePattern,
  PATTERN_CODES,
} from '../src/index.ts'
import { formatNumber } from '../src/address.ts'
import { openPattern } from '../src/model.ts'
import { ADDRESS_VECTORS, PATTERN_VECTORS } from './vectors.ts'

describe('parsePattern', () => {
  test.each(PATTERN_VECTORS)('reads as the vector says: $name', ({ given, expect: expected }) => {
    const { pattern, error } = parsePattern(given.text, given.options)
    if (expected.outcome === 'refused') {
      expect({ code: error?.code, offset: error?.offset }).toEqual({
        code: expected.code,
        offset: expected.offset,
      })
      return
    }
    if (pattern === undefined) throw new Error(error.message)
    const { family, first, last } = openPattern(pattern)
    expect({
      outcome: 'pattern',
      form: pattern.form,
      pattern: formatPattern(pattern),
      first: formatNumber(family, first),
      last: formatNumber(family, last),
    }).toEqual(expected)
    expect(parsePattern(formatPattern(pattern))).toEqual({ pattern })
  })

  test('every code is produced by a vector', () => {
    const produced = PATTERN_VECTORS.map(({ given }) => parsePattern(given.text, given.options))
    const codes = new Set(produced.map(({ error }) => error?.code))
    expect(Object.keys(PATTERN_CODES).filter((code) => !codes.has(code as never))).toEqual([])
  })

  test('a message is one printable line, whatever the input', () => {
    const { error } = parsePattern('10.0.0.1\n\u001b[2J\u202e')
    expect(error?.message).toMatch(/^[\x20-\x7e]+$/)
  })

  test('a pattern cannot be changed after it was read', () => {
    const { pattern } = parsePattern('10.0.0.0/8')
    expect(Object.isFrozen(pattern)).toBe(true)
  })
})

describe('parseAddress', () => {
  test.each(ADDRESS_VECTORS)('reads as the vector says: $name', ({ given, expect: expected }) => {
    const address = parseAddress(given.text)
    const text = address === undefined ? undefined : formatAddress(address)
    expect(text).toBe(expected.outcome === 'address' ? expected.address : undefined)
  })
})
