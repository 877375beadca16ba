import { expect, test } from 'vitest'

import { SaltSequence } from '../../src/message/index.ts'

test('salts count on and begin anywhere', () => {
  const salts = new SaltSequence()
  const seen = Array.from({ length: 300 }, () => Buffer.from(salts.next()).readBigUInt64BE())
  for (let index = 1; index < seen.length; index += 1) {
    expect(seen[index]).toBe(BigInt.asUintN(64, (seen[index - 1] as bigint) + 1n))
  }
  expect(new SaltSequence().next()).not.toEqual(new SaltSequence().next())
})
