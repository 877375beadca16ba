import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  authorize,
  explainLogin,
  formatAuthorizedKeys,
  lintAuthorizedKeys,
  parseAuthorizedKeys,
  whoCan,
} from '../../src/index.ts'
import { ask, FILE, KEY, LOGIN, OTHER } from './logins.ts'

const WORDS = [
  'restrict pty no-pty cert-authority command= from= expiry-time= environment= permitopen=',
  'permitlisten= tunnel= principals= A=1 any " \\ , # ! * ? : / % [ ]',
  '10.0.0.0/8 2001:db8::/32 ::ffff:1.2.3.4 20990101 24Z 0x7f',
].flatMap((words) => words.split(' '))

const word = fc.constantFrom(...WORDS, ' ', '\t', '\n', '\r', '\0', KEY, OTHER)
const text = fc.oneof(
  fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
  fc.string({ unit: 'binary' }),
)

test('parse and format give the text back, and nothing throws', () => {
  fc.assert(
    fc.property(text, (written) => {
      const store = parseAuthorizedKeys(written, { file: FILE })
      expect(formatAuthorizedKeys(store)).toBe(written)
      const decision = authorize(LOGIN, store)
      expect(explainLogin(LOGIN, store).decision).toEqual(decision)
      lintAuthorizedKeys(store)
      const listed = whoCan(store, { user: LOGIN.user, now: LOGIN.now, timeZone: 'UTC' })
      if (decision.outcome === 'allow') {
        expect(listed.map(({ source }) => source)).toContainEqual(decision.reasons[0].source)
      }
    }),
  )
})

test('bytes of any kind are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseAuthorizedKeys(bytes, { file: FILE })
    }),
  )
})

test('profile strict lets nobody in whom profile openssh refuses', () => {
  const entries = '192.0.2.7 192.2.7 192.000.2.7 * !10.1 fe80::/10 !fe80::/10 192.0.2.0/24'
  const entry = fc.constantFrom(...entries.split(' '))
  const options = fc.oneof(
    fc.array(entry, { minLength: 1, maxLength: 4 }).map((list) => `from="${list.join(',')}"`),
    fc.integer({ min: 0, max: 72 }).map((hour) => {
      const at = new Date(LOGIN.now.getTime() + (hour - 36) * 3_600_000)
      return `expiry-time="${at.toISOString().replaceAll(/[-T:]/gu, '').slice(0, 10)}00"`
    }),
  )
  const place = fc.constantFrom('192.0.2.7', '10.0.0.1', 'fe80::1', 'fe80::1%eth0')
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Europe/Dublin', 'Australia/Sydney')
  fc.assert(
    fc.property(options, place, timeZone, (written, address, zone) => {
      const line = `${written} ${KEY}\n`
      const changes = { address, timeZone: zone }
      const openssh = ask(line, changes, { profile: 'openssh' }).outcome
      if (openssh === 'deny') expect(ask(line, changes).outcome).toBe('deny')
    }),
  )
})

test('a text over the limit is refused, and only for its size', () => {
  expect(() => parseAuthorizedKeys('#'.repeat(11), { file: FILE, maxBytes: 10 })).toThrow(
    expect.objectContaining({
      code: 'ERR_PARSE',
      diagnostics: [expect.objectContaining({ code: 'text-too-large' })],
    }),
  )
})
