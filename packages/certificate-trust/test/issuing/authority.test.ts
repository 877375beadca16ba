import { describe, expect, test } from 'vitest'
import {
  formatName,
  parseCertificate,
  verify,
  type Certificate,
  type VerifyOptions,
} from '../../src/index.ts'
import {
  acceptReply,
  createAuthority,
  createKey,
  createRequest,
  createRevocationList,
  encodeBundle,
  formatBundle,
  formatCertificate,
  issueFromRequest,
  KEY_TYPES,
  type IssueOptions,
} from '../../src/issuing/index.ts'
import { after, AT, BETWEEN, bytesOf, KEYS, reasonOf, ROOT, sha256Of } from './lab.ts'

const NAMES = { commonName: 'web01.example.com', dns: ['web01.example.com'], organization: 'Lab' }
const REQUEST = createRequest({ key: KEYS.system, names: NAMES })

function issue(changes: Partial<IssueOptions> = {}): Certificate {
  return issueFromRequest({
    request: REQUEST,
    issuer: BETWEEN,
    at: AT,
    purposes: ['server'],
    allow: { dns: ['.example.com'] },
    ...changes,
  })
}

function decide(
  certificate: Certificate,
  options: Partial<VerifyOptions> = {},
): readonly [string, ...string[]] {
  const { decision } = verify([certificate, BETWEEN.certificate], {
    at: AT,
    anchors: [ROOT.certificate],
    purpose: 'server',
    ...options,
  })
  return [decision.outcome, ...decision.reasons.map(({ code }) => code)]
}

describe('an authority', () => {
  test('says that it is one, how many may stand below, and which keys', () => {
    const { extensions, subject, issuer } = BETWEEN.certificate
    expect(extensions.basicConstraints).toEqual({
      critical: true,
      value: { isCa: true, pathLength: 0 },
    })
    expect(extensions.keyUsage).toEqual({ critical: true, value: 0b110_0000 })
    expect(formatName(subject)).toBe('CN=Lab Issuing')
    expect(formatName(issuer)).toBe('CN=Lab Root,O=Lab')
    expect(extensions.authorityKeyIdentifier?.value.keyIdentifier).toEqual(
      ROOT.certificate.extensions.subjectKeyIdentifier?.value,
    )
    expect(ROOT.certificate.extensions.basicConstraints?.value.pathLength).toBe(null)
  })

  test.each(KEY_TYPES.filter((type) => type !== 'RSA-4096'))(
    'of %s issues what is trusted',
    (type) => {
      const key = createKey(type)
      const certificate = createAuthority({ key, names: { commonName: type }, at: AT, days: 500 })
      const issued = issue({ issuer: { key, certificate } })
      const { decision } = verify([issued], { at: AT, anchors: [certificate], purpose: 'server' })
      expect(decision.outcome).toBe('allow')
    },
  )

  test('has no path length that is none', () => {
    const options = { key: KEYS.root, names: { commonName: 'x' }, at: AT, days: 1 }
    expect(() => createAuthority({ ...options, pathLength: -1 })).toThrow(RangeError)
    expect(() => createAuthority({ ...options, pathLength: 0.5 })).toThrow(RangeError)
  })

  test('may allow one below itself, and that one none', () => {
    const one = createAuthority({
      key: KEYS.system,
      names: { commonName: 'One' },
      at: AT,
      days: 100,
      pathLength: 1,
      issuer: ROOT,
    })
    const below = { key: KEYS.between, names: { commonName: 'Below' }, at: AT, days: 10 }
    const issuer = { certificate: one, key: KEYS.system }
    const none = createAuthority({ ...below, pathLength: 0, issuer })
    expect(none.extensions.basicConstraints?.value.pathLength).toBe(0)
    expect(reasonOf(() => createAuthority({ ...below, pathLength: 1, issuer }))?.code).toBe(
      'issuer-path-length',
    )
  })
})

