import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkRequest, parseBundle, parseCertificateFile, parseRequest } from '../../src/index.ts'
import {
  acceptReply,
  createKey,
  createRequest,
  createRevocationList,
  encodeBundle,
  exportPkcs12,
  formatBundle,
  formatCertificate,
  formatCertificateList,
  formatKey,
  formatRequest,
  importPkcs12,
  issueFromRequest,
  issueSelfSigned,
  KEY_TYPES,
  readPrivateKey,
  type KeyType,
} from '../../src/issuing/index.ts'
import { after, AT, BETWEEN, KEYS, reasonOf, ROOT, sha256Of } from '../issuing/lab.ts'

const isInstalled = spawnSync('openssl', ['version']).status === 0
const title = isInstalled ? 'openssl reads and writes' : 'needs openssl'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openssl-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, contents)
  return path
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)))
}

interface Answer {
  readonly status: number | null
  readonly text: string
}

function openssl(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder })
  return { status, text: `${String(stdout)}${String(stderr)}` }
}

/** RSA keys take their time: one size is enough here. */
const TYPES = KEY_TYPES.filter((type) => type !== 'RSA-4096')
const KEYS_BY_TYPE = new Map<KeyType, ReturnType<typeof createKey>>()
function keyOf(type: KeyType): ReturnType<typeof createKey> {
  const key = KEYS_BY_TYPE.get(type) ?? createKey(type)
  KEYS_BY_TYPE.set(type, key)
  return key
}

const NAMES = {
  commonName: 'wéb01',
  organization: 'Lab',
  dns: ['web01.example.com'],
  addresses: ['192.0.2.7', '2001:db8::7'],
}
const TIME = ['-attime', String(AT.getTime() / 1000)]
const SERVER = ['-purpose', 'sslserver', '-verify_hostname', 'web01.example.com']

function issued(type: KeyType): ReturnType<typeof issueFromRequest> {
  const request = createRequest({ key: keyOf(type), names: NAMES })
  const options = { at: AT, purposes: ['server'], allow: 'as-requested' } as const
  return issueFromRequest({ request, issuer: BETWEEN, ...options })
}

