import { generateKeyPairSync } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import { parseRequest } from '../../src/index.ts'
import {
  acceptReply,
  createAuthority,
  createKey,
  createRequest,
  createRevocationList,
  exportPkcs12,
  formatKey,
  importPkcs12,
  issueFromRequest,
  issueSelfSigned,
  readPrivateKey,
  type Authority,
  type IssueOptions,
  type IssuingCode,
  type SubjectNames,
} from '../../src/issuing/index.ts'
import { LEAF, STRANGER } from '../world.ts'
import { name, root, type Holder } from '../writing/certificate.ts'
import {
  basicConstraints,
  dns,
  keyUsage,
  nameConstraints,
  uri,
  subjectAltName,
} from '../writing/extensions.ts'
import { encodeRequest } from '../writing/request.ts'
import { after, AT, BETWEEN, bytesOf, KEYS, ROOT } from './lab.ts'
import { encodeStore, keyBag, signedSafe } from './stores.ts'

/** Something that is not issued or not taken. */
export interface IssuingRefusal {
  readonly code: IssuingCode
  readonly title: string
  /** What its source names. */
  readonly source?: 'file' | 'certificate' | 'request'
  readonly run: () => unknown
}

export const FILE = 'web01.p12'
const NAMES = { dns: ['web01.example.com'] }
const REQUEST = createRequest({ key: KEYS.system, names: NAMES })
const secret = new Secret('correct')

function selfSigned(names: SubjectNames): () => unknown {
  return () => issueSelfSigned({ key: KEYS.system, names, at: AT })
}

function issued(changes: Partial<IssueOptions>): () => unknown {
  const usual = { request: REQUEST, issuer: BETWEEN, at: AT, purposes: ['server'] } as const
  return () => issueFromRequest({ ...usual, allow: 'as-requested', ...changes })
}

function list(changes: Partial<Parameters<typeof createRevocationList>[0]>): () => unknown {
  const usual = { issuer: BETWEEN, entries: [], number: 1, at: AT, nextUpdate: after(1) }
  return () => createRevocationList({ ...usual, ...changes })
}

/** An authority with one certificate that these tests write themselves. */
function written(make: (holder: Holder) => Authority['certificate']): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const info = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  return { key: privateKey, certificate: make({ name: name('Odd'), key: { ...LEAF.key, info } }) }
}

const NO_AUTHORITY = written((holder) =>
  root(holder, { extensions: { ca: basicConstraints(false), usage: keyUsage(5, 6) } }),
)
const SIGNS_NO_LISTS = written((holder) => root(holder, { extensions: { usage: keyUsage(5) } }))
const CONSTRAINED = written((holder) =>
  root(holder, {
    extensions: { constraints: nameConstraints({ permitted: [dns('example.org')] }) },
  }),
)
const SELF_SIGNED = issueSelfSigned({ key: KEYS.system, names: NAMES, at: AT })
const PAIR = { key: KEYS.system, certificates: [SELF_SIGNED] } as const
const ENCRYPTED = bytesOf(formatKey(KEYS.system, secret))
const asked = (der: Uint8Array): IssueOptions['request'] => parseRequest(der, { file: FILE })
const importing = (store: Uint8Array) => () => importPkcs12(store, secret, { file: FILE })

