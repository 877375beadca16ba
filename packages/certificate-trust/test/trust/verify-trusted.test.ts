import { describe, expect, test } from 'vitest'
import { verifyTrusted, trustList, type VerifyTrustedOptions } from '../../src/index.ts'
import { BETWEEN, LEAF, ROOT, STRANGER } from '../world.ts'
import {
  AT,
  authority,
  root,
  server,
  serverChanges,
  issue,
  type Changes,
} from '../writing/certificate.ts'
import { integer, time, tlv, utf8 } from '../writing/der.ts'
import {
  basicConstraints,
  CLIENT_AUTH,
  extension,
  extKeyUsage,
  keyUsage,
} from '../writing/extensions.ts'
import { list } from '../writing/list.ts'
import { rsaKey, sha1Key } from '../writing/keys.ts'
import { ask, encoded, said, selfSigned, trusted } from './world.ts'

const PAST = new Date('2026-11-22T11:59:59Z')
const OWN = selfSigned(LEAF)
const ANCHOR = root(ROOT)
const ISSUED = server(LEAF, ROOT)

describe('a certificate that is trusted as itself', () => {
  test('is allowed, and is the whole of its path', () => {
    const found = ask([trusted(OWN, 'system')], [OWN])
    expect(found.decision).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'certificate-pinned', source: { certificate: OWN.sha256 } }],
    })
    expect(found.path?.map(({ sha256 }) => sha256)).toEqual([OWN.sha256])
  })

  test('is not another of the same name and key', () => {
    const again = selfSigned(LEAF)
    expect(said(ask([trusted(OWN, 'system')], [again]))).toEqual(['deny', 'self-signed'])
  })

  test('vouches for nobody, whatever it says of itself', () => {
    const ca = issue(ROOT, ROOT, { extensions: { ca: basicConstraints(true), usage: keyUsage(5) } })
    const below = server(LEAF, ROOT)
    expect(said(ask([trusted(ca, 'system')], [below, ca]))).toEqual(['deny', 'issuer-unknown'])
  })

  test('is no root for what came with it', () => {
    const between = authority(BETWEEN, ROOT)
    const peer = server(LEAF, BETWEEN)
    expect(said(ask([trusted(between, 'system')], [peer, between]))).toEqual([
      'deny',
      'issuer-unknown',
    ])
  })

  test.each<[string, Changes, Partial<VerifyTrustedOptions>]>([
    [
      'a certificate of version 1',
      {
        version: 1,
        extensions: {
          names: null,
          purposes: null,
          usage: null,
          subjectKey: null,
          authorityKey: null,
        },
      },
      {},
    ],
    [
      'one of an authority',
      { extensions: { ca: basicConstraints(true), usage: keyUsage(0, 5) } },
      {},
    ],
    ['one that names no purpose', { extensions: { purposes: null } }, { purpose: 'server' }],
    [
      'one for any purpose',
      { extensions: { purposes: extKeyUsage('2.5.29.37.0') } },
      { purpose: 'server' },
    ],
    ['one with a serial number of zero', { serial: integer(0) }, {}],
  ])('may break rules that are about chains: %s', (_title, changes, options) => {
    const certificate = selfSigned(LEAF, changes)
    expect(said(ask([trusted(certificate, 'system')], [certificate], options))).toEqual([
      'allow',
      'certificate-pinned',
    ])
  })

  test('may be signed with an algorithm that nobody relies on any more', () => {
    const certificate = issue(LEAF, { ...STRANGER, key: sha1Key() }, serverChanges())
    expect(said(ask([trusted(certificate, 'system')], [certificate]))[0]).toBe('allow')
  })

  test.each<[string, Changes, Partial<VerifyTrustedOptions>]>([
    ['expired', {}, { at: new Date('2126-11-22') }],
    ['not-yet-valid', {}, { at: new Date('2025-11-22') }],
    ['name-mismatch', {}, { name: { dns: 'other.example.com' } }],
    ['name-missing', { extensions: { names: null } }, { name: { dns: 'web01.example.com' } }],
    [
      'purpose-not-allowed',
      { extensions: { purposes: extKeyUsage(CLIENT_AUTH) } },
      { purpose: 'server' },
    ],
    ['key-usage-not-allowed', {}, { keyUsage: ['keyAgreement'] }],
    ['key-weak', { info: rsaKey(1024).info }, {}],
    ['critical-extension-unknown', { extensions: { odd: extension('1.2.3', tlv(5), true) } }, {}],
  ])('is still refused as %s', (code, changes, options) => {
    const certificate = selfSigned(LEAF, changes)
    const { decision } = ask([trusted(certificate, 'system')], [certificate], options)
    expect([decision.outcome, ...decision.reasons.map((reason) => reason.code)]).toEqual([
      'deny',
      code,
    ])
    expect(decision.reasons[0].source).toEqual({ certificate: certificate.sha256 })
  })

  test('is refused for everything that is wrong, what tells most first', () => {
    const certificate = selfSigned(LEAF)
    const options = { at: new Date('2126-11-22'), name: { dns: 'other.example.com' } }
    expect(said(ask([trusted(certificate, 'system')], [certificate], options))).toEqual([
      'deny',
      'expired',
      'name-mismatch',
    ])
  })

  test('counts until its date, that second included, and not after', () => {
    expect(said(ask([trusted(OWN, 'system', AT)], [OWN]))[0]).toBe('allow')
    const ended = ask([trusted(OWN, 'system', PAST)], [OWN])
    expect(said(ended)).toEqual(['deny', 'trust-ended', 'self-signed'])
    expect(ended.decision.reasons[0].facts).toMatchObject({ until: '2026-11-22T11:59:59Z' })
  })

  test('is found by a root when its own entry has ended', () => {
    const entries = [trusted(ISSUED, 'system', PAST), trusted(ANCHOR, 'root')]
    expect(said(ask(entries, [ISSUED]))).toEqual(['allow', 'chain-trusted'])
  })

  test('is trusted in its role and in no other', () => {
    expect(said(ask([trusted(OWN, 'system')], [OWN], { role: 'console' }))).toEqual([
      'deny',
      'role-mismatch',
      'self-signed',
    ])
    expect(
      said(ask([trusted(OWN, 'system'), trusted(OWN, 'console')], [OWN], { role: 'console' }))[0],
    ).toBe('allow')
  })
})

