import { expect, test } from 'vitest'

import { SaltSequence } from '../../src/message/index.ts'

test('salts count on and begin anywhere', () => {
  const salts = new SaltSequence()
  const seen = Array.from({ length: 300 }, () => Buffer.from(salts.next()).readBigUInt64BE())
  const [first = 0n] = seen
  expect(seen).toEqual(seen.map((_, index) => BigInt.asUintN(64, first + BigInt(index))))
  expect(new SaltSequence().next()).not.toEqual(new SaltSequence().next())
})
