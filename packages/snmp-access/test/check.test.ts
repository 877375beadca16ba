import { noPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { check, CODES, describe as sentence, parse, type Code, type Request } from '../src/index.ts'
import { oidOf } from './vector-mib.ts'

const FILE = 'snmpd.conf'

const TEXT = [
  /* 1 */ 'com2sec ro 192.0.2.0/24 secret',
  /* 2 */ 'com2sec ro !198.51.100.7 secret',
  /* 3 */ 'com2sec ro 198.51.100.0/24 secret',
  /* 4 */ 'com2sec6 six default only6',
  /* 5 */ 'com2sec -Cn lost out default context',
  /* 6 */ 'com2sec alone default alone',
  /* 7 */ 'com2sec half default half',
  /* 8 */ 'com2sec bare default bare',
  /* 9 */ 'group g v2c ro',
  /* 10 */ 'group g usm user',
  /* 11 */ 'group h v1 half',
  /* 12 */ 'group b v2c bare',
  /* 13 */ 'group c usm elsewhere',
  /* 14 */ 'group w v2c six',
  /* 15 */ 'view v included .1.3.6.1.2.1.1',
  /* 16 */ 'view v excluded .1.3.6.1.2.1.1.4',
  /* 17 */ 'access g "" v2c noauth exact v none none',
  /* 18 */ 'access g "" usm auth exact v none none',
  /* 19 */ 'access c far any noauth exact v none none',
  /* 20 */ 'access w "" v1 noauth exact v none none',
  /* 21 */ 'setaccess h "" any noauth exact write v',
].join('\n')

const POLICY = parse(TEXT, { file: FILE, contexts: ['near'] })

const GET: Request = {
  version: '2c',
  community: 'secret',
  source: '192.0.2.1',
  pdu: 'get',
  varbinds: [{ oid: oidOf('1.3.6.1.2.1.1.5.0') }],
}

const USER: Request = {
  version: '3',
  user: 'user',
  level: 'authNoPriv',
  usm: 'accepted',
  source: '192.0.2.1',
  pdu: 'get',
  varbinds: GET.varbinds,
}

const SILENT = { outcome: 'deny', reply: 'silence' } as const
const ERROR = { outcome: 'deny', reply: 'response' } as const
const REPORT = { outcome: 'deny', reply: 'report' } as const
const ANSWER = { outcome: 'allow', reply: 'response' } as const

/** The code, the line or the field that the reason points at, what goes back, the request. */
const CASES: readonly (readonly [Code, number | string, object, Request])[] = [
  ['in-view', 15, ANSWER, GET],
  ['in-view', 15, ANSWER, USER],
  ['excluded-from-view', 16, ERROR, { ...GET, varbinds: [{ oid: oidOf('1.3.6.1.2.1.1.4.0') }] }],
  ['not-in-view', 'v', ERROR, { ...GET, varbinds: [{ oid: oidOf('1.3.6.1.2.1.2.1.0') }] }],
  ['walk-granted', 17, ANSWER, { ...GET, pdu: 'getnext' }],
  ['nothing-asked', 17, ANSWER, { ...GET, varbinds: [] }],
  ['community-unknown', 'community', SILENT, { ...GET, community: 'Secret' }],
  ['community-unknown', 'community', SILENT, { ...GET, community: 'secret\0' }],
  ['source-not-listed', 1, SILENT, { ...GET, source: '203.0.113.1' }],
  ['source-refused', 2, SILENT, { ...GET, source: '198.51.100.7' }],
  ['in-view', 15, ANSWER, { ...GET, source: '::ffff:198.51.100.8' }],
  ['family-not-listed', 1, SILENT, { ...GET, source: '2001:db8::1' }],
  ['family-not-listed', 4, SILENT, { ...GET, community: 'only6' }],
  ['context-unknown', 5, SILENT, { ...GET, community: 'context' }],
  ['context-unknown', 'context', SILENT, { ...USER, context: 'lost' }],
  ['group-missing', 6, SILENT, { ...GET, community: 'alone' }],
  ['group-missing', 'user', ERROR, { ...USER, user: 'stranger' }],
  ['group-not-for-model', 11, SILENT, { ...GET, community: 'half' }],
  ['access-missing', 12, SILENT, { ...GET, community: 'bare' }],
  ['access-not-for-model', 20, SILENT, { ...GET, community: 'only6', source: '2001:db8::1' }],
  ['access-not-for-context', 19, ERROR, { ...USER, user: 'elsewhere', context: 'near' }],
  ['level-too-low', 18, ERROR, { ...USER, level: 'noAuthNoPriv' }],
  ['view-missing', 17, ERROR, { ...GET, pdu: 'set' }],
  ['view-not-named', 21, ERROR, { ...GET, version: '1', community: 'half' }],
  ['engine-unknown', 'usm', REPORT, { ...USER, usm: 'unknown-engine' }],
  ['user-unknown', 'user', REPORT, { ...USER, usm: 'unknown-user' }],
  ['digest-wrong', 'usm', REPORT, { ...USER, usm: 'wrong-digest' }],
  ['level-unsupported', 'level', REPORT, { ...USER, usm: 'unsupported-level' }],
  ['outside-time-window', 'usm', REPORT, { ...USER, usm: 'not-in-time-window' }],
  ['decryption-failed', 'usm', SILENT, { ...USER, usm: 'decryption-error' }],
]

/** Codes that other tests assert: notifications, walks with limits, and the stand-ins for a policy. */
const ELSEWHERE: readonly Code[] = [
  'authorization-disabled',
  'policy-malformed',
  'policy-missing',
  'policy-too-large',
  'policy-unreadable',
  'request-malformed',
  'walk-limit-reached',
]

function sourceOf(place: number | string, code: Code): object {
  if (typeof place === 'number') return { file: FILE, line: place }
  return code === 'not-in-view' ? { view: place } : { request: place }
}

describe('a command', () => {
  it.each(CASES)('%s at %s', (code, place, expected, request) => {
    const verdict = check(POLICY, request)
    expect(verdict).toMatchObject(expected)
    expect(verdict.reasons[0]).toMatchObject({ code, source: sourceOf(place, code) })
    expect(sentence(verdict.reasons[0])).toContain(CODES[code])
  })

  it('has a case for every code', () => {
    const covered = new Set([...CASES.map(([code]) => code), ...ELSEWHERE])
    expect([...covered].toSorted()).toEqual(Object.keys(CODES).toSorted())
  })

  it.each([
    ['version', { ...GET, version: '2' }],
    ['version', { ...GET, version: 'toString' }],
    ['version', { ...GET, version: ['2c'] }],
    ['source', { ...GET, source: 'localhost' }],
    ['source', { ...GET, source: undefined }],
    ['community', { ...GET, community: undefined }],
    ['usm', { ...USER, usm: undefined }],
    ['usm', { ...USER, usm: 'yes' }],
    ['user', { ...USER, user: undefined }],
    ['level', { ...USER, level: 'none' }],
    ['level', { ...USER, level: undefined }],
    ['context', { ...USER, context: 7 }],
    ['pdu', { ...GET, pdu: 'trap' }],
    ['pdu', { ...GET, version: '1', pdu: 'getbulk' }],
    ['varbinds', { ...GET, varbinds: undefined }],
    ['varbinds[0].oid', { ...GET, varbinds: [{}] }],
    ['varbinds[0].oid', { ...GET, varbinds: [{ oid: [] }] }],
    ['varbinds[1].oid', { ...GET, varbinds: [...GET.varbinds, { oid: [1, 2 ** 32] }] }],
    ['varbinds[0].oid', { ...GET, varbinds: [{ oid: Array.from({ length: 129 }, () => 1) }] }],
    ['nonRepeaters', { ...GET, pdu: 'getbulk', nonRepeaters: 0.5 }],
    ['maxRepetitions', { ...GET, pdu: 'getbulk', maxRepetitions: Number.NaN }],
  ])('with a bad %s gets silence', (field, request) => {
    const verdict = check(POLICY, request as Request)
    expect(verdict).toMatchObject(SILENT)
    expect(verdict.reasons).toEqual([{ code: 'request-malformed', source: { request: field } }])
  })

  it('gets silence when there is no policy', () => {
    const verdict = check(noPolicy('policy-missing', FILE), GET)
    expect(verdict).toMatchObject(SILENT)
    expect(verdict.reasons).toEqual([{ code: 'policy-missing', source: { file: FILE } }])
  })

  it('is refused for one object out of view, with the reasons of the others behind', () => {
    const oids = ['1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.4.0', '1.3.6.1.2.1.1.6.0', '1.3.6.1.9']
    const verdict = check(POLICY, { ...GET, varbinds: oids.map((oid) => ({ oid: oidOf(oid) })) })
    expect(verdict.outcome).toBe('deny')
    expect(verdict.objects).toEqual(['included', 'excluded', 'included', 'uncovered'])
    expect(verdict.reasons.map(({ code }) => code)).toEqual([
      'excluded-from-view',
      'not-in-view',
      'in-view',
    ])
    expect(verdict.counters.inBadCommunityUses).toBe(1)
  })

  it('of version 1 names the last object out of view as the daemon does, and the first by RFC', () => {
    const text = 'rocommunity one default .1.3.6.1.2.1.1'
    const oids = ['1.3.6.1.9', '1.3.6.1.2.1.1.5.0', '1.3.6.1.8']
    const varbinds = oids.map((oid) => ({ oid: oidOf(oid) }))
    const request: Request = { ...GET, version: '1', community: 'one', varbinds }
    const indexes = (['net-snmp', 'rfc3415'] as const).map(
      (profile) => check(parse(text, { file: FILE, profile }), request).errorIndex,
    )
    expect(indexes).toEqual([3, 1])
  })

  it('of SET is refused as a whole at the first object out of view', () => {
    const policy = parse('rwcommunity w default .1.3.6.1.2.1.1', { file: FILE })
    const varbinds = ['1.3.6.1.2.1.1.5.0', '1.3.6.1.9', '1.3.6.1.8'].map((oid) => ({
      oid: oidOf(oid),
    }))
    const verdict = check(policy, { ...GET, community: 'w', pdu: 'set', varbinds })
    expect(verdict).toMatchObject({ ...ERROR, errorStatus: 'noAccess', errorIndex: 2 })
  })

  it('sets off authenticationFailure only where the configuration says so', () => {
    const on = parse(`authtrapenable 1\n${TEXT}`, { file: FILE })
    const wrong: Request = { ...GET, community: 'wrong' }
    expect(check(on, wrong).authFailureTrap).toBe(true)
    expect(check(POLICY, wrong).authFailureTrap).toBe(false)
    expect(check(on, { ...USER, usm: 'wrong-digest' }).authFailureTrap).toBe(true)
    expect(check(on, { ...USER, usm: 'unknown-user' }).authFailureTrap).toBe(false)
    expect(check(on, GET).authFailureTrap).toBe(false)
  })

  it('of a community takes its octets as they come', () => {
    const policy = parse('rocommunity caf\u{e9}', { file: FILE })
    const reasonOf = (community: Uint8Array | string) =>
      check(policy, { ...GET, community }).reasons[0].code
    expect(reasonOf(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))).toBe('community-unknown')
    expect(reasonOf(Uint8Array.of(0x63, 0x61, 0x66, 0xc3, 0xa9))).toBe('in-view')
    expect(reasonOf('caf\u{e9}')).toBe('in-view')
  })
})

describe('profile rfc3415', () => {
  const policy = parse(TEXT, { file: FILE, profile: 'rfc3415', contexts: ['near'] })

  it.each([
    ['a community without a group', { ...GET, community: 'alone' }, 'authorizationError', 1],
    ['version 1 without access', { ...GET, version: '1' }, 'noSuchName', 1],
    ['a view that does not exist', { ...GET, pdu: 'set' }, 'authorizationError', 1],
    ['a user without a group', { ...USER, user: 'stranger' }, 'authorizationError', 0],
  ] as const)('answers %s and counts the use', (_, request, errorStatus, uses) => {
    const verdict = check(policy, request)
    expect(verdict).toMatchObject({ ...ERROR, errorStatus, errorIndex: 0 })
    expect(verdict.counters.inBadCommunityUses).toBe(uses)
    expect(verdict.authFailureTrap).toBe(false)
  })

  it('reports an unknown context and what it cannot decrypt', () => {
    expect(check(policy, { ...USER, context: 'lost' }).report).toBe('unknownContexts')
    expect(check(policy, { ...USER, usm: 'decryption-error' }).report).toBe('decryptionErrors')
  })
})
