import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import * as ssh from '@gatehouse/ssh-trust'
import { describe, expect, test } from 'vitest'
import { FormError, runVectors, sshSwitches, sshTrust, strictDifferences } from '../src/index.ts'

interface GivenVector {
  readonly id: string
  readonly expect: Readonly<Record<string, unknown>>
  readonly advice?: { readonly expect: unknown }
}

interface StrictVector extends GivenVector {
  readonly switch: string | null
  readonly openssh: Readonly<Record<string, unknown>>
  readonly origin: string
  readonly adviceOf?: string
}

function read(name: string): unknown {
  const url = new URL(`../../../test-fixtures/ssh-trust/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

const given = read('vectors') as readonly GivenVector[]
const own = read('strict-vectors') as { readonly vectors: readonly StrictVector[] }
const differences = [...strictDifferences(given), ...strictDifferences(own)]

interface NamedSwitch {
  readonly table: string
  readonly name: string
}

function nameOf({ table, name }: NamedSwitch): string {
  return `${table} ${name}`
}

/** What stands against "the list of strict differences equals the documented switches", in both ways. */
function gaps(
  found: readonly { readonly vector: string; readonly switches: readonly NamedSwitch[] }[],
  documented: readonly NamedSwitch[],
): { unnamed: string[]; unshown: string[] } {
  const shown = new Set(found.flatMap(({ switches }) => switches.map(nameOf)))
  return {
    unnamed: found.filter(({ switches }) => switches.length === 0).map(({ vector }) => vector),
    unshown: documented.map(nameOf).filter((name) => !shown.has(name)),
  }
}

test('all 361 given vectors agree in profile openssh', () => {
  expect(runVectors(sshTrust, given)).toEqual({ agree: 361, differ: 0, differences: [] })
})

describe('the list of strict differences', () => {
  test('equals the documented switches', () => {
    expect(gaps(differences, sshSwitches())).toEqual({ unnamed: [], unshown: [] })
  })

  test('would show a difference that no switch makes', () => {
    const { 'bare-revocation-is-final': _, ...HOST_SWITCHES } = ssh.HOST_SWITCHES
    const undocumented = { ...ssh, HOST_SWITCHES } as typeof ssh
    const found = strictDifferences(given, undocumented)
    expect(gaps(found, []).unnamed).toEqual(['kh-184'])
  })

  test('would show a switch that no vector makes a difference by', () => {
    const more = [...sshSwitches(), { table: 'HOST_SWITCHES', name: 'unheard-of' }]
    expect(gaps(differences, more).unshown).toEqual(['HOST_SWITCHES unheard-of'])
  })

  test('has the switch that each of our own vectors names', () => {
    const names = strictDifferences(own).map(({ vector, switches }) => [
      vector,
      switches.map(({ name }) => name),
    ])
    const expected = own.vectors.flatMap(({ id, switch: name }) =>
      name === null ? [] : [[id, [name]]],
    )
    expect(names).toEqual(expected)
  })
})

test('profile openssh answers our own vectors as they say', () => {
  const asOpenSsh = own.vectors.map((vector) => ({ ...vector, expect: vector.openssh }))
  expect(runVectors(sshTrust, asOpenSsh).differences).toEqual([])
})

describe('advice', () => {
  const advised = given.filter(({ advice }) => advice !== undefined)

  test('is decided in a strict vector each', () => {
    const decided = own.vectors.flatMap(({ adviceOf }) => adviceOf ?? [])
    expect(decided.toSorted()).toEqual(advised.map(({ id }) => id).toSorted())
  })

  // A file with a marker that says nothing is refused: neither honoured nor passed over.
  const refused = new Set(['kh-116'])

  test.each(advised.filter(({ id }) => !refused.has(id)))('of $id is taken', ({ id, advice }) => {
    const answer = own.vectors.find(({ adviceOf }) => adviceOf === id)?.expect
    if (typeof advice?.expect === 'object') expect(answer).toMatchObject(advice.expect as object)
    else expect(PROSE[id]?.(answer ?? {})).toBe(true)
  })

  const PROSE: Readonly<Record<string, (answer: Readonly<Record<string, unknown>>) => boolean>> = {
    'ak-067': ({ accept }) => accept === true,
    'kh-115': (answer) => 'refused' in answer,
    'kh-185': ({ connect, also }) =>
      connect === true && isDeepStrictEqual(also, ['bare-name-has-other-key']),
    'kh-215': ({ refused: code }) => code === 'pattern-covers-name',
  }

  test('of ak-067 is taken by lint too', () => {
    const { file } = own.vectors.find(({ adviceOf }) => adviceOf === 'ak-067') as unknown as {
      file: string
    }
    const store = ssh.parseAuthorizedKeys(file, { file: 'authorized_keys' })
    expect(ssh.lintAuthorizedKeys(store).map(({ code }) => code)).toContain('stray-comma')
  })
})

test.each([
  ['no vector', []],
  ['another profile', { profile: 'lax', vectors: [given[0]] }],
  ['an operation that is not known', [{ ...given[0], query: { op: 'hope' } }]],
  ['an empty expectation', [{ ...given[0], expect: {} }]],
  ['a query that is missing', [{ id: 'x', file: '', expect: { a: 1 } }]],
])('a document with %s is no known form', (_, document) => {
  expect(() => runVectors(sshTrust, document)).toThrow(FormError)
})
