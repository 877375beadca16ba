import { ConfigError, noPolicy, ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import {
  addHostKey,
  decideHostKey,
  HOST_CODES,
  insecureAcceptAnyHostKey,
  parseKnownHosts,
  PublicKey,
  readFirstUsePolicy,
  type HostDecisionOptions,
  type HostName,
  type HostProfile,
} from '../../src/index.ts'
import { keyOf, vectorsOf, type CheckQuery } from './vectors.ts'

const keys = [...new Set(vectorsOf<CheckQuery>('check').map(({ query }) => query.key))]
const [ED = '', ECDSA = ''] = ['ssh-ed25519', 'ecdsa-sha2-nistp256'].map((type) =>
  keys.find((key) => key.startsWith(`${type} `)),
)
const RSA_1024 = keys.map(keyOf).find(({ type, bits }) => type === 'ssh-rsa' && bits === 1024)

function decide(
  text: string,
  host: HostName,
  options: HostDecisionOptions = {},
  profile: HostProfile = 'strict',
): { outcome: string; codes: string[]; line: number | undefined; wouldWrite: readonly string[] } {
  const store = parseKnownHosts([{ file: 'known_hosts', text }], { profile })
  const { outcome, reasons, line, wouldWrite } = decideHostKey(
    { ...host, key: keyOf(ED) },
    store,
    options,
  )
  return { outcome, codes: reasons.map(({ code }) => code), line: line?.line, wouldWrite }
}

const A = { host: 'a.example' }
const A_2222 = { host: 'a.example', port: 2222 }

describe('a decision', () => {
  it('shows old and new fingerprint, file and line of a changed key, the last line first', () => {
    const text = `a.example ${ECDSA}\nx ${ED}\na.example ${ECDSA}\n`
    const store = parseKnownHosts([{ file: 'known_hosts', text }])
    const { outcome, reasons, status } = decideHostKey({ ...A, key: keyOf(ED) }, store)
    const facts = { known: keyOf(ECDSA).fingerprint, shown: keyOf(ED).fingerprint }
    expect({ outcome, status }).toEqual({ outcome: 'deny', status: 'changed' })
    expect(reasons).toEqual([
      { code: 'key-changed', source: { file: 'known_hosts', line: 3 }, facts },
      { code: 'key-changed', source: { file: 'known_hosts', line: 1 }, facts },
    ])
  })

  it('refuses a key that is revoked for the bare name although the port has a line with it', () => {
    const text = `[a.example]:2222 ${ED}\n@revoked a.example ${ED}\n`
    expect(decide(text, A_2222)).toEqual({
      outcome: 'deny',
      codes: ['key-revoked-for-bare-name'],
      line: 2,
      wouldWrite: [],
    })
    expect(decide(text, A_2222, {}, 'openssh').codes).toEqual(['key-known'])
  })

  it('accepts a key of the bare name for a port that has no line, under a code of its own', () => {
    const text = `b ${ED}\na.example ${ED}\n`
    const known = { outcome: 'allow', codes: ['key-known-for-bare-name'], line: 2, wouldWrite: [] }
    expect(decide(text, A_2222)).toEqual(known)
    expect(decide(`${text}[a.example]:2222 ${ECDSA}\n`, A_2222).codes).toEqual(['key-changed'])
  })

  it('counts all files, and names the one that has the key', () => {
    const store = parseKnownHosts([
      { file: 'user', text: `a.example ${ECDSA}\n` },
      { file: 'global', text: `# c\n*.example ${ED}\n` },
    ])
    const { reasons } = decideHostKey({ ...A, key: keyOf(ED) }, store)
    expect(reasons).toEqual([{ code: 'key-known', source: { file: 'global', line: 2 } }])
  })

  it('writes the name with its port, or the alias without it', () => {
    expect(decide('', { host: 'A.Example', port: 2222 }).wouldWrite).toEqual([
      `[a.example]:2222 ${ED}`,
    ])
    expect(decide('', { ...A_2222, alias: 'web1' }).wouldWrite).toEqual([`web1 ${ED}`])
  })

  it('writes a hashed name when given a salt, which is then known', () => {
    const [line = ''] = decide('', A_2222, { salt: new Uint8Array(20) }).wouldWrite
    expect(line).toMatch(/^\|1\|AAAA/u)
    expect(decide(line, A_2222).codes).toEqual(['key-known'])
    expect(decide(line, A, { firstUse: 'never' }).codes).toEqual(['host-unknown'])
  })

  it.each(['*.example', 'a?', 'a,b', '!a', '@revoked', '#a', '[a]', '|1|a', 'a b', 'a\nb', '"a"'])(
    'accepts no first key of %j, which cannot be written',
    (host) => {
      expect(decide('', { host })).toMatchObject({
        outcome: 'deny',
        codes: ['name-not-writable'],
        wouldWrite: [],
      })
      expect(decide('', { host }, {}, 'openssh')).toMatchObject({
        outcome: 'allow',
        wouldWrite: [],
      })
    },
  )

  it.each([
    { host: '' },
    { host: 'a\0b' },
    { host: 'a'.repeat(1026) },
    { host: 'a', port: 0 },
    { host: 'a', port: 65_536 },
    { host: 'a', port: Number.NaN },
    { host: 'a', alias: '' },
  ])('refuses the request %j', (host) => {
    expect(decide(`* ${ED}`, host)).toMatchObject({ outcome: 'deny', codes: ['request-malformed'] })
  })

  it('refuses all without files', () => {
    const store = noPolicy('policy-malformed', 'known_hosts')
    const { outcome, reasons, status } = decideHostKey({ ...A, key: keyOf(ED) }, store)
    expect({ outcome, status }).toEqual({ outcome: 'deny', status: 'undecided' })
    expect(reasons[0].code).toBe('policy-malformed')
  })

  it('refuses an RSA key that is shorter than asked for, although a line has it', () => {
    if (RSA_1024 === undefined) throw new Error('no key of 1024 bits in the vectors')
    const { text } = addHostKey('', A, RSA_1024)
    const store = parseKnownHosts([{ file: 'known_hosts', text }])
    const request = { ...A, key: RSA_1024 }
    expect(decideHostKey(request, store).outcome).toBe('allow')
    const { outcome, reasons } = decideHostKey(request, store, { minRsaBits: 2048 })
    expect({ outcome, code: reasons[0].code }).toEqual({ outcome: 'deny', code: 'key-too-short' })
  })

  it('refuses a DSA key whatever the files and the policy say', () => {
    const { blob, bits, keyObject } = keyOf(ED)
    const key = new PublicKey({ type: 'ssh-dss', blob, bits, importKey: () => keyObject })
    const store = parseKnownHosts([{ file: 'known_hosts', text: `a.example ${ED}\n` }])
    const decision = decideHostKey({ ...A, key }, store, { firstUse: insecureAcceptAnyHostKey })
    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ code: 'key-type-refused' }] })
  })

  it('lets a changed key pass by the insecure symbol in profile openssh alone, and writes nothing', () => {
    const options: HostDecisionOptions = { firstUse: insecureAcceptAnyHostKey }
    expect(decide(`a.example ${ECDSA}\n`, A, options)).toEqual({
      outcome: 'deny',
      codes: ['key-changed'],
      line: 1,
      wouldWrite: [],
    })
    expect(decide(`a.example ${ECDSA}\n`, A, options, 'openssh')).toEqual({
      outcome: 'allow',
      codes: ['key-accepted-insecurely', 'key-changed'],
      line: 1,
      wouldWrite: [],
    })
  })

  it('has a sentence for every code', () => {
    expect(Object.values(HOST_CODES).every((sentence) => sentence.length > 10)).toBe(true)
  })
})