describe.skipIf(!isInstalled)(title, () => {
  test.each(TYPES)('requests with a key of %s', (type) => {
    write('request.pem', formatRequest(createRequest({ key: keyOf(type), names: NAMES })))
    const { status, text } = openssl('req', '-in', 'request.pem', '-noout', '-verify', '-text')
    expect(text).toContain('verify OK')
    expect(text).toContain('DNS:web01.example.com, IP Address:192.0.2.7')
    expect(status).toBe(0)
  })

  test.each(TYPES)('self-signed certificates with a key of %s', (type) => {
    const file = 'self.pem'
    write(file, formatCertificate(issueSelfSigned({ key: keyOf(type), names: NAMES, at: AT })))
    const args = ['-x509_strict', ...TIME, ...SERVER, '-CAfile', file, file]
    expect(openssl('verify', ...args)).toMatchObject({ status: 0 })
  })

  test.each(TYPES)('chains to a key of %s, and revocations', (type) => {
    const peer = issued(type)
    write('root.pem', formatCertificate(ROOT.certificate))
    write('between.pem', formatCertificate(BETWEEN.certificate))
    write('peer.pem', formatCertificate(peer))
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'between.pem', 'peer.pem']
    expect(openssl('verify', '-x509_strict', ...TIME, ...SERVER, ...chain).status).toBe(0)

    const options = { at: AT, nextUpdate: after(30) }
    const ofRoot = createRevocationList({ issuer: ROOT, entries: [], number: 1, ...options })
    for (const isRevoked of [false, true]) {
      const entry = { serialNumber: peer.serialNumber, since: AT, reason: 'superseded' } as const
      const entries = isRevoked ? [entry] : []
      const list = createRevocationList({ issuer: BETWEEN, entries, number: 2, ...options })
      write('lists.pem', formatCertificateList(ofRoot) + formatCertificateList(list))
      const { status, text } = openssl(
        'verify',
        '-x509_strict',
        '-crl_check_all',
        '-CRLfile',
        'lists.pem',
        ...TIME,
        ...chain,
      )
      expect(status === 0).toBe(!isRevoked)
      expect(text.includes('certificate revoked')).toBe(isRevoked)
    }
  })

  test('revocation lists', () => {
    const entries = [{ serialNumber: '0a0b', since: AT, reason: 'keyCompromise' }] as const
    const options = { issuer: BETWEEN, number: 4711, at: AT, nextUpdate: after(1) }
    write('list.pem', formatCertificateList(createRevocationList({ ...options, entries })))
    write('issuer.pem', formatCertificate(BETWEEN.certificate))
    const { text } = openssl('crl', '-in', 'list.pem', '-noout', '-text', '-CAfile', 'issuer.pem')
    expect(text).toContain('verify OK')
    expect(text).toContain('4711')
    expect(text).toContain('Serial Number: 0A0B')
    expect(text).toContain('Key Compromise')
  })

  test('bundles that are written here', () => {
    const certificates = [issued('P-256'), BETWEEN.certificate, ROOT.certificate] as const
    for (const [name, contents] of [
      ['PEM', formatBundle(certificates)],
      ['DER', encodeBundle(certificates)],
    ] as const) {
      const { status, text } = openssl(
        'pkcs7',
        '-inform',
        name,
        '-in',
        write('bundle', contents),
        '-print_certs',
      )
      expect(status).toBe(0)
      const printed = parseCertificateFile(Buffer.from(text), { file: 'printed' })
      expect(sha256Of(printed)).toEqual(sha256Of(certificates))
    }
  })

  test('bundles and replies that it writes', () => {
    const certificates = [ROOT.certificate, issued('P-256'), BETWEEN.certificate]
    const list = createRevocationList({
      issuer: ROOT,
      entries: [],
      number: 1,
      at: AT,
      nextUpdate: after(1),
    })
    write('all.pem', certificates.map(formatCertificate).join(''))
    write('list.pem', formatCertificateList(list))
    for (const [form, source] of [
      ['DER', ['-nocrl']],
      ['PEM', ['-in', 'list.pem']],
    ] as const) {
      const out = ['-outform', form, '-out', 'bundle']
      expect(openssl('crl2pkcs7', ...source, '-certfile', 'all.pem', ...out).status).toBe(0)
      const file = 'bundle'
      expect(sha256Of(parseBundle(read(file), { file }))).toEqual(sha256Of(certificates))
      const { chain } = acceptReply(read(file), { file, key: keyOf('P-256') })
      expect(chain).toHaveLength(2)
    }
  })

  test.each([
    ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['rsa', ['-newkey', 'rsa:2048']],
    ['ed25519', ['-newkey', 'ed25519']],
  ])('requests that it writes: %s', (_title, key) => {
    const names = ['-subj', '/C=DE/CN=web01', '-addext', 'subjectAltName=DNS:web01,IP:192.0.2.7']
    const out = ['-nodes', '-keyout', 'key.pem', '-out', 'request.pem']
    expect(openssl('req', '-new', ...key, ...names, ...out).status).toBe(0)
    const request = parseRequest(read('request.pem'), { file: 'request.pem' })
    expect(checkRequest(request).outcome).toBe('allow')
    const options = {
      at: AT,
      purposes: ['server'],
      allow: { dns: ['web01'], addresses: ['192.0.2.0/24'] },
    } as const
    const certificate = issueFromRequest({ request, issuer: BETWEEN, ...options })
    const own = readPrivateKey(read('key.pem'), { file: 'key.pem' })
    expect(acceptReply(certificate.der, { file: 'reply', key: own, request }).missingNames).toEqual(
      [],
    )
  })

  test.each(TYPES)('stores with a key of %s', (type) => {
    const key = keyOf(type)
    const own = issued(type)
    const passphrase = new Secret('pä55')
    const pass = `pass:${passphrase.expose()}`
    write('ours.p12', exportPkcs12({ key, certificates: [own, BETWEEN.certificate], passphrase }))
    const { status, text } = openssl('pkcs12', '-in', 'ours.p12', '-passin', pass, '-nodes')
    expect(status).toBe(0)
    expect(readPrivateKey(Buffer.from(text), { file: 'printed' }).equals(key)).toBe(true)
    const printed = parseCertificateFile(Buffer.from(text), { file: 'printed' })
    expect(sha256Of(printed)).toEqual(sha256Of([own, BETWEEN.certificate]))
    expect(openssl('pkcs12', '-in', 'ours.p12', '-passin', 'pass:x', '-noout').status).not.toBe(0)

    write('key.pem', formatKey(key))
    write('certificates.pem', formatCertificate(BETWEEN.certificate) + formatCertificate(own))
    const input = ['-inkey', 'key.pem', '-in', 'certificates.pem', '-passout', pass]
    for (const how of [
      [],
      ['-legacy'],
      ['-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-2DES', '-legacy'],
      ['-certpbe', 'NONE', '-keypbe', 'NONE', '-macalg', 'sha512'],
      ['-nomaciter'],
    ]) {
      const made = openssl('pkcs12', '-export', ...how, ...input, '-out', 'theirs.p12')
      expect(made, how.join(' ')).toMatchObject({ status: 0 })
      const store = importPkcs12(read('theirs.p12'), passphrase, { file: 'theirs.p12' })
      expect(store.key?.equals(key)).toBe(true)
      expect(sha256Of(store.certificates)).toEqual(sha256Of([own, BETWEEN.certificate]))
    }
  })

  test.each([
    ['des3', ['-des3', '-traditional']],
    ['aes256', ['-aes256', '-traditional']],
    ['des', ['-des', '-traditional', '-provider', 'legacy', '-provider', 'default']],
    ['rc2', ['-rc2', '-traditional', '-provider', 'legacy', '-provider', 'default']],
    ['PKCS#8', ['-aes128']],
  ])('encrypted keys: %s', (_title, how) => {
    write('plain.pem', formatKey(KEYS.system))
    const pass = ['-passout', 'pass:secret', '-out', 'encrypted.pem']
    const made = openssl('pkey', '-in', 'plain.pem', ...how, ...pass)
    expect(made).toMatchObject({ status: 0 })
    const options = { file: 'encrypted.pem', passphrase: new Secret('secret') }
    expect(readPrivateKey(read('encrypted.pem'), options).equals(KEYS.system)).toBe(true)
    const wrong = { ...options, passphrase: new Secret('wrong') }
    expect(reasonOf(() => readPrivateKey(read('encrypted.pem'), wrong))?.code).toBe(
      'passphrase-wrong',
    )
  })

  test('encrypted keys that are written here', () => {
    write('ours.pem', formatKey(KEYS.system, new Secret('pä55')))
    const args = ['-in', 'ours.pem', '-passin', 'pass:pä55', '-noout', '-check']
    expect(openssl('pkey', ...args).status).toBe(0)
  })
})
