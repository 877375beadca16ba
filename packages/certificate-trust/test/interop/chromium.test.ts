import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  diagnose,
  parseCertificate,
  trustList,
  type EncodedChain,
  type Warning,
} from '../../src/index.ts'
import { formatPem } from '../../src/input/pem.ts'
import {
  authority,
  encode,
  name,
  root,
  serverChanges,
  type Changes,
  type Holder,
} from '../writing/certificate.ts'
import { time, tlv, utf8 } from '../writing/der.ts'
import {
  basicConstraints,
  CLIENT_AUTH,
  dns,
  extension,
  extKeyUsage,
  ip,
  keyUsage,
  nameConstraints,
  subjectAltName,
} from '../writing/extensions.ts'
import { ecKey, sha1Key } from '../writing/keys.ts'
import { peerNameOf } from '../../src/diagnosis/links.ts'
import { startBrowser, type Browser, type Visit } from './chromium.ts'

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']
const runs = (command: string, ...flags: readonly string[]): boolean =>
  spawnSync(command, flags).error === undefined
const command = BROWSERS.find((candidate) => runs(candidate, '--version'))
const isInstalled = command !== undefined && runs('certutil', '-H')
const title = isInstalled ? 'chromium' : 'needs chromium and certutil'

const KEY = ecKey()
const SYSTEM: Holder = { name: name('Server'), key: KEY }
const ROOT: Holder = { name: name('Root'), key: ecKey() }
const OLD: Holder = { name: name('Old root'), key: ecKey() }
const WEAK: Holder = { name: name('Weak root'), key: sha1Key() }
const BETWEEN: Holder = { name: name('Between'), key: ecKey() }
const NOBODY: Holder = { name: name('Nobody'), key: ecKey() }

const NAMES = subjectAltName(dns('web01.example.com'), dns('web01'), ip(127, 0, 0, 1))
const OTHERS = { names: subjectAltName(dns('other.example.com')) }
const CLIENT = { purposes: extKeyUsage(CLIENT_AUTH) }
const PAST = { notBefore: time('2020-01-01T00:00:00Z'), notAfter: time('2021-01-01T00:00:00Z') }
const FUTURE = { notBefore: time('2099-01-01T00:00:00Z') }

function leaf(issuer: Holder, changes: Changes = {}): Uint8Array {
  const extensions = { names: NAMES, ...changes.extensions }
  return encode(SYSTEM, issuer, serverChanges({ ...changes, extensions }))
}

const between = (changes: Changes = {}): Uint8Array => authority(BETWEEN, ROOT, changes).der
const PINNED = leaf(SYSTEM)
const LIST = trustList([
  { certificate: root(ROOT), role: 'root' },
  { certificate: root(WEAK), role: 'root' },
  { certificate: root(OLD, PAST), role: 'root' },
])

const PINS = trustList([
  { certificate: parseCertificate(PINNED, { file: 'certificate' }), role: 'system' },
])

interface Case {
  readonly title: string
  readonly chain: EncodedChain
  readonly warning: Warning
  /** Default: the address. */
  readonly host?: string
  /** Whether the list has the certificate itself. */
  readonly isPinned?: true
}

function one(text: string, warning: Warning, first: Uint8Array, ...rest: Uint8Array[]): Case {
  return { title: text, chain: [first, ...rest], warning }
}

function tampered(): Uint8Array {
  const bytes = leaf(ROOT)
  bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1
  return bytes
}

const INVALID_BETWEEN: readonly (readonly [string, NonNullable<Changes['extensions']>])[] = [
  ['is no authority', { ca: basicConstraints(false) }],
  ['may not sign', { usage: keyUsage(6) }],
  ['may not issue for the name', { c: nameConstraints({ permitted: [dns('example.org')] }) }],
  ['is for clients', { purposes: extKeyUsage(CLIENT_AUTH) }],
]

