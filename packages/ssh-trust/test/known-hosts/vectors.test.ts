import { isDeepStrictEqual } from 'node:util'
import { ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import {
  addHostKey,
  decideHostKey,
  hashHostNames,
  insecureAcceptAnyHostKey,
  parseKnownHosts,
  removeHostName,
  updateHostKeys,
  type FirstUsePolicy,
  type HostDecision,
  type HostProfile,
} from '../../src/index.ts'
import { keyOf, vectorsOf, type CheckQuery, type Vector } from './vectors.ts'

const salt = () => new Uint8Array(20).fill(7)
const POLICIES = new Map<string, FirstUsePolicy>([
  ['accept-new', 'first-time'],
  ['ask', 'never'],
  ['yes', 'never'],
  ['no', insecureAcceptAnyHostKey],
])

interface ConnectQuery extends CheckQuery {
  readonly strictHostKeyChecking: string
}

interface UpdateQuery {
  readonly host: string
  readonly port: number
  readonly authenticatedKey: string
  readonly serverKeys: readonly string[]
}

function decide(
  { file, query }: Vector<CheckQuery>,
  profile: HostProfile,
  firstUse: FirstUsePolicy,
): HostDecision {
  const store = parseKnownHosts([{ file: 'known_hosts', text: file }], { profile })
  const { host, port, key, hostKeyAlias: alias } = query
  const name = alias === undefined ? { host, port } : { host, port, alias }
  return decideHostKey({ ...name, key: keyOf(key) }, store, { firstUse })
}

/** The answer of `check`, in the form of the vectors; what refuses the file is an error. */
function check(vector: Vector<CheckQuery>, profile: HostProfile): unknown {
  try {
    const { status, line, viaBareHost } = decide(vector, profile, 'never')
    const place = line !== undefined && status !== 'revoked' ? { line: line.line } : {}
    return { status, ...place, ...(viaBareHost && status === 'ok' ? { viaBareHost } : {}) }
  } catch (error) {
    if (error instanceof ParseError) return error.diagnostics.map(({ code }) => code)
    throw error
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other)
}

function connect(vector: Vector<ConnectQuery>, profile: HostProfile): unknown {
  const { file, query } = vector
  const firstUse = POLICIES.get(query.strictHostKeyChecking) ?? 'never'
  const { status, outcome, wouldWrite } = decide(vector, profile, firstUse)
  const added = addHostKey(file, query, keyOf(query.key))
  const writes = wouldWrite.length > 0
  if (writes) expect(added.text).toBe(file + wouldWrite.map((line) => `${line}\n`).join(''))
  return { status, connect: outcome === 'allow', fileAfter: writes ? added.text : null }
}

describe('the given vectors, as OpenSSH', () => {
  it.each(vectorsOf<CheckQuery>('check'))('$id $name', (vector) => {
    expect(check(vector, 'openssh')).toEqual(vector.expect)
  })

  it.each(vectorsOf<ConnectQuery>('connect'))('$id $name', (vector) => {
    expect(connect(vector, 'openssh')).toEqual(vector.expect)
  })

  it.each(vectorsOf<{ name: string }>('find'))('$id $name', ({ file, query, expect: expected }) => {
    const store = parseKnownHosts([{ file: 'known_hosts', text: file }], { profile: 'openssh' })
    const matches = store
      .find(query.name)
      .map(({ source: { line }, marker }) => (marker === 'none' ? { line } : { line, marker }))
    expect({ matches }).toEqual(expected)
  })

  it.each(vectorsOf<{ name: string }>('remove'))(
    '$id $name',
    ({ file, query, expect: expected }) => {
      const { text } = removeHostName(file, query.name, { profile: 'openssh' })
      expect({ fileAfter: text }).toEqual(expected)
    },
  )

  it.each(vectorsOf<object>('hash'))('$id $name', ({ file, expect: expected }) => {
    const { text } = hashHostNames(file, { salt, profile: 'openssh' })
    const lines = expected['lines'] as { hashOf?: string; rest?: string; text?: string }[]
    const written = text.split('\n').slice(0, -1)
    expect(written).toHaveLength(lines.length)
    for (const [index, { hashOf, rest, text: whole }] of lines.entries()) {
      const line = written[index] ?? ''
      if (hashOf === undefined) {
        expect(line).toBe(whole)
      } else {
        expect(line.slice(line.indexOf(' ') + 1)).toBe(rest)
        const store = parseKnownHosts([{ file: 'known_hosts', text: line }])
        expect(store.find(hashOf)).toHaveLength(1)
      }
    }
  })

  it.each(vectorsOf<UpdateQuery>('update-hostkeys'))(
    '$id $name',
    ({ file, query, expect: expected }) => {
      const { host, port } = query
      const authenticatedKey = keyOf(query.authenticatedKey)
      const serverKeys = query.serverKeys.map(keyOf)
      const { text, changed } = updateHostKeys(
        file,
        { host, port, authenticatedKey, serverKeys },
        { profile: 'openssh' },
      )
      expect({ changed, fileAfter: text }).toEqual(expected)
    },
  )
})

describe('the strict profile', () => {
  it('differs from OpenSSH in these checks of the vectors and no others', () => {
    const different = vectorsOf<CheckQuery>('check').flatMap((vector) => {
      const answer = check(vector, 'strict')
      return isSame(answer, vector.expect) ? [] : [[vector.id, answer]]
    })
    expect(Object.fromEntries(different)).toEqual({
      'kh-113': ['marker-malformed'],
      'kh-114': ['marker-malformed'],
      'kh-115': ['marker-malformed'],
      'kh-116': ['marker-malformed'],
      'kh-122': ['marker-malformed'],
    })
  })

  it('differs from OpenSSH in these connections of the vectors and no others', () => {
    const different = vectorsOf<ConnectQuery>('connect').flatMap((vector) => {
      const answer = connect(vector, 'strict')
      return isSame(answer, vector.expect) ? [] : [[vector.id, answer]]
    })
    expect(Object.fromEntries(different)).toEqual({
      'kh-184': { status: 'revoked', connect: false, fileAfter: null },
      'kh-192': { status: 'changed', connect: false, fileAfter: null },
      'kh-193': { status: 'revoked', connect: false, fileAfter: null },
    })
  })

  it('lets a changed or revoked key pass by no policy', () => {
    const opened = vectorsOf<ConnectQuery>('connect').filter(({ id }) => /kh-19[23]/u.test(id))
    expect(opened).toHaveLength(2)
    for (const vector of opened) {
      for (const firstUse of POLICIES.values()) {
        expect(decide(vector, 'strict', firstUse).outcome).toBe('deny')
      }
    }
  })

  it('reports that the bare name has another key when it accepts the first key of a port', () => {
    const found = vectorsOf<ConnectQuery>('connect').filter(({ id }) => id === 'kh-185')
    const [decision] = found.map((vector) => decide(vector, 'strict', 'first-time'))
    expect(decision?.outcome).toBe('allow')
    expect(decision?.reasons).toMatchObject([
      { code: 'host-added' },
      { code: 'bare-name-has-other-key', source: { file: 'known_hosts', line: 1 } },
    ])
  })

  it('removes what the vectors remove, but no pattern, no other name and beside void lines', () => {
    const removals = vectorsOf<{ name: string }>('remove').map(
      ({ id, file, query, expect: was }) => {
        const { text, refused } = removeHostName(file, query.name)
        const same = text === was['fileAfter']
        return [id, refused ?? (same ? 'same' : text.replaceAll(/ AAAA\S+/gu, ''))]
      },
    )
    expect(Object.fromEntries(removals)).toEqual({
      'kh-212': 'same',
      'kh-214': 'b.example ssh-ed25519\nc.example ssh-ed25519\n',
      'kh-215': 'pattern-covers-name',
      'kh-219': 'a.example garbage\n@what a.example ssh-ed25519\n',
      'kh-220': 'same',
    })
  })

  it('updates keys as OpenSSH does in every vector', () => {
    const vectors = vectorsOf<UpdateQuery>('update-hostkeys')
    for (const { file, query, expect: expected } of vectors) {
      const authenticatedKey = keyOf(query.authenticatedKey)
      const serverKeys = query.serverKeys.map(keyOf)
      const { text } = updateHostKeys(file, { ...query, authenticatedKey, serverKeys })
      expect(text).toBe(expected['fileAfter'])
    }
  })
})