export const REFUSALS: readonly IssuingRefusal[] = [
  { code: 'name-malformed', title: 'a host name with a blank', run: selfSigned({ dns: ['a b'] }) },
  { code: 'name-malformed', title: 'a host name with umlauts', run: selfSigned({ dns: ['wéb'] }) },
  { code: 'name-malformed', title: 'an address as a host', run: selfSigned({ dns: ['10.0.0.1'] }) },
  { code: 'name-malformed', title: 'half an address', run: selfSigned({ addresses: ['10.0.0'] }) },
  {
    code: 'name-malformed',
    title: 'an address with a zone',
    run: selfSigned({ addresses: ['fe80::1%eth0'] }),
  },
  { code: 'name-malformed', title: 'mail without a host', run: selfSigned({ mail: ['ann'] }) },
  ...[
    ['commonName', 'x'.repeat(65)],
    ['commonName', ' web01'],
    ['commonName', ''],
    ['commonName', 'web\0 01'],
    ['commonName', 'web\u202e01'],
    ['organization', '\ud800'],
    ['country', 'Germany'],
    ['country', 'de'],
  ].map(([part = '', value = '']) => ({
    code: 'name-malformed' as const,
    title: `${part} ${JSON.stringify(value)}`,
    run: selfSigned({ ...NAMES, [part]: value }),
  })),
  { code: 'names-missing', title: 'a common name alone', run: selfSigned({ commonName: 'web01' }) },
  {
    code: 'names-missing',
    title: 'a request without names, and none added',
    run: issued({ request: createRequest({ key: KEYS.system, names: { commonName: 'web01' } }) }),
  },
  {
    code: 'subject-missing',
    title: 'an authority without a name',
    run: () => createAuthority({ key: KEYS.root, names: {}, at: AT, days: 1 }),
  },
  {
    code: 'subject-missing',
    title: 'a name too long for a subject, and no other',
    run: selfSigned({ dns: [`${'a'.repeat(60)}.example.com`] }),
  },
  ...[
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['a key for agreement', generateKeyPairSync('x25519').privateKey],
    ['a public key', generateKeyPairSync('ed25519').publicKey],
  ].map(([title, key]) => ({
    code: 'key-refused' as const,
    title: title as string,
    run: () => issueSelfSigned({ key: key as typeof KEYS.root, names: NAMES, at: AT }),
  })),
  {
    code: 'issuer-key-mismatch',
    title: 'the key of another',
    source: 'certificate',
    run: issued({ issuer: { certificate: BETWEEN.certificate, key: KEYS.root } }),
  },
  {
    code: 'issuer-not-authority',
    title: 'a self-signed certificate of a system',
    source: 'certificate',
    run: issued({ issuer: { certificate: SELF_SIGNED, key: KEYS.system } }),
  },
  {
    code: 'issuer-not-authority',
    title: 'constraints that say it is none',
    source: 'certificate',
    run: issued({ issuer: NO_AUTHORITY }),
  },
  {
    code: 'issuer-path-length',
    title: 'an authority below one that may have none',
    source: 'certificate',
    run: () =>
      createAuthority({
        key: KEYS.system,
        names: { commonName: 'Below' },
        at: AT,
        days: 1,
        issuer: BETWEEN,
      }),
  },
  {
    code: 'beyond-issuer',
    title: 'longer than its authority',
    source: 'certificate',
    run: issued({ days: 1826 }),
  },
  {
    code: 'beyond-issuer',
    title: 'before its authority',
    source: 'certificate',
    run: issued({ at: after(-1) }),
  },
  {
    code: 'issuer-may-not-sign-lists',
    title: 'a list of an authority without that usage',
    source: 'certificate',
    run: list({ issuer: SIGNS_NO_LISTS }),
  },
  {
    code: 'refused-by-verifier',
    title: 'a name outside of the constraints of the authority',
    source: 'certificate',
    run: issued({ issuer: CONSTRAINED }),
  },
  {
    code: 'request-refused',
    title: 'a request that another key signed',
    source: 'request',
    run: issued({ request: asked(encodeRequest(LEAF, { signer: STRANGER })) }),
  },
  {
    code: 'name-not-allowed',
    title: 'a request for the name of another',
    source: 'request',
    run: issued({ allow: { dns: ['web02.example.com'] } }),
  },
  {
    code: 'name-form-unsupported',
    title: 'a request for a URI',
    source: 'request',
    run: issued({
      request: asked(encodeRequest(LEAF, { extensions: [subjectAltName(uri('https://a.b/'))] })),
    }),
  },
  ...[new Uint8Array(15).fill(1), new Uint8Array(21).fill(1), new Uint8Array(16).fill(0x80)].map(
    (serialNumber) => ({
      code: 'serial-number-malformed' as const,
      title: `${serialNumber.length} bytes that begin with ${serialNumber[0]}`,
      run: issued({ serialNumber }),
    }),
  ),
  {
    code: 'serial-number-malformed',
    title: 'a revocation of what is no number',
    run: list({ entries: [{ serialNumber: '0x1', since: AT }] }),
  },
  {
    code: 'entry-repeated',
    title: 'a certificate revoked twice',
    run: list({
      entries: [
        { serialNumber: '01', since: AT },
        { serialNumber: '01', since: AT },
      ],
    }),
  },
  {
    code: 'certificate-for-other-key',
    title: 'a reply for another key',
    source: 'file',
    run: () => acceptReply(ROOT.certificate.der, { file: FILE, key: KEYS.system }),
  },
  {
    code: 'certificate-for-other-key',
    title: 'a store of a key and the certificate of another',
    source: 'file',
    run: () => exportPkcs12({ key: KEYS.root, certificates: [SELF_SIGNED], passphrase: secret }),
  },
  {
    code: 'request-for-other-key',
    title: 'a reply to the request of another',
    source: 'file',
    run: () => acceptReply(SELF_SIGNED.der, { file: FILE, key: KEYS.root, request: REQUEST }),
  },
  {
    code: 'passphrase-missing',
    title: 'an encrypted key',
    source: 'file',
    run: () => readPrivateKey(ENCRYPTED, { file: FILE }),
  },
  {
    code: 'passphrase-missing',
    title: 'an empty one to write a key with',
    source: 'file',
    run: () => formatKey(KEYS.system, new Secret('')),
  },
  {
    code: 'passphrase-missing',
    title: 'an empty one to write a store with',
    source: 'file',
    run: () => exportPkcs12({ ...PAIR, passphrase: new Secret('') }),
  },
  {
    code: 'passphrase-wrong',
    title: 'another for a key',
    source: 'file',
    run: () => readPrivateKey(ENCRYPTED, { file: FILE, passphrase: new Secret('battery') }),
  },
  {
    code: 'passphrase-wrong',
    title: 'another for a store',
    source: 'file',
    run: () => importPkcs12(encodeStore(), new Secret('battery'), { file: FILE }),
  },
  {
    code: 'passphrase-wrong',
    title: 'a store that was changed',
    source: 'file',
    run: importing(encodeStore({ tampered: true })),
  },
  {
    code: 'integrity-missing',
    title: 'a store without a MAC',
    source: 'file',
    run: importing(encodeStore({ mac: null })),
  },
  {
    code: 'integrity-unsupported',
    title: 'a MAC over MD5',
    source: 'file',
    run: importing(encodeStore({ mac: '1.2.840.113549.2.5' })),
  },
  {
    code: 'integrity-unsupported',
    title: 'a MAC without iterations',
    source: 'file',
    run: importing(encodeStore({ macIterations: 0 })),
  },
  {
    code: 'integrity-unsupported',
    title: 'a store that somebody signed',
    source: 'file',
    run: importing(encodeStore({ type: '1.2.840.113549.1.7.2' })),
  },
  {
    code: 'iterations-too-many',
    title: 'a MAC of 2^32 - 1 iterations',
    source: 'file',
    run: importing(encodeStore({ macIterations: 0xffff_ffff })),
  },
  {
    code: 'iterations-too-many',
    title: 'a key of 2^31 iterations',
    source: 'file',
    run: importing(encodeStore({ safes: [signedSafe(keyBag({ iterations: 2 ** 31 }))] })),
  },
  {
    code: 'iterations-too-many',
    title: 'as many as are left for a key, after those of the MAC',
    source: 'file',
    run: importing(
      encodeStore({
        safes: [signedSafe(keyBag({ key: KEYS.root }), keyBag({ iterations: 1_499_995 }))],
      }),
    ),
  },
  {
    code: 'encryption-unsupported',
    title: 'a key in RC4',
    source: 'file',
    run: importing(
      encodeStore({ safes: [signedSafe(keyBag({ scheme: '1.2.840.113549.1.12.1.1' }))] }),
    ),
  },
  {
    code: 'encryption-unsupported',
    title: 'a key whose encryption does not hang on the passphrase',
    source: 'file',
    run: importing(encodeStore({ safes: [signedSafe(keyBag({ iterations: 0 }))] })),
  },
  {
    code: 'key-unreadable',
    title: 'a key of no algorithm',
    source: 'file',
    run: importing(encodeStore({ safes: [signedSafe(keyBag({ plain: true }))] })),
  },
  {
    code: 'key-not-one',
    title: 'two keys in a store',
    source: 'file',
    run: importing(
      encodeStore({
        safes: [signedSafe(keyBag({ key: createKey() }), keyBag({ key: createKey() }))],
      }),
    ),
  },
  {
    code: 'key-not-one',
    title: 'two keys in a file',
    source: 'file',
    run: () => readPrivateKey(bytesOf(formatKey(KEYS.root).repeat(2)), { file: FILE }),
  },
]
