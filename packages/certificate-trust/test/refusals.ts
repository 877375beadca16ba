import type { Code, VerifyOptions } from '../src/index.ts'
import { verify, verifyEncoded, type Verification } from '../src/index.ts'
import { AT, authority, name, root, server } from './writing/certificate.ts'
import {
  around,
  bitString,
  bytes,
  generalizedTime,
  integer,
  oid,
  sequence,
  tlv,
} from './writing/der.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  directory,
  dns,
  extension,
  extKeyUsage,
  keyUsage,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  SERVER_AUTH,
  ANY_POLICY,
  subjectAltName,
} from './writing/extensions.ts'
import { dsaKey, ecKey, rsaKey, sha1Key, type SigningKey } from './writing/keys.ts'
import { list } from './writing/list.ts'
import { BETWEEN, chain, check, LEAF, ROOT, STRANGER, type ChainChanges } from './world.ts'

/** A chain that is refused, and for what. */
export interface Refusal {
  readonly code: Code
  readonly title: string
  /** @param more - Options beside those that it is refused with. */
  readonly run: (more?: Partial<VerifyOptions>) => Verification
}

function refusal(
  code: Code,
  title: string,
  changes: ChainChanges,
  options: Partial<VerifyOptions> = {},
): Refusal {
  return { code, title, run: (more) => check(chain(changes), { ...options, ...more }) }
}

function leaf(extensions: Readonly<Record<string, Uint8Array | null>>): ChainChanges {
  return { leaf: { extensions } }
}

function between(extensions: Readonly<Record<string, Uint8Array | null>>): ChainChanges {
  return { between: { extensions } }
}

const RFC: Partial<VerifyOptions> = { profile: 'rfc5280' }
const POLICY = '1.2.3.4'
const host = { dns: 'web01.example.com' }

/** A server's certificate signed by a root with a key of some kind. */
function signedBy(key: SigningKey, options: Partial<VerifyOptions> = {}): Verification {
  const holder = { name: name('Odd root'), key }
  return verify([server(LEAF, holder)], { at: AT, anchors: [root(holder)], ...options })
}

/** A certificate for a key of some kind. */
function holding(info: Uint8Array): ChainChanges {
  return { leaf: { info } }
}

const signatures: readonly Refusal[] = [
  {
    code: 'signature-invalid',
    title: 'a key of the same name signed',
    run: () => {
      const forger = { name: BETWEEN.name, key: STRANGER.key }
      return check({ ...chain(), certificates: [server(LEAF, forger), authority(BETWEEN, ROOT)] })
    },
  },
  {
    code: 'signature-algorithm-weak',
    title: 'SHA-1',
    run: () => signedBy(sha1Key()),
  },
  {
    code: 'signature-algorithm-unsupported',
    title: 'an algorithm that nobody knows',
    run: () => signedBy({ ...ecKey(), algorithm: sequence(oid('1.2.3')) }),
  },
  {
    code: 'signature-algorithm-unsupported',
    title: 'parameters where there are none',
    run: () => signedBy({ ...ecKey(), algorithm: sequence(oid('1.2.840.10045.4.3.2'), tlv(5)) }),
  },
  { code: 'key-weak', title: 'DSA', run: () => signedBy(dsaKey()) },
  { code: 'key-weak', title: 'RSA of 1024 bits', run: () => signedBy(rsaKey(1024)) },
  refusal('key-weak', 'a peer with RSA of 1024 bits', holding(rsaKey(1024).info)),
  refusal('key-unsupported', 'a curve that nobody should use', holding(ecKey('secp256k1').info)),
  refusal(
    'key-unsupported',
    'an RSA key that is none',
    holding(sequence(sequence(oid('1.2.840.113549.1.1.1'), tlv(5)), tlv(3, bytes(0, 1, 2, 3)))),
  ),
]

