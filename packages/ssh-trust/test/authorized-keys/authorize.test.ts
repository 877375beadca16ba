import { noPolicy } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'

import {
  authorize,
  explainLogin,
  parseAuthorizedKeys,
  parseCertificateFields,
  revokeKeys,
  type LoginRequest,
} from '../../src/index.ts'
import { acceptedCertificate, ask, codeOf, FILE, KEY, LOGIN, OTHER } from './logins.ts'
import { keyOf } from './vectors.ts'

describe('a refused login', () => {
  test.each([
    ['key-not-listed', `${OTHER}\n`, { file: FILE }],
    ['line-malformed', `no-pty, pty ${KEY}\n`, { file: FILE, line: 1 }],
    ['options-refused', `\nno-such ${KEY}\n`, { file: FILE, line: 2 }],
    ['from-mismatch', `from="10.0.0.0/8" ${KEY}\n`, { file: FILE, line: 1 }],
    ['from-malformed', `from="192.0.2.7,10.0.0.1/8" ${KEY}\n`, { file: FILE, line: 1 }],
    ['line-expired', `expiry-time="20261121Z" ${KEY}\n`, { file: FILE, line: 1 }],
    ['principals-without-authority', `principals="ops" ${KEY}\n`, { file: FILE, line: 1 }],
    ['authority-offered-as-key', `cert-authority ${KEY}\n`, { file: FILE, line: 1 }],
  ])('has %s and the place', (code, text, source) => {
    const decision = ask(text)
    expect(decision.outcome).toBe('deny')
    expect(decision.reasons[0]).toMatchObject({ code, source })
  })

  test.each([
    ['user', { user: '' }],
    ['now', { now: new Date(Number.NaN) }],
    ['address', { address: 'UNKNOWN' }],
    ['address', { address: '10.0.0.010' }],
  ] as const)('names the malformed field %s', (field, changes) => {
    expect(ask(`${KEY}\n`, changes)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'request-malformed', source: { request: field } }],
    })
  })

  test('names the key that is revoked', () => {
    const decision = ask(`${KEY}\n`, { revoked: revokeKeys([keyOf(KEY)]) })
    expect(decision).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'key-revoked', source: { key: keyOf(KEY).fingerprint } }],
    })
  })

  test('names a signature algorithm that the key may not use', () => {
    expect(codeOf(ask(`${KEY}\n`, { signatureAlgorithm: 'ssh-rsa' }))).toBe('algorithm-refused')
    expect(codeOf(ask(`${KEY}\n`, { signatureAlgorithm: 'ssh-ed25519' }))).toBe('key-listed')
  })

  test('says why each line refuses, in the order of the file', () => {
    const decision = ask(`from="10.0.0.1" ${KEY}\nbogus ${KEY}\n`)
    expect(decision.reasons.map(({ code }) => code)).toEqual(['from-mismatch', 'options-refused'])
  })
})

describe('several files', () => {
  const good = parseAuthorizedKeys(`${KEY}\n`, { file: 'second' })

  test('are asked in their order, and one may be missing', () => {
    const decision = authorize(LOGIN, [noPolicy('policy-missing', 'first'), good])
    expect(decision).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'key-listed', source: { file: 'second', line: 1 } }],
    })
  })

  test('let nobody in when there is none', () => {
    expect(codeOf(authorize(LOGIN, noPolicy('policy-unreadable', 'first')))).toBe(
      'policy-unreadable',
    )
    expect(codeOf(authorize(LOGIN, []))).toBe('key-not-listed')
  })
})