const CASES: readonly Case[] = [
  one('a chain to a root', 'none', leaf(ROOT)),
  one('a chain with one between', 'none', leaf(BETWEEN), between()),
  { ...one('the full name', 'none', leaf(ROOT)), host: 'web01.example.com' },
  { ...one('the short name', 'none', leaf(ROOT)), host: 'web01' },
  one('a certificate of its own', 'untrusted', leaf(SYSTEM)),
  one('an unknown authority', 'untrusted', leaf(NOBODY)),
  one('nothing in between', 'untrusted', leaf(BETWEEN)),
  one('a signature of another', 'untrusted', tampered()),
  one('an unknown authority, expired', 'untrusted', leaf(NOBODY, PAST)),
  one('a certificate of its own, expired', 'untrusted', leaf(SYSTEM, PAST)),
  one('an unknown authority, another name', 'untrusted', leaf(NOBODY, { extensions: OTHERS })),
  one('an unknown authority, another purpose', 'untrusted', leaf(NOBODY, { extensions: CLIENT })),
  one('a certificate that expired', 'expired', leaf(ROOT, PAST)),
  one('an authority that expired', 'expired', leaf(BETWEEN), between(PAST)),
  one('a root that expired', 'expired', leaf(OLD)),
  one('another purpose, expired', 'expired', leaf(ROOT, { ...PAST, extensions: CLIENT })),
  one('a certificate of tomorrow', 'not-yet-valid', leaf(ROOT, FUTURE)),
  one('another name', 'name-mismatch', leaf(ROOT, { extensions: OTHERS })),
  { ...one('another host', 'name-mismatch', leaf(ROOT)), host: 'www.example.com' },
  {
    ...one('another short host', 'name-mismatch', leaf(ROOT, { extensions: OTHERS })),
    host: 'web01',
  },
  one('a common name only', 'name-mismatch', leaf(ROOT, { extensions: { names: null } })),
  one('another name, expired', 'name-mismatch', leaf(ROOT, { ...PAST, extensions: OTHERS })),
  one('another purpose', 'invalid', leaf(ROOT, { extensions: CLIENT })),
  one(
    'another purpose, another name',
    'invalid',
    leaf(ROOT, { extensions: { ...CLIENT, ...OTHERS } }),
  ),
  one(
    'an extension that nobody knows',
    'invalid',
    leaf(ROOT, { extensions: { x: extension('1.2.3', tlv(5), true) } }),
  ),
  one(
    'names that cannot be read',
    'invalid',
    leaf(ROOT, { extensions: { names: extension('2.5.29.17', utf8('x')) } }),
  ),
  one('SHA-1', 'invalid', leaf(WEAK)),
  one('SHA-1, expired', 'invalid', leaf(WEAK, PAST)),
  ...INVALID_BETWEEN.map(([text, extensions]) =>
    one(`an authority that ${text}`, 'invalid', leaf(BETWEEN), between({ extensions })),
  ),
  { ...one('a certificate that was imported', 'none', PINNED), isPinned: true },
  {
    ...one('an imported one, another host', 'name-mismatch', PINNED),
    isPinned: true,
    host: 'www.example.com',
  },
]

describe.skipIf(!isInstalled)(title, () => {
  let folder = ''
  let browser: Browser

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chromium-'))
    const store = join(folder, '.pki', 'nssdb')
    mkdirSync(store, { recursive: true })
    const certutil = (...flags: readonly string[]): void => {
      const { status, stderr } = spawnSync('certutil', ['-d', `sql:${store}`, ...flags])
      if (status !== 0) throw new Error(String(stderr))
    }
    certutil('-N', '--empty-password')
    const trusted = LIST.entries.map(({ certificate }) => ['C,,', certificate.der] as const)
    for (const [index, [flags, der]] of [...trusted, ['P,,', PINNED] as const].entries()) {
      const path = join(folder, `${index}.pem`)
      writeFileSync(path, formatPem('CERTIFICATE', der))
      certutil('-A', '-n', String(index), '-t', flags, '-i', path)
    }
    browser = startBrowser(command ?? '', folder)
    for (const given of CASES) visits.set(given, visit(given))
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }, 60_000)

  /** Pages wait for seconds before they warn: all are looked at together. */
  const visits = new Map<Case, Promise<Visit>>()

  async function visit({ chain, host = '127.0.0.1' }: Case): Promise<Visit> {
    const server = await serve(chain)
    try {
      const { port } = server.address() as AddressInfo
      return await browser.visit(`https://${host}:${port}/`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test.each(CASES)('$title: $warning', { timeout: 60_000 }, async (given) => {
    const { chain, host = '127.0.0.1', warning } = given
    const list = given.isPinned === true ? PINS : LIST
    const found = diagnose(chain, { at: new Date(), list, name: peerNameOf(host) })
    expect(found.warning).toBe(warning)
    const seen = await visits.get(given)
    expect(seen?.error?.replace('net::', 'NET::') ?? null).toBe(found.browser)
    expect(seen?.text).toContain(found.browser ?? 'shown')
  })
})

async function serve(chain: EncodedChain): Promise<Server> {
  const cert = chain.map((der) => formatPem('CERTIFICATE', der)).join('')
  const key = KEY.privateKey.export({ type: 'pkcs8', format: 'pem' })
  // OpenSSL would not serve what is signed over SHA-1.
  const options = { key, cert, ciphers: 'DEFAULT@SECLEVEL=0' }
  const server = createServer(options, (_request, response) => response.end('shown'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