const chains: readonly Refusal[] = [
  refusal('not-yet-valid', 'a year early', {}, { at: new Date('2025-11-22') }),
  refusal('expired', 'a century late', {}, { at: new Date('2126-11-22') }),
  refusal('expired', 'one second late', {}, { at: new Date('2126-01-01T00:00:01Z') }),
  refusal('issuer-unknown', 'no anchor', {}, { anchors: [] }),
  {
    code: 'issuer-unknown',
    title: 'the certificate between is missing',
    run: () => verify([server(LEAF, BETWEEN)], { at: AT, anchors: [root(ROOT)] }),
  },
  {
    code: 'self-signed',
    title: 'it vouches for itself',
    run: () => verify([server(LEAF, LEAF)], { at: AT, anchors: [root(ROOT)] }),
  },
  refusal('issuer-not-ca', 'no basic constraints', between({ ca: null })),
  refusal('issuer-not-ca', 'no authority', between({ ca: basicConstraints(false) })),
  refusal('issuer-key-usage', 'a key for lists only', between({ usage: keyUsage(6) })),
  refusal('path-too-long', 'an authority below pathLen 0', {
    root: { extensions: { ca: basicConstraints(true, { pathLength: 0 }) } },
  }),
  refusal('chain-too-deep', 'more between than asked for', {}, { maxIntermediates: 0 }),
  {
    code: 'certificate-malformed',
    title: 'what is sent is no certificate',
    run: () => verifyEncoded([bytes(0x30, 0)], { at: AT, anchors: [] }),
  },
  refusal('budget-exhausted', 'no signature may be checked', {}, { limits: { signatures: 0 } }),
  {
    code: 'revoked',
    title: 'its serial number is on the list',
    run: () => {
      const lists = [list(ROOT), list(BETWEEN, { entries: [{ serial: integer(7), reason: 1 }] })]
      return check(chain({ leaf: { serial: integer(7) } }), { revocation: { lists } })
    },
  },
  refusal('revocation-unknown', 'no list', {}, { revocation: { lists: [] } }),
]

const uses: readonly Refusal[] = [
  refusal('purpose-not-allowed', 'a server as a client', {}, { purpose: 'client' }),
  refusal(
    'purpose-not-allowed',
    'an authority for clients only',
    between({ purposes: extKeyUsage('1.3.6.1.5.5.7.3.2') }),
    { purpose: 'server' },
  ),
  refusal('purpose-missing', 'no purposes', leaf({ purposes: null }), { purpose: 'server' }),
  refusal('key-usage-not-allowed', 'key encipherment', {}, { keyUsage: ['keyEncipherment'] }),
  refusal(
    'critical-extension-unknown',
    'in the peer',
    leaf({ odd: extension('1.2.3', tlv(5), true) }),
  ),
  refusal(
    'critical-extension-unknown',
    'in an authority',
    between({ odd: extension('1.2.3', tlv(5), true) }),
  ),
]

const constrained = (...permitted: readonly Uint8Array[]): ChainChanges =>
  between({ constraints: nameConstraints({ permitted }) })

const names: readonly Refusal[] = [
  refusal('name-not-permitted', 'another domain', constrained(dns('example.org'))),
  refusal(
    'name-excluded',
    'its own domain',
    between({ constraints: nameConstraints({ excluded: [dns('example.com')] }) }),
  ),
  refusal('name-constraint-malformed', 'a constraint that is no name', constrained(dns('a..b'))),
  refusal('name-constraint-unsupported', 'a registered identifier', {
    ...constrained(tlv(0x88, bytes(0x2a))),
    leaf: { extensions: { names: subjectAltName(tlv(0x88, bytes(0x2a))) } },
  }),
  refusal('name-malformed', 'a name that is none, below constraints', {
    ...constrained(dns('example.com')),
    leaf: { extensions: { names: subjectAltName(dns('a b.example.com')) } },
  }),
  refusal('name-mismatch', 'another name', {}, { name: { dns: 'web02.example.com' } }),
  refusal('name-missing', 'only a common name', leaf({ names: null }), { name: host }),
  refusal(
    'name-missing',
    'a common name that is the one asked for',
    { leaf: { subject: name(host.dns), extensions: { names: null } } },
    { name: host },
  ),
]

const policy: readonly Refusal[] = [
  refusal(
    'policy-not-allowed',
    'none, where one is required',
    {},
    {
      policies: { requireExplicit: true },
    },
  ),
  refusal(
    'policy-mapping-of-any',
    'to any',
    between({ policies: policies(POLICY), map: policyMappings([POLICY, ANY_POLICY]) }),
  ),
  refusal(
    'policy-mapping-of-any',
    'from any',
    between({ policies: policies(POLICY), map: policyMappings([ANY_POLICY, POLICY]) }),
  ),
]

const identifier = authorityKeyIdentifier

const RSA_2049 = sequence(
  sequence(oid('1.2.840.113549.1.1.1'), tlv(5)),
  bitString(sequence(integer(2n ** 2048n + 1n), integer(65537))),
)