describe('a certificate that is issued on request', () => {
  test('is trusted for its name and purpose under the rules of the Web', () => {
    const name = { dns: 'web01.example.com' }
    expect(decide(issue(), { name, profile: 'webpki' })).toEqual(['allow', 'chain-trusted'])
    expect(decide(issue(), { name: { dns: 'web02.example.com' } })).toEqual([
      'deny',
      'name-mismatch',
    ])
    expect(decide(issue(), { purpose: 'client' })).toEqual(['deny', 'purpose-not-allowed'])
  })

  test('has the purposes of the call, whatever the request asks for', () => {
    expect(REQUEST.extensions.extKeyUsage?.value).toHaveLength(2)
    expect(issue().extensions.extKeyUsage?.value).toEqual(['1.3.6.1.5.5.7.3.1'])
    const { extensions } = issue({ purposes: ['client', '1.2.3.4'] })
    expect(extensions.extKeyUsage?.value).toEqual(['1.3.6.1.5.5.7.3.2', '1.2.3.4'])
  })

  test('has of the subject the common name that it is issued for', () => {
    expect(formatName(issue().subject)).toBe('CN=web01.example.com')
    const allow = { dns: ['web01.example.com'], subject: 'as-requested' } as const
    expect(formatName(issue({ allow }).subject)).toBe('CN=web01.example.com,O=Lab')
    expect(issue({ allow: 'as-requested' }).subject.key).toBe(REQUEST.subject.key)
  })

  test('has no subject, and critical names, where the common name is another', () => {
    const names = { commonName: 'Administrator', dns: ['web01.example.com'] }
    const request = createRequest({ key: KEYS.system, names })
    const issued = issue({ request })
    expect(issued.subject.parts).toEqual([])
    expect(issued.extensions.subjectAltName?.critical).toBe(true)
    expect(decide(issued, { name: { dns: 'web01.example.com' } })[0]).toBe('allow')
  })

  test('may have names that the issuer adds', () => {
    const request = createRequest({ key: KEYS.system, names: { commonName: 'web02' } })
    const issued = issue({ request, names: { dns: ['WEB02'], addresses: ['192.0.2.9'] } })
    expect(formatName(issued.subject)).toBe('CN=web02')
    expect(decide(issued, { name: { ip: '192.0.2.9' } })[0]).toBe('allow')
  })

  test.each([
    [{ dns: ['web01.example.com'] }, { dns: ['WEB01.example.com'] }],
    [{ dns: ['*.example.com'] }, { dns: ['.example.com'] }],
    [{ addresses: ['192.0.2.7', '2001:db8::1'] }, { addresses: ['192.0.2.0/24', '2001:db8::/32'] }],
    [{ mail: ['ann@example.com'] }, { mail: ['@EXAMPLE.com'] }],
    [{ mail: ['ann@example.com'] }, { mail: ['ann@example.com'] }],
  ])('may ask for %j where %j is allowed', (names, allow) => {
    const request = createRequest({ key: KEYS.system, names })
    expect(reasonOf(() => issue({ request, allow }))).toBe(undefined)
  })

  test.each([
    [{ dns: ['web01.example.com', 'bank.example.org'] }, { dns: ['.example.com'] }],
    [{ dns: ['example.com'] }, { dns: ['.example.com'] }],
    [{ dns: ['notexample.com'] }, { dns: ['example.com', '.example.com'] }],
    [{ dns: ['*.example.com'] }, { dns: ['web01.example.com'] }],
    [{ dns: ['web01.example.com'] }, {}],
    [{ addresses: ['198.51.100.1'] }, { addresses: ['192.0.2.0/24'] }],
    [{ mail: ['Ann@example.com'] }, { mail: ['ann@example.com'] }],
    [{ mail: ['ann@sub.example.com'] }, { mail: ['@example.com'] }],
  ])('may not ask for %j where %j is allowed', (names, allow) => {
    const request = createRequest({ key: KEYS.system, names })
    expect(reasonOf(() => issue({ request, allow }))).toMatchObject({
      code: 'name-not-allowed',
      source: { request: 'subjectAltName' },
    })
  })
})