describe('revocation of a certificate that is trusted as itself', () => {
  const peer = server(LEAF, ROOT, { serial: integer(77) })
  const good = list(ROOT)
  const bad = list(ROOT, { entries: [{ serial: integer(77) }] })

  test.each([
    ['deny', 'revoked', [trusted(ANCHOR, 'root')], bad],
    ['allow', 'certificate-pinned', [trusted(ANCHOR, 'root')], good],
    ['deny', 'revocation-unknown', [], bad],
    ['deny', 'revocation-unknown', [trusted(ANCHOR, 'root', PAST)], good],
    ['deny', 'revocation-unknown', [trusted(ANCHOR, 'system')], good],
  ] as const)('%s as %s, by a list of a root that counts', (outcome, code, more, one) => {
    const found = ask([trusted(peer, 'system'), ...more], [peer], { revocation: { lists: [one] } })
    expect(said(found)).toEqual([outcome, code])
  })

  test('may be unknown where the caller says so', () => {
    const revocation = { lists: [], onUnknown: 'allow' } as const
    expect(said(ask([trusted(peer, 'system')], [peer], { revocation }))[0]).toBe('allow')
  })

  test('is not asked of one that issued itself, as nobody could list it', () => {
    expect(said(ask([trusted(OWN, 'system')], [OWN], { revocation: { lists: [good] } }))[0]).toBe(
      'allow',
    )
  })

  test('is refused when the lists cost more than may be spent', () => {
    const options = { revocation: { lists: [bad] }, limits: { signatures: 0 } }
    expect(said(ask([trusted(peer, 'system'), trusted(ANCHOR, 'root')], [peer], options))).toEqual([
      'deny',
      'budget-exhausted',
    ])
  })
})

