import { generateKeyPairSync } from 'node:crypto'
import { applyEdit, compose, noPolicy, type Guard } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import {
  decideHostKey,
  describeChange,
  describeHostFinding,
  explainHostKey,
  formatKeyLine,
  formatKnownHosts,
  fromKeyObject,
  HOST_FINDINGS,
  hostGuard,
  insecureAcceptAnyHostKey,
  isKeyFault,
  lintKnownHosts,
  parseKnownHosts,
  whoCanBe,
  type HostFindingCode,
  type HostGuardOptions,
  type HostRequest,
  type KnownHosts,
} from '../../src/index.ts'
import { hashName } from '../../src/known-hosts/names.ts'
import { certificateVectors } from '../certificate/vectors.ts'
import { keyOf, vectorsOf, type CheckQuery } from './vectors.ts'

const keys = [...new Set(vectorsOf<CheckQuery>('check').map(({ query }) => query.key))]
const ED = keys.find((key) => key.startsWith('ssh-ed25519 ')) ?? ''
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOTLRRfFkA3HJYdw+xMLHrz2q4tZcxnOp1AitjMAB/Ar'
const HASHED = hashName('a.example', new Uint8Array(20))

function certificateLine(): string {
  return String(certificateVectors('host-check')[0]?.query['certificate']).trim()
}

function shortRsaLine(): string {
  const key = fromKeyObject(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)
  if (isKeyFault(key)) throw new TypeError(key.fault)
  return formatKeyLine(key)
}

function storeOf(text: string, profile: 'strict' | 'openssh' = 'openssh'): KnownHosts {
  return parseKnownHosts([{ file: 'known_hosts', text }], { profile })
}

/** Code, text, and the text after the fix, if there is one. */
const FINDINGS: readonly (readonly [code: HostFindingCode, text: string, mended?: string])[] = [
  ['byte-order-mark', `\ufeffa ${ED}\n`, `a ${ED}\n`],
  ['line-void', `b ${ED}\na ssh-ed25519 AAAA\n`, `b ${ED}\n`],
  ['marker-void', `@REVOKED a ${ED}\n`, `@revoked a ${ED}\n`],
  ['marker-void', `@revoked\ta ${ED}\n`, `@revoked a ${ED}\n`],
  ['marker-void', '@revoked a ssh-ed25519 AAAA\n'],
  ['only-negated', `!a,!b ${ED}\n`],
  ['port-without-brackets', `a:2222 ${ED}\n`, `[a]:2222 ${ED}\n`],
  ['default-port', `b,[a]:22 ${ED}\n`, `b,a ${ED}\n`],
  ['brackets-without-port', `[2001:db8::1] ${ED}\n`, `2001:db8::1 ${ED}\n`],
  ['hash-in-list', `a,${HASHED} ${ED}\n`],
  ['hash-in-list', `${HASHED},a ${ED}\n`],
  ['name-too-long', `a,${'b'.repeat(1023)} ${ED}\n`],
  ['address-not-canonical', `2001:db8:0::1 ${ED}\n`, `2001:db8::1 ${ED}\n`],
  ['key-for-every-host', `* ${ED}\n`],
  ['authority-for-every-host', `@cert-authority * ${ED}\n`],
  ['revoked-key-known', `@revoked b ${ED}\na ${ED}\n`],
  ['key-short', `a ${shortRsaLine()}\n`],
  ['line-repeated', `a,b ${ED}\nB ${ED}\n`, `a,b ${ED}\n`],
  ['two-keys-of-type', `a ${ED}\na ${OTHER}\n`],
  ['key-under-other-name', `a ${ED}\nb ${ED}\n`],
  ['certificate-as-key', `a ${certificateLine()}\n`],
]

