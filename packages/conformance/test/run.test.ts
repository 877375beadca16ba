import { readdirSync, readFileSync } from 'node:fs'
import * as hawk from '@gatehouse/hawk-trusted'
import { describe, expect, test } from 'vitest'
import {
  FormError,
  hawkTrusted,
  kindNamed,
  KINDS,
  runVectors,
  snmpAccess,
  snmpTraps,
  type Kind,
} from '../src/index.ts'

const FIXTURES = new URL('../../../test-fixtures/', import.meta.url)

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8'))
}

/** Two kinds that share a folder; `snmp.test.ts` runs them. */
const SHARED: readonly Kind[] = [snmpAccess, snmpTraps]

const files = KINDS.filter((kind) => !SHARED.includes(kind)).flatMap(({ name }) =>
  readdirSync(new URL(name, FIXTURES))
    .filter((file) => file.endsWith('.json'))
    .map((file) => [name, file] as const),
)

test.each(files)('%s: %s agrees', (kind, file) => {
  const report = runVectors(kindNamed(kind) as Kind, read(`${kind}/${file}`))
  expect(report.differences).toEqual([])
  expect(report.agree).toBeGreaterThan(0)
})

const vectors = (expected: object, file = 'ops\n'): unknown => ({
  files: [
    {
      id: 'f',
      file,
      cases: [
        {
          request: {
            user: 'ops',
            node: { name: 'web01', dns: 'none', domain: 'default' },
            scope: 'group',
            microagent: 'M',
            method: 'm',
            impact: 'ACTION',
          },
          expect: expected,
        },
      ],
    },
  ],
})

describe('a difference is seen', () => {
  test('in any field of the expectation', () => {
    const good = { allowed: true, grants: [1], restrictions: [] }
    expect(runVectors(hawkTrusted, vectors(good))).toMatchObject({ agree: 1, differ: 0 })
    const bad = { allowed: false, grants: [1, 2], restrictions: [], unheardOf: null }
    const { agree, differ, differences } = runVectors(hawkTrusted, vectors(bad))
    expect({ agree, differ }).toEqual({ agree: 0, differ: 1 })
    expect(differences.map(({ vector, field }) => `${vector}: ${field}`)).toEqual([
      'f case 1: allowed',
      'f case 1: grants',
      'f case 1: unheardOf',
    ])
  })

  test('in an implementation that is not ours', () => {
    const open = { ...hawk, check: () => hawk.check(hawk.parse('*', { file: 'T' }), {} as never) }
    expect(runVectors(hawkTrusted, vectors({ allowed: true }), open).differ).toBe(1)
  })

  test('when the implementation throws', () => {
    const broken = {
      ...hawk,
      check: () => {
        throw new Error('broken')
      },
    }
    expect(runVectors(hawkTrusted, vectors({ allowed: false }), broken).differ).toBe(1)
  })

  test('but a file that does not load refuses, it does not break', () => {
    const refused = { allowed: false, code: 'policy-malformed', grants: [], restrictions: [] }
    expect(runVectors(hawkTrusted, vectors(refused, '! ops\n')).differ).toBe(0)
  })
})

test.each([
  ['a list', []],
  ['no cases', { about: 'x' }],
  ['a file without cases', { files: [{ id: 'x', file: '' }] }],
  ['a case without a request', { files: [{ file: '', cases: [{ expect: { allowed: true } }] }] }],
  ['an empty expectation', { cases: [{ name: 'x', given: { file: '' }, expect: {} }] }],
  [
    'an unheard-of lack of a policy',
    { cases: [{ name: 'x', given: { noPolicy: 'lost' }, expect: {} }] },
  ],
  ['a case without a text', { cases: [{ name: 'x', given: {}, expect: { outcome: 'deny' } }] }],
])('%s is no known form', (_, document) => {
  expect(() => runVectors(hawkTrusted, document)).toThrow(FormError)
})