describe('options', () => {
  test.each([
    ['192.0.2.7', 'allow'],
    ['::ffff:192.0.2.7', 'allow'],
    ['192.0.2.8', 'deny'],
    ['2001:db8::7', 'allow'],
    ['2001:DB8:0::7', 'allow'],
    ['2001:db8:1::7', 'deny'],
  ])('from= answers %s with %s', (address, outcome) => {
    const text = `from="192.0.2.0/29,!192.0.2.8,2001:db8::/48" ${KEY}\n`
    expect(ask(text.replace('/29', '/28'), { address }).outcome).toBe(outcome)
  })

  test('from= keeps the families apart', () => {
    expect(ask(`from="0.0.0.7" ${KEY}\n`, { address: '2001:db8::7' }).outcome).toBe('deny')
    expect(ask(`from="0.0.0.7" ${KEY}\n`, { address: '::7' }).outcome).toBe('deny')
    expect(ask(`from="::/0" ${KEY}\n`).outcome).toBe('deny')
  })

  test('from= asks the verified name, and a negated name keeps a good address out', () => {
    const text = `from="192.0.2.7,*.example.com,!bad.example.com" ${KEY}\n`
    const at = (address: string, hostName: string): string =>
      ask(text, { address, hostName }).outcome
    expect(at('10.0.0.1', 'A.EXAMPLE.com')).toBe('allow')
    expect(at('10.0.0.1', 'example.com')).toBe('deny')
    expect(at('192.0.2.7', 'bad.example.com')).toBe('deny')
  })

  test('from= gives up on names at an overlong entry, and keeps to the address', () => {
    const long = 'x'.repeat(1023)
    const text = `from="a.example,192.0.2.7,${long}" ${KEY}\n`
    expect(ask(text, { address: '10.0.0.1', hostName: 'a.example' }).outcome).toBe('deny')
    expect(ask(text).outcome).toBe('allow')
  })

  test.each([`${'*a'.repeat(500)}*b`, `${'*'.repeat(1000)}b`])(
    'from= with many stars takes no time to speak of: %s',
    (pattern) => {
      const hostName = 'a'.repeat(900)
      const names = [hostName, `${hostName}b`]
      const outcomes = names.map((name) => ask(`from="${pattern}" ${KEY}\n`, { hostName: name }))
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deny', 'allow'])
    },
  )

  test('the earliest of several expiry times counts, to its very second', () => {
    const text = `expiry-time="20991231",expiry-time="20261122000000Z" ${KEY}\n`
    expect(ask(text).outcome).toBe('allow')
    expect(codeOf(ask(text, { now: new Date('2026-11-22T00:00:01Z') }))).toBe('line-expired')
  })

  test.each([undefined, 'Nowhere/Land'])('a local time in the zone %s is refused', (timeZone) => {
    const { timeZone: _, ...rest } = LOGIN
    const request = (timeZone === undefined ? rest : { ...rest, timeZone }) as LoginRequest
    const store = parseAuthorizedKeys(`expiry-time="20991231" ${KEY}\n`, { file: FILE })
    expect(codeOf(authorize(request, store))).toBe('time-zone-unknown')
  })

  test.each([
    ['permitopen="h:1",permitopen="[::1]:*"', ['h:1', '[::1]:*']],
    ['permitopen="h/22"', ['h/22']],
  ])('%s comes as data', (options, permitOpen) => {
    expect(ask(`${options} ${KEY}\n`)).toMatchObject({ outcome: 'allow', effects: { permitOpen } })
  })

  test.each([
    ['tunnel="3"', { tunnel: 3 }],
    ['tunnel="ANY"', { tunnel: 'any' }],
    ['permitlisten="8080"', { permitListen: ['*:8080'] }],
    ['no-touch-required,verify-required', { touchRequired: false, verifyRequired: true }],
    ['restrict,no-verify-required', { verifyRequired: false, pty: false }],
    ['environment="A=1",environment="A=2"', { environment: [{ name: 'A', value: '1' }] }],
    [String.raw`command="a\\b \"c\" d\e"`, { forcedCommand: String.raw`a\\b "c" d\e` }],
  ])('%s comes as data', (options, effects) => {
    expect(ask(`${options} ${KEY}\n`)).toMatchObject({ outcome: 'allow', effects })
  })

  test.each([
    ['ptyx', 'option-unknown'],
    ['pty="yes"', 'option-unknown'],
    ['no-cert-authority', 'option-unknown'],
    ['command=x', 'quote-missing'],
    [String.raw`command="a\\"`, 'quote-open'],
    ['from="a",FROM="a"', 'option-repeated'],
    ['expiry-time="20261301"', 'expiry-malformed'],
    ['expiry-time="19700101Z"', 'expiry-malformed'],
    ['environment="A-B=1"', 'environment-malformed'],
    ['permitopen="h:65536"', 'permission-malformed'],
    ['permitopen="h:http"', 'permission-malformed'],
    ['permitopen="[::1:22"', 'permission-malformed'],
    ['tunnel="-1"', 'tunnel-malformed'],
    ['tunnel="2147483646"', 'tunnel-malformed'],
    [`${'permitopen="h:1",'.repeat(4098)}pty`, 'too-many'],
    ['command="\u{fffd}"', 'not-utf-8'],
  ])('%s is refused', (options, fault) => {
    const text = `${options} ${KEY}\n`
    const { reasons } = ask(text)
    const isUnread = reasons[0].code === 'line-malformed'
    expect(reasons[0]).toMatchObject({
      code: isUnread ? 'line-malformed' : 'options-refused',
      facts: { fault },
    })
  })
})