describe('lint', () => {
  it.each(FINDINGS.map(([code, text, mended]) => ({ code, text, mended })))(
    'finds $code alone in $text',
    ({ code, text, mended }) => {
      const findings = lintKnownHosts(storeOf(text))
      expect(findings.map((finding) => finding.code)).toEqual([code])
      expect(findings.map(describeHostFinding).join('')).toContain('known_hosts:')
      const [fix] = findings.flatMap((finding) => (finding.fix === undefined ? [] : [finding.fix]))
      const after = fix === undefined ? undefined : applyEdit(text, fix)
      expect(after).toBe(mended)
      if (after !== undefined) expect(lintKnownHosts(storeOf(after))).toEqual([])
    },
  )

  it('has an example of every finding', () => {
    const shown = new Set(FINDINGS.map(([code]) => code))
    const left = Object.keys(HOST_FINDINGS).filter((code) => !shown.has(code as HostFindingCode))
    expect(left).toEqual(['key-retired'])
  })

  it('finds nothing in a good file', () => {
    const third = keys.find((key) => key.startsWith('ecdsa-sha2-nistp256'))
    const good = [
      '# ours\n',
      `a,192.0.2.7,[a]:2222 ${ED} c*t`,
      `[A]:2022 ${ED}`,
      `*.example,!x.example ${OTHER}`,
      `@cert-authority *.example ${ED}`,
      `@revoked * ${third}`,
      `${HASHED} ${ED}\n`,
    ]
    expect(lintKnownHosts(storeOf(good.join('\n')))).toEqual([])
  })

  it('leaves a revoked key alone where all its hosts have it revoked', () => {
    expect(lintKnownHosts(storeOf(`@revoked *.b ${ED}\nx.b ${ED}\n`))).toEqual([])
  })

  it('names the earlier line', () => {
    expect(lintKnownHosts(storeOf(`a ${ED}\na ${OTHER}\n`))).toMatchObject([
      { source: { line: 2 }, related: [{ file: 'known_hosts', line: 1 }], severity: 'warning' },
    ])
  })
})

const A: HostRequest = { host: 'a', key: keyOf(ED) }
const A_2222: HostRequest = { ...A, port: 2222 }

describe('explain', () => {
  it('shows every line that spoke, and the one that decided', () => {
    const store = storeOf(
      `[a]:2222 ${OTHER}\n@revoked a ${OTHER}\nb ${ED}\na,[a]:2222 ${ED}\n@cert-authority * ${OTHER}\n`,
      'strict',
    )
    const { decision, lines } = explainHostKey(A_2222, store)
    expect(decision).toEqual(decideHostKey(A_2222, store))
    expect(
      lines.map(({ source, name, says, decided }) => [source.line, name, says, decided]),
    ).toEqual([
      [1, 'own', 'has-other-key', false],
      [4, 'own', 'has-key', true],
      [5, 'own', 'is-other-authority', false],
      [2, 'bare', 'revokes-other', false],
      [4, 'bare', 'has-key', true],
      [5, 'bare', 'is-other-authority', false],
    ])
  })

  it('says nothing of lines without a store', () => {
    expect(explainHostKey(A, noPolicy('policy-missing', 'known_hosts')).lines).toEqual([])
  })

  it.each([
    ['', A],
    [`a ${ED}`, A],
    [`a ${OTHER}`, A],
    [`a ${OTHER}`, A_2222],
    [`* ${ED}`, A_2222],
  ])('gives one line by which %j is decided otherwise', (text, request) => {
    const options = { firstUse: 'never' } as const
    const { decision, smallestEdit } = explainHostKey(request, storeOf(text), options)
    if (smallestEdit === undefined) throw new Error('no edit')
    const after = storeOf(applyEdit(text, smallestEdit.edit))
    expect(smallestEdit.edit).toHaveLength(1)
    expect(decideHostKey(request, after, options).outcome).not.toBe(decision.outcome)
  })

  it('has no edit that lets a revoked key pass', () => {
    const explained = explainHostKey(A, storeOf(`@revoked a ${ED}\n`))
    expect(explained.lines).toMatchObject([{ says: 'revokes', decided: true }])
    expect(explained.smallestEdit).toBeUndefined()
  })
})

describe('whoCanBe', () => {
  const texts = [
    `a ${ED}`,
    `a ${ED}\na ${OTHER}`,
    `[a]:2222 ${ED}\na ${OTHER}`,
    `a ${OTHER}`,
    `@revoked a ${OTHER}\n[a]:2222 ${OTHER}\n* ${ED}`,
    `@revoked [a]:2222 ${ED}\na ${ED}\na ${OTHER}`,
    `@cert-authority a ${ED}`,
    `a ${certificateLine()}`,
  ]

  it.each(texts.flatMap((text, index) => [22, 2222].map((port) => ({ text, index, port }))))(
    'lists the keys that are accepted by text $index on port $port',
    ({ text, port }) => {
      const host = 'a'
      for (const profile of ['strict', 'openssh'] as const) {
        const store = storeOf(text, profile)
        const listed = whoCanBe({ host, port }, store)
          .filter(({ as }) => as === 'key')
          .map(({ fingerprint }) => fingerprint)
        const accepted = [ED, OTHER].map(keyOf).filter((key) => {
          return (
            decideHostKey({ host, port, key }, store, { firstUse: 'never' }).outcome === 'allow'
          )
        })
        expect(listed.toSorted()).toEqual(accepted.map(({ fingerprint }) => fingerprint).toSorted())
      }
    },
  )

  it('lists authorities that are not revoked, with their lines', () => {
    const text = `@cert-authority * ${ED}\n@cert-authority a ${ED}\n@cert-authority * ${OTHER}\n@revoked a ${OTHER}\n`
    expect(whoCanBe({ host: 'a' }, storeOf(text))).toMatchObject([
      { as: 'authority', sources: [{ line: 1 }, { line: 2 }], viaBareHost: false },
    ])
  })

  it('lists nobody without files, or without the list of revoked keys', () => {
    const none = noPolicy('policy-missing', 'known_hosts')
    expect(whoCanBe({ host: 'a' }, none)).toEqual([])
    expect(whoCanBe({ host: 'a' }, storeOf(`a ${ED}`), { revoked: none })).toEqual([])
  })
})

