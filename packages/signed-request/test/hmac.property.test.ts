import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { Hmac } from '../src/values/hmac.ts'

it('gives the authentication code that OpenSSL gives, of one message after the other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 40 }),
      fc
        .nat(100)
        .chain((length) =>
          fc.array(fc.uint8Array({ minLength: length, maxLength: length }), { minLength: 1 }),
        ),
      (key, prefix, messages) => {
        const hmac = new Hmac(key, prefix, messages[0]?.length ?? 0)
        const expected = messages.map((message) =>
          createHmac('sha256', key).update(prefix).update(message).digest('hex'),
        )
        expect(messages.map((message) => hmac.of(message).toString('hex'))).toEqual(expected)
      },
    ),
  )
})

it('refuses a key of more than a block, and a message of another length', () => {
  expect(() => new Hmac(new Uint8Array(65), new Uint8Array(), 1)).toThrow(RangeError)
  const hmac = new Hmac(new Uint8Array(32), new Uint8Array(), 4)
  expect(() => hmac.of(new Uint8Array(3))).toThrow(RangeError)
  expect(() => hmac.of(new Uint8Array(5))).toThrow(RangeError)
})