describe('the files', () => {
  it('are refused in the strict profile for a revoking line with a damaged key', () => {
    const files = [{ file: 'known_hosts', text: `a ${ED}\n@revoked a ssh-ed25519 AAAA\n` }]
    expect(() => parseKnownHosts(files)).toThrow(ParseError)
    expect(parseKnownHosts(files, { profile: 'openssh' }).voidLines()).toEqual([
      {
        source: { file: 'known_hosts', line: 2 },
        fault: 'key-malformed',
        keyFault: expect.any(String),
      },
    ])
  })

  it('may not be larger than the limit', () => {
    const files = [{ file: 'known_hosts', text: 'x'.repeat(101) }]
    expect(() => parseKnownHosts(files, { maxBytes: 101 })).not.toThrow()
    const diagnostics = [expect.objectContaining({ code: 'text-too-large' })]
    const error = expect.objectContaining({ code: 'ERR_PARSE', diagnostics })
    expect(() => parseKnownHosts(files, { maxBytes: 100 })).toThrow(error)
  })

  it('report each void line once, and no blank line or comment', () => {
    const text = `# c\r\n\r\n  \na.example\n|2|x|y ${ED}\na ssh-foo AAAA\na ${ED}\n`
    const store = parseKnownHosts([{ file: 'known_hosts', text }])
    expect(store.voidLines().map(({ source, fault }) => [source.line, fault])).toEqual([
      [4, 'line-truncated'],
      [5, 'hash-malformed'],
      [6, 'key-malformed'],
    ])
  })

  it('are read the same from text and from bytes', () => {
    const text = `b\u00fcro.example,?\u00fc ${ED}\n`
    for (const form of [text, new TextEncoder().encode(text)]) {
      const store = parseKnownHosts([{ file: 'known_hosts', text: form }])
      const statuses = ['b\u00fcro.example', 'x\u00fc', 'b\u00fc'].map(
        (host) => decideHostKey({ host, key: keyOf(ED) }, store).status,
      )
      expect(statuses).toEqual(['ok', 'ok', 'ok'])
      expect(decideHostKey({ host: '\u00fc\u00fc', key: keyOf(ED) }, store).status).toBe('new')
    }
  })

  // Longer ones are void: see the next test.
  it.each([`${'*'.repeat(1000)}b`, `${'*a'.repeat(510)}b`, `${'*?'.repeat(510)}b`])(
    'answer for a pattern of many stars: %s',
    (pattern) => {
      const host = 'a'.repeat(1020)
      const never = { firstUse: 'never' } as const
      const codes = [host, `${host}b`].map(
        (name) => decide(`${pattern} ${ED}\n`, { host: name }, never).codes[0],
      )
      expect(codes).toEqual(['host-unknown', 'key-known'])
    },
  )

  it('void a list of names with one of 1023 characters, as OpenSSH does', () => {
    const codes = [1022, 1023].map(
      (length) =>
        decide(`a.example,${'y'.repeat(length)} ${ED}\n`, A, { firstUse: 'never' }).codes[0],
    )
    expect(codes).toEqual(['key-known', 'host-unknown'])
  })
})

describe('the policy of HP SIM', () => {
  it.each([
    ['FIRST TIME', 'first-time'],
    [' first time ', 'first-time'],
    ['NEVER', 'never'],
    ['false', 'never'],
  ])('%j is %s', (value, policy) => {
    expect(readFirstUsePolicy(value)).toBe(policy)
  })

  it.each(['ALWAYS', 'always', 'true', ''])('%j is refused', (value) => {
    expect(() => readFirstUsePolicy(value)).toThrow(ConfigError)
  })
})