describe('format', () => {
  it('gives each file back byte for byte', () => {
    const text = Buffer.from(`# c\r\n\0a b\n@what\n\xff ${ED}`, 'latin1')
    const store = parseKnownHosts(
      [
        { file: 'one', text },
        { file: 'two', text: '\u00fc' },
      ],
      { profile: 'openssh' },
    )
    expect(formatKnownHosts(store)).toEqual([
      { file: 'one', text: new Uint8Array(text) },
      { file: 'two', text: new Uint8Array(Buffer.from('\u00fc')) },
    ])
  })
})

describe('the stop at a changed key', () => {
  it('shows old and new fingerprint, file and line, and the name to replace', () => {
    const store = storeOf(`[a]:2222 ${OTHER}\nx ${ED}\n[a]:2222,b ${OTHER}\n`)
    const change = describeChange(decideHostKey(A_2222, store), A_2222)
    const { fingerprint } = keyOf(OTHER)
    expect(change).toMatchObject({
      name: '[a]:2222',
      shown: { fingerprint: keyOf(ED).fingerprint, type: 'ssh-ed25519' },
      known: [
        { fingerprint, source: { file: 'known_hosts', line: 3 } },
        { fingerprint, source: { file: 'known_hosts', line: 1 } },
      ],
    })
    const text = change?.lines.join('\n')
    for (const part of [fingerprint, keyOf(ED).fingerprint, 'known_hosts:3', '[a]:2222']) {
      expect(text).toContain(part)
    }
  })

  it('lets no control character through', () => {
    const request = { ...A, host: 'a\u001b[2J' }
    const store = parseKnownHosts([{ file: 'k\u0007', text: `* ${OTHER}\n` }])
    const change = describeChange(decideHostKey(request, store), request)
    expect(change?.lines.join('')).not.toMatch(/\p{Cc}/u)
  })

  it('is about changed keys alone', () => {
    expect(describeChange(decideHostKey(A, storeOf('')), A)).toBeUndefined()
  })
})

function guardOf(
  changes: Partial<HostGuardOptions<HostRequest | undefined>>,
): Guard<HostRequest | undefined> {
  return hostGuard({
    hosts: storeOf(`a ${ED}\n`, 'strict'),
    hostOf: (request) => request,
    firstUse: 'never',
    ...changes,
  })
}

describe('the guard', () => {
  it('decides by the files in force', async () => {
    const holder = { current: storeOf(`a ${ED}\n`) as KnownHosts | ReturnType<typeof noPolicy> }
    const guard = compose(guardOf({ hosts: holder }))
    expect(await guard.check(A)).toMatchObject({ outcome: 'allow' })
    holder.current = noPolicy('policy-unreadable', 'known_hosts')
    expect((await guard.check(A)).reasons[0].code).toBe('policy-unreadable')
    expect((await guard.check(undefined)).reasons[0].code).toBe('request-malformed')
  })

  it('promises the system, rests on the proof of the key, and shows what is open', () => {
    const { statement } = compose(guardOf({}))
    expect(statement.openings).toEqual([])
    expect(statement.unmet).toMatchObject([{ guarantee: 'authentication', of: 'host key' }])
    expect(guardOf({}).provides).toEqual([{ guarantee: 'authentication', of: 'system' }])
    const { openings } = guardOf({
      hosts: storeOf('', 'openssh'),
      firstUse: insecureAcceptAnyHostKey,
    })
    expect(openings).toEqual(['insecureAcceptAnyHostKey', 'profile openssh'])
    expect(guardOf({ firstUse: 'first-time' }).openings).toEqual(['first-host-key-unverified'])
  })
})