describe('each difference of profile strict', () => {
  const summer = { now: new Date('2027-06-30T22:30:00Z'), timeZone: 'Europe/Berlin' }

  test.each([
    ['plain-addresses', 'from="192.000.2.7"', {}],
    ['plain-addresses', 'from="192.2.7,192.0.514"', { address: '192.0.2.2' }],
    ['plain-addresses', 'from="0xc0.0.2.7"', {}],
    ['plain-addresses', 'from="192.0.2.0/024"', {}],
    ['no-zones', 'from="*,!fe80::/10"', { address: 'fe80::1%eth0' }],
    ['wall-clock', 'expiry-time="20270701"', summer],
  ] as const)('%s refuses %s, which sshd lets in', (name, options, changes) => {
    const text = `${options} ${KEY}\n`
    expect(ask(text, changes, { profile: 'openssh' }).outcome).toBe('allow')
    expect(ask(text, changes).outcome).toBe('deny')
    expect(ask(text, changes, { switches: [] }).outcome).toBe('allow')
    expect(ask(text, changes, { profile: 'openssh', switches: [name] }).outcome).toBe('deny')
  })

  test('a local time of a zone that saves in winter is never read later than sshd does', () => {
    const text = `expiry-time="20270101" ${KEY}\n`
    const changes = { now: new Date('2026-12-31T23:30:00Z'), timeZone: 'Europe/Dublin' }
    expect(ask(text, changes).outcome).toBe('deny')
    expect(ask(text, changes, { profile: 'openssh' }).outcome).toBe('deny')
  })
})

describe('a certificate', () => {
  const { line, credential, user } = acceptedCertificate()
  const [type = '', base64 = ''] = credential.split(' ')
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) throw new TypeError(certificate.fault)
  const { timeZone, now } = LOGIN
  const login = { certificate, user, address: '127.0.0.1', now, timeZone: timeZone ?? 'UTC' }
  const askWith = (text: string): string =>
    codeOf(authorize(login, parseAuthorizedKeys(text, { file: FILE })))

  test('gets in by the line of its authority, which is named', () => {
    const decision = authorize(login, parseAuthorizedKeys(line, { file: FILE }))
    expect(decision).toMatchObject({
      outcome: 'allow',
      reasons: [
        { code: 'authority-listed', source: { file: FILE, line: 1 } },
        { code: 'certificate-valid', source: { file: FILE, line: 1 } },
      ],
    })
  })

  test('does not get in by a line that does not mark the authority, nor by its own key', () => {
    expect(askWith(line.replace('cert-authority ', ''))).toBe('authority-not-marked')
    expect(askWith(`${KEY}\n`)).toBe('key-not-listed')
  })
})

test('an explanation shows every line with the key, also behind the one that decides', () => {
  const store = parseAuthorizedKeys(`from="10.0.0.1" ${KEY}\n${OTHER}\nrestrict ${KEY}\n${KEY}\n`, {
    file: FILE,
  })
  const { decision, lines } = explainLogin(LOGIN, store)
  expect(decision).toMatchObject({ outcome: 'allow', reasons: [{ source: { line: 3 } }] })
  expect(lines.map(({ reason, lets }) => [reason.source, lets])).toEqual([
    [{ file: FILE, line: 1 }, false],
    [{ file: FILE, line: 3 }, true],
    [{ file: FILE, line: 4 }, true],
  ])
  expect(explainLogin({ ...LOGIN, address: '' }, store).lines).toEqual([])
})
