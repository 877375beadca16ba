import { expect, test } from 'vitest'
import { AddressIndex, AddressSet, parseAddress, parsePattern } from '../src/index.ts'

const ALL = ['0.0.0.0/0', '::/0'].flatMap((text) => parsePattern(text).pattern ?? [])

/** Texts that take long to read for a reader that goes back, or are long themselves. */
const HOSTILE = [
  '1'.repeat(1_000_000),
  '1.'.repeat(1_000_000),
  ':'.repeat(1_000_000),
  '::'.repeat(1_000_000),
  'f:'.repeat(1_000_000),
  `${'0'.repeat(100_000)}.0.0.1`,
  `10.0.0.0/${'0'.repeat(100_000)}`,
  `10.0.0.0/${'9'.repeat(80)}`,
  '-'.repeat(100_000),
  `10.0.0.1${'-10.0.0.1'.repeat(10_000)}`,
  `fe80::1%${'x'.repeat(100_000)}`,
  '*'.repeat(100_000),
  ' '.repeat(100_000),
  '\u0661\u0660.0.0.1',
  '\uff11\uff10.0.0.1',
  '10\u3002 0.0.1',
  '10.0.0.1\0',
  '10.0.0.1\n',
  '\ufeff10.0.0.1',
  '\ud800',
]

test('no hostile text is an address or a pattern, and the message about it is short', () => {
  for (const text of HOSTILE) {
    expect(parseAddress(text)).toBeUndefined()
    const { error } = parsePattern(text)
    expect(error?.message.length).toBeLessThan(1000)
    expect(error?.offset).toBeLessThanOrEqual(text.length)
  }
})

test('no hostile text is in a set of all addresses, nor found in an index', () => {
  const set = AddressSet.of(ALL)
  const index = AddressIndex.of(
    ALL.map((pattern) => ({ pattern, value: pattern.family })),
    'first',
  )
  expect([set.has('10.0.0.1'), index.find('::1')]).toEqual([true, 6])
  for (const text of HOSTILE) expect([set.has(text), index.find(text)]).toEqual([false, undefined])
})
