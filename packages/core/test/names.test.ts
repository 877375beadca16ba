import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readName, sizeOf, wordsOf } from '../src/names/index.ts'

test('names are the same exactly when their integers are, and then their hashes are', () => {
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a', 'ab', 'a\0', 'ba'))
  fc.assert(
    fc.property(name, name, (one, other) => {
      const [first, second] = [wordsOf(one), wordsOf(other)]
      expect(Buffer.from(first.buffer).equals(Buffer.from(second.buffer))).toBe(one === other)
      if (one === other) expect(readName(one, first)).toBe(readName(other, second))
    }),
  )
})

test('nothing is written behind the integers of a name', () => {
  const words = new Int32Array(8).fill(-7)
  readName('web01', words)
  expect(words.slice(sizeOf('web01'.length))).toEqual(new Int32Array(4).fill(-7))
})

test('the hashes of ten thousand numbered names seldom meet', () => {
  const words = new Int32Array(sizeOf(9))
  const hashes = Array.from({ length: 10_000 }, (_, index) => readName(`host${index}`, words))
  expect(new Set(hashes).size).toBeGreaterThan(9_990)
})