describe('a chain to a root of the list', () => {
  test('is trusted for a system', () => {
    expect(said(ask([trusted(ANCHOR, 'root')], [ISSUED]))).toEqual(['allow', 'chain-trusted'])
  })

  test('is trusted for a console by name only', () => {
    expect(said(ask([trusted(ANCHOR, 'root')], [ISSUED], { role: 'console' }))).toEqual([
      'deny',
      'console-name-missing',
    ])
    const name = { dns: 'web01.example.com' }
    expect(said(ask([trusted(ANCHOR, 'root')], [ISSUED], { role: 'console', name }))).toEqual([
      'allow',
      'chain-trusted',
    ])
    const other = { dns: 'other.example.com' }
    expect(
      said(ask([trusted(ANCHOR, 'root')], [ISSUED], { role: 'console', name: other })),
    ).toEqual(['deny', 'name-mismatch'])
  })

  test('counts until the date of the root, and then says which root ended', () => {
    const ended = ask([trusted(ANCHOR, 'root', PAST)], [ISSUED])
    expect(said(ended)).toEqual(['deny', 'trust-ended', 'issuer-unknown'])
    expect(ended.decision.reasons[0].source).toEqual({ certificate: ANCHOR.sha256 })
  })

  test('does not end where the root would have made no difference', () => {
    const stranger = root(STRANGER)
    expect(said(ask([trusted(stranger, 'root', PAST)], [ISSUED]))).toEqual([
      'deny',
      'issuer-unknown',
    ])
  })

  test('never makes the root a peer, whatever the profile', () => {
    const entries = [trusted(ANCHOR, 'root')]
    expect(said(ask(entries, [ANCHOR], { profile: 'rfc5280' }))).toEqual(['deny', 'root-as-peer'])
  })

  test('takes no anchors from the caller', () => {
    const options = { anchors: [ANCHOR] } as object
    expect(said(ask([trusted(OWN, 'system')], [ISSUED], options))).toEqual([
      'deny',
      'issuer-unknown',
    ])
  })
})

test('an empty list trusts nobody', () => {
  expect(said(ask([], [OWN]))).toEqual(['deny', 'trust-list-empty'])
})

test('what is no certificate is refused by its hash', () => {
  const found = verifyTrusted(trustList([trusted(OWN, 'system')]), [utf8('x')], {
    at: AT,
    role: 'system',
  })
  expect(said(found)).toEqual(['deny', 'certificate-malformed'])
})

test('bytes behind a certificate make it another', () => {
  const longer = new Uint8Array([...OWN.der, 0])
  const found = verifyTrusted(trustList([trusted(OWN, 'system')]), [longer], {
    at: AT,
    role: 'system',
  })
  expect(said(found)).toEqual(['deny', 'certificate-malformed'])
})

test('an instant that is none is an error of the caller, also with an empty list', () => {
  const at = new Date(Number.NaN)
  expect(() => verifyTrusted(trustList(), encoded(OWN), { at, role: 'system' })).toThrow(RangeError)
})

test('the end of an entry and that of its certificate both count', () => {
  const short = selfSigned(LEAF, { notAfter: time('2026-03-01T00:00:00Z') })
  expect(said(ask([trusted(short, 'system', new Date('2099-01-01'))], [short]))).toEqual([
    'deny',
    'expired',
  ])
})

test('a peer in the role of a root is an error of the caller', () => {
  const roots = trustList([trusted(ANCHOR, 'root')])
  const role = 'root' as 'system'
  expect(() => verifyTrusted(roots, encoded(ANCHOR), { at: AT, role })).toThrow(RangeError)
})