describe('a lab, from its root to a revocation', () => {
  const listOptions = { at: AT, nextUpdate: after(30) }
  const rootList = createRevocationList({ issuer: ROOT, entries: [], number: 1, ...listOptions })

  test.each([
    ['DER', (chain: readonly [Certificate, ...Certificate[]]) => encodeBundle(chain)],
    ['PEM', (chain: readonly [Certificate, ...Certificate[]]) => bytesOf(formatBundle(chain))],
  ] as const)('over a reply as PKCS#7 in %s', (_title, encode) => {
    const issued = issue()
    const reply = encode([ROOT.certificate, issued, BETWEEN.certificate])
    const accepted = acceptReply(reply, { file: 'reply.p7b', key: KEYS.system, request: REQUEST })
    expect(accepted.certificate.sha256).toBe(issued.sha256)
    expect(sha256Of(accepted.chain)).toEqual(sha256Of([BETWEEN.certificate, ROOT.certificate]))
    expect(accepted.missingNames).toEqual([])

    const name = { dns: 'web01.example.com' }
    const good = createRevocationList({ issuer: BETWEEN, entries: [], number: 1, ...listOptions })
    const lists = [rootList, good]
    expect(decide(accepted.certificate, { name, revocation: { lists } })[0]).toBe('allow')

    const { serialNumber } = accepted.certificate
    const revoked = createRevocationList({
      issuer: BETWEEN,
      entries: [{ serialNumber, since: AT, reason: 'keyCompromise' }],
      number: 2,
      ...listOptions,
    })
    const revocation = { lists: [...lists, revoked] }
    expect(decide(accepted.certificate, { name, revocation })).toEqual(['deny', 'revoked'])
    expect(decide(issue(), { name, revocation })[0]).toBe('allow')
    expect(decide(issue(), { name, revocation, at: after(31) })).toContain('revocation-unknown')
  })

  test('a list says when, why and which number', () => {
    const entries = [
      { serialNumber: '0102', since: after(1) },
      { serialNumber: '00ff', since: AT, reason: 'superseded' },
    ] as const
    const list = createRevocationList({
      issuer: BETWEEN,
      entries,
      number: 2n ** 70n,
      ...listOptions,
    })
    const { subject } = BETWEEN.certificate
    expect(list.number).toBe(2n ** 70n)
    expect(list.size).toBe(2)
    expect(list.nextUpdate).toBe(after(30).getTime() / 1000)
    expect(list.find(subject, '0102')).toEqual({
      since: after(1).getTime() / 1000,
      reason: 'unspecified',
    })
    expect(list.find(subject, '00ff')?.reason).toBe('superseded')
  })

  test.each([{ nextUpdate: AT }, { number: -1 }, { number: 1.5 }, { at: new Date('never') }])(
    'a list of %j is none',
    (changes) => {
      const options = { issuer: BETWEEN, entries: [], number: 1, ...listOptions, ...changes }
      expect(() => createRevocationList(options)).toThrow(RangeError)
    },
  )
})

describe('a reply', () => {
  const file = 'reply.pem'

  test('may be the certificate alone, as PEM or DER', () => {
    const issued = issue()
    for (const reply of [bytesOf(formatCertificate(issued)), issued.der]) {
      const { certificate, chain } = acceptReply(reply, { file, key: KEYS.system })
      expect(certificate.sha256).toBe(issued.sha256)
      expect(chain).toEqual([])
    }
  })

  test('that has several certificates for the key gives the latest', () => {
    const [old, latest] = [issue(), issue({ at: after(10) })]
    const reply = encodeBundle([old, latest, BETWEEN.certificate])
    const { certificate, chain } = acceptReply(reply, { file, key: KEYS.system })
    expect(certificate.sha256).toBe(latest.sha256)
    expect(sha256Of(chain)).toEqual([BETWEEN.certificate.sha256])
  })

  test('leaves out authorities of the right name that did not sign', () => {
    const key = createKey()
    const impostor = createAuthority({ key, names: { commonName: 'Lab Issuing' }, at: AT, days: 9 })
    const reply = encodeBundle([issue(), impostor, BETWEEN.certificate])
    const { chain } = acceptReply(reply, { file, key: KEYS.system })
    expect(sha256Of(chain)).toEqual([BETWEEN.certificate.sha256])
  })

  test('that lacks names is taken, and they are said', () => {
    const names = { dns: ['web01.example.com', 'web02.example.com'], addresses: ['192.0.2.7'] }
    const request = createRequest({ key: KEYS.system, names })
    const reply = acceptReply(issue().der, { file, key: KEYS.system, request })
    expect(reply.missingNames).toEqual(['web02.example.com', '192.0.2.7'])
  })

  test('is what everybody else reads', () => {
    const { der, sha256 } = issue()
    expect(parseCertificate(der, { file }).sha256).toBe(sha256)
  })
})

describe('a request like an existing certificate', () => {
  test('asks for its subject, names, usages and purposes', () => {
    const old = issue({ purposes: ['client'], allow: 'as-requested' })
    const request = createRequest({ key: createKey('Ed25519'), like: old })
    expect([...request.subject.der]).toEqual([...old.subject.der])
    const { subjectAltName, keyUsage, extKeyUsage } = old.extensions
    expect(request.extensions).toEqual({ subjectAltName, keyUsage, extKeyUsage })
  })

  test('asks for no more than an authority has', () => {
    const request = createRequest({ key: KEYS.root, like: ROOT.certificate })
    expect(Object.keys(request.extensions)).toEqual(['keyUsage'])
  })
})