/** Rules about how certificates are written: `deviations: 'tolerate'` takes them as they are. */
export const FORMS: readonly Refusal[] = [
  refusal('serial-number-not-positive', 'zero', { leaf: { serial: integer(0) } }),
  refusal('serial-number-not-positive', 'negative', { leaf: { serial: tlv(2, bytes(0x80)) } }),
  refusal('serial-number-too-long', '21 bytes', { leaf: { serial: integer(2n ** 160n) } }),
  refusal('time-type-wrong', 'GeneralizedTime in 2026', {
    leaf: { notBefore: generalizedTime('2026-01-01T00:00:00Z') },
  }),
  refusal('issuer-not-ca', 'a root of version 1', { root: { version: 1 } }),
  refusal('version-too-old', 'a peer of version 1', { leaf: { version: 1 } }),
  refusal(
    'basic-constraints-not-critical',
    'of an authority',
    between({ ca: basicConstraints(true, { critical: false }) }),
  ),
  refusal(
    'path-length-without-ca',
    'of a peer',
    leaf({ ca: basicConstraints(false, { pathLength: 0 }) }),
  ),
  refusal('key-usage-without-ca', 'of a peer', leaf({ usage: keyUsage(0, 5) })),
  refusal('authority-key-identifier-missing', 'of a peer', leaf({ authorityKey: null })),
  refusal(
    'authority-key-identifier-critical',
    'of a peer',
    leaf({
      authorityKey: extension('2.5.29.35', sequence(tlv(0x80, BETWEEN.key.identifier)), true),
    }),
  ),
  refusal(
    'authority-key-identifier-incomplete',
    'with issuer and serial number',
    leaf({
      authorityKey: extension(
        '2.5.29.35',
        sequence(
          tlv(0x80, BETWEEN.key.identifier),
          around(1, directory(ROOT.name)),
          tlv(0x82, bytes(1)),
        ),
      ),
    }),
  ),
  refusal('authority-key-identifier-mismatch', 'of a root', {
    root: { extensions: { authorityKey: identifier(bytes(1, 2, 3)) } },
  }),
  refusal('subject-key-identifier-missing', 'of an authority', between({ subjectKey: null })),
  refusal(
    'subject-key-identifier-critical',
    'of a peer',
    leaf({ subjectKey: extension('2.5.29.14', tlv(4, bytes(1)), true) }),
  ),
  refusal(
    'subject-alt-name-criticality',
    'critical beside a subject',
    leaf({ names: extension('2.5.29.17', sequence(dns(host.dns)), true) }),
  ),
  refusal('subject-alt-name-criticality', 'not critical without a subject', {
    leaf: { subject: sequence() },
  }),
  refusal(
    'name-constraints-without-ca',
    'of a peer',
    leaf({ constraints: nameConstraints({ permitted: [dns('example.com')] }) }),
  ),
  refusal(
    'name-constraints-not-critical',
    'of an authority',
    between({ constraints: nameConstraints({ permitted: [dns('example.com')] }, false) }),
    RFC,
  ),
  refusal(
    'policy-constraints-not-critical',
    'of an authority',
    between({ required: policyConstraints({ mapping: 0 }, false) }),
  ),
  refusal(
    'access-critical',
    'of a peer',
    leaf({
      access: extension(
        '1.3.6.1.5.5.7.1.1',
        sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), tlv(0x86, bytes(0x61)))),
        true,
      ),
    }),
  ),
  refusal('root-with-purposes', 'a root for servers', {
    root: { extensions: { purposes: extKeyUsage(SERVER_AUTH) } },
  }),
  refusal('key-size-odd', 'RSA of 2049 bits', holding(RSA_2049)),
]

const strict: readonly Refusal[] = [
  {
    code: 'issuer-empty',
    title: 'a peer of nobody',
    run: () => {
      const nobody = { name: sequence(), key: ROOT.key }
      return verify([server(LEAF, nobody)], { at: AT, anchors: [root(nobody)] })
    },
  },
  {
    code: 'subject-empty',
    title: 'a root without a name',
    run: () => {
      const anchor = root({ name: sequence(), key: ROOT.key }, { issuer: name('Somebody') })
      const peer = server(LEAF, ROOT, { issuer: sequence() })
      return verify([peer], { at: AT, anchors: [anchor] })
    },
  },
  refusal('authority-as-peer', 'a certificate of an authority', {
    leaf: { extensions: { ca: basicConstraints(true), usage: keyUsage(0, 5) } },
  }),
]

/** Every code has one at least. */
export const REFUSALS: readonly Refusal[] = [
  ...signatures,
  ...chains,
  ...uses,
  ...names,
  ...policy,
  ...FORMS,
  ...strict,
]
