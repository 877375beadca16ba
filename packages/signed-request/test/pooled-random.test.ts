import { expect, test } from 'vitest'
import { pooledRandom } from '../src/values/pooled-random.ts'

test('random bytes are as many as asked for, and none is given twice', () => {
  const random = pooledRandom()
  const given = Array.from({ length: 2_000 }, () => random(16))
  expect(given.every((bytes) => bytes.length === 16)).toBe(true)
  expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(2_000)
  expect([random(1_000).length, random(1_024).length, random(5_000).length]).toEqual([
    1_000, 1_024, 5_000,
  ])
})
