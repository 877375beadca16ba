import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NO_POLICY_CODES, ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  describeUser,
  formatUserMap,
  parseUserMap,
  USER_CODES,
  userMap,
  type UserCode,
  type UserMapping,
} from '../../src/index.ts'

const SHA = 'ab'.repeat(32)

/** Code and place of each error. */
function errorsOf(text: string): readonly string[] {
  try {
    parseUserMap(text, { file: 'users.json' })
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source }) => `${code} ${source.line}:${source.column}`)
  }
}

const one = (entry: string): string => `{"users": [\n${entry}\n]}`

describe('a user map', () => {
  test('has a line for each entry, and names folded as they are compared', () => {
    const text = one(
      `{"certificate": "${SHA}", "user": "DOMAIN\\\\ann"},\n{"name": "C.Example.COM", "users": "any"}`,
    )
    expect(parseUserMap(text, { file: 'users.json' }).entries).toEqual([
      { certificate: SHA, user: 'DOMAIN\\ann', source: { file: 'users.json', line: 2 } },
      { name: 'c.example.com', users: 'any', source: { file: 'users.json', line: 3 } },
    ])
  })

  test.each([
    ['{"users": 1}', 'field-malformed 1:11'],
    ['{}', 'field-missing 1:1'],
    ['{"users": [], "user": "ann"}', 'field-unknown 1:23'],
    ['{"users": [1]}', 'field-malformed 1:12'],
    [one('{}'), 'field-missing 2:1'],
    [one(`{"certificate": "${SHA}"}`), 'field-missing 2:1'],
    [one('{"user": "ann"}'), 'field-missing 2:1'],
    [one(`{"certificate": "${SHA}", "name": "a", "user": "ann"}`), 'field-contradicted 2:93'],
    [one('{"name": "a", "user": "ann", "users": "any"}'), 'field-contradicted 2:39'],
    [one('{"name": "a", "users": "all"}'), 'field-malformed 2:24'],
    [one('{"name": "a", "user": ""}'), 'field-malformed 2:23'],
    [one('{"name": "a", "user": "a\\u0000"}'), 'field-malformed 2:23'],
    [one('{"name": "a", "user": "a\\u202e"}'), 'field-malformed 2:23'],
    [one(`{"name": "a", "user": "${'a'.repeat(257)}"}`), 'field-malformed 2:23'],
    [one('{"name": "*.example.com", "user": "ann"}'), 'field-malformed 2:10'],
    [one('{"name": "192.0.2.1", "user": "ann"}'), 'field-malformed 2:10'],
    [one('{"name": "\\u212arypton", "user": "ann"}'), 'field-malformed 2:10'],
    [one('{"name": "ann@", "user": "ann"}'), 'field-malformed 2:10'],
    [one(`{"certificate": "${SHA.toUpperCase()}", "user": "ann"}`), 'field-malformed 2:17'],
    [one('{"name": "a", "user": "ann", "note": ""}'), 'field-unknown 2:38'],
    [one('{"name": "a", "user": "x"},\n{"name": "A", "user": "x"}'), 'mapping-repeated 3:1'],
    [one('{"name": "x@a", "user": "x"},\n{"name": "x@A", "user": "y"}'), 'mapping-repeated 3:1'],
    [
      one(`{"certificate": "${SHA}", "user": "x"},\n{"certificate": "${SHA}", "users": "any"}`),
      'mapping-repeated 3:1',
    ],
  ])('%s is refused, and the place is named', (text, error) => {
    expect(errorsOf(text)).toEqual([error])
  })

  test.each<[string, readonly UserMapping[], object]>([
    [
      'a certificate twice',
      [
        { certificate: SHA, user: 'ann' },
        { certificate: SHA, user: 'ann' },
      ],
      { code: 'ERR_CONFIG' },
    ],
    [
      'a name twice',
      [
        { name: 'a.example', user: 'ann' },
        { name: 'A.example', users: 'any' },
      ],
      { code: 'ERR_CONFIG' },
    ],
    ['what is no SHA-256', [{ certificate: 'ab', user: 'ann' }], { name: 'RangeError' }],
    ['what is no name', [{ name: 'a b', user: 'ann' }], { name: 'RangeError' }],
    ['what is no user', [{ name: 'a', user: '' }], { name: 'RangeError' }],
  ])('is not made by a program with %s', (_title, entries, error) => {
    expect(() => userMap(entries)).toThrow(expect.objectContaining(error) as Error)
  })
})

const anyUser = fc.oneof(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((user) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(user) && user.length <= 256)
    .map((user) => ({ user })),
  fc.constant({ users: 'any' } as const),
)
const anyCertificate = fc.oneof(
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => ({ certificate: Buffer.from(bytes).toString('hex') })),
  fc.domain().map((name) => ({ name: name.toLowerCase() })),
  fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9]{1,8}$/), fc.domain())
    .map(([local, domain]) => ({ name: `${local}@${domain.toLowerCase()}` })),
)
const anyMap = fc
  .uniqueArray(
    fc.tuple(anyCertificate, anyUser).map(([whose, user]): UserMapping => ({ ...whose, ...user })),
    {
      maxLength: 12,
      selector: (entry) => ('certificate' in entry ? entry.certificate : entry.name),
    },
  )
  .map(userMap)

test('what is written is read as what it was, places aside', () => {
  fc.assert(
    fc.property(anyMap, (map) => {
      const read = parseUserMap(formatUserMap(map), { file: 'users.json' })
      const entries = read.entries.map((entry) => ({ ...entry, source: undefined }))
      expect(entries).toEqual(map.entries)
      expect(formatUserMap(read)).toBe(formatUserMap(map))
    }),
  )
})

test('whatever a text holds, it is read or refused with places', () => {
  const parts = ['{', '}', '[', ']', ',', ':', '"users"', '"user"', '"name"', '"any"', '"a"', '\n']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (words) => {
      expect(Array.isArray(errorsOf(words.join('')))).toBe(true)
    }),
  )
})

test('every code about users is asserted by some test', () => {
  const file = fileURLToPath(new URL('decide.test.ts', import.meta.url))
  const text = readFileSync(file, 'utf8')
  const own = Object.keys(USER_CODES).filter((code) => !(code in NO_POLICY_CODES))
  expect(own.filter((code) => !text.includes(`'${code}'`))).toEqual([])
  for (const code of Object.keys(USER_CODES) as UserCode[]) {
    expect(describeUser({ code, facts: { user: 'a\nb' } }).split('\n')).toHaveLength(1)
  }
})
