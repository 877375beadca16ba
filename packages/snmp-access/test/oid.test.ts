import { describe, expect, it } from 'vitest'
import { compareOids, formatOid, MAX_SUB_IDENTIFIERS, parseOid } from '../src/index.ts'

describe('an object identifier', () => {
  it.each(['1.3.6.1', '.1.3.6.1', '01.3.6.1'])('is read from %s', (text) => {
    expect(parseOid(text)).toEqual([1, 3, 6, 1])
  })

  it('takes sub-identifiers up to 2^32 - 1 and no more', () => {
    expect(parseOid('.1.4294967295')).toEqual([1, 4294967295])
    expect(parseOid('.1.4294967296')).toBeUndefined()
  })

  it('takes 128 sub-identifiers and no more', () => {
    const longest = Array.from({ length: MAX_SUB_IDENTIFIERS }, () => '1').join('.')
    expect(parseOid(longest)).toHaveLength(MAX_SUB_IDENTIFIERS)
    expect(parseOid(`${longest}.1`)).toBeUndefined()
  })

  it.each(['', '.', '1.', '1..3', '..1', 'system', '1.3.x', '-1', '1 3', '1.'.repeat(2000)])(
    'is not read from %j',
    (text) => {
      expect(parseOid(text)).toBeUndefined()
    },
  )

  it('is written without a leading dot', () => {
    expect(formatOid([1, 3, 6, 4294967295])).toBe('1.3.6.4294967295')
  })

  it('is ordered by numbers, not by digits, and a subtree before what is in it', () => {
    const texts = ['1.10', '1.2', '1', '1.2.1', '2']
    const sorted = texts.map((text) => parseOid(text) as readonly number[]).toSorted(compareOids)
    expect(sorted.map(formatOid)).toEqual(['1', '1.2', '1.2.1', '1.10', '2'])
    expect(compareOids([1, 2], [1, 2])).toBe(0)
  })
})
