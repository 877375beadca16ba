import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/index.ts'
import { formatPem } from '../../src/input/pem.ts'
import { BETWEEN, chain, check, ROOT, type ChainChanges } from '../world.ts'
import { AT, name } from '../writing/certificate.ts'
import { ascii, integer, tlv } from '../writing/der.ts'
import {
  basicConstraints,
  dns,
  extension,
  extKeyUsage,
  ip,
  keyUsage,
  nameConstraints,
  subjectAltName,
} from '../writing/extensions.ts'
import { encodeList, list } from '../writing/list.ts'
import { rsaKey } from '../writing/keys.ts'

const isInstalled = spawnSync('openssl', ['version']).status === 0
const title = isInstalled ? 'openssl verify' : 'needs openssl'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openssl-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(file: string, label: string, ders: readonly Uint8Array[]): string {
  const path = join(folder, file)
  writeFileSync(path, ders.map((der) => formatPem(label, der)).join(''))
  return path
}

const dersOf = (certificates: readonly Certificate[]): readonly Uint8Array[] =>
  certificates.map(({ der }) => der)

/** What openssl says of a chain: its exit code tells. */
function isAccepted(changes: ChainChanges, lists: readonly Uint8Array[] = []): boolean {
  const { anchors, certificates } = chain(changes)
  const [peer, ...rest] = certificates
  const revocation =
    lists.length === 0 ? [] : ['-crl_check_all', '-CRLfile', write('lists.pem', 'X509 CRL', lists)]
  const { status, stderr } = spawnSync('openssl', [
    'verify',
    '-x509_strict',
    '-attime',
    String(AT.getTime() / 1000),
    '-purpose',
    'sslserver',
    '-verify_hostname',
    'web01.example.com',
    '-CAfile',
    write('anchors.pem', 'CERTIFICATE', dersOf(anchors)),
    '-untrusted',
    write('rest.pem', 'CERTIFICATE', dersOf(rest)),
    ...revocation,
    write('peer.pem', 'CERTIFICATE', [peer.der]),
  ])
  expect(String(stderr)).not.toMatch(/unable to load|Usage:/)
  return status === 0
}

const CHAINS: readonly (readonly [string, ChainChanges])[] = [
  ['the usual chain', {}],
  ['an RSA leaf', { leaf: { info: rsaKey().info } }],
  ['another name', { leaf: { extensions: { names: subjectAltName(dns('other.example.com')) } } }],
  ['a wildcard', { leaf: { extensions: { names: subjectAltName(dns('*.example.com')) } } }],
  [
    'a NUL in a name',
    { leaf: { extensions: { names: subjectAltName(dns('web01.example.com\0')) } } },
  ],
  [
    'an address beside',
    { leaf: { extensions: { names: subjectAltName(dns('web01.example.com'), ip(10, 0, 0, 1)) } } },
  ],
  ['another purpose', { leaf: { extensions: { purposes: extKeyUsage('1.3.6.1.5.5.7.3.2') } } }],
  ['no authority between', { between: { extensions: { ca: basicConstraints(false) } } }],
  ['no constraints between', { between: { extensions: { ca: null } } }],
  ['no right to sign between', { between: { extensions: { usage: keyUsage(6) } } }],
  [
    'a path length of none',
    { root: { extensions: { ca: basicConstraints(true, { pathLength: 0 }) } } },
  ],
  [
    'a path length of one',
    { root: { extensions: { ca: basicConstraints(true, { pathLength: 1 }) } } },
  ],
  [
    'an unknown critical extension',
    { leaf: { extensions: { odd: extension('1.2.3', tlv(5), true) } } },
  ],
  ['an unknown extension', { leaf: { extensions: { odd: extension('1.2.3', tlv(5)) } } }],
  ['a leaf that expired', { leaf: { notAfter: tlv(0x17, ascii('260301000000Z')) } }],
  ['an authority that expired', { between: { notAfter: tlv(0x17, ascii('260301000000Z')) } }],
  ['a root that expired', { root: { notAfter: tlv(0x17, ascii('260301000000Z')) } }],
  ['a leaf that is early', { leaf: { notBefore: tlv(0x17, ascii('270301000000Z')) } }],
  [
    'permitted names',
    {
      between: {
        extensions: { constraints: nameConstraints({ permitted: [dns('example.com')] }) },
      },
    },
  ],
  [
    'names that are not',
    {
      between: {
        extensions: { constraints: nameConstraints({ permitted: [dns('example.org')] }) },
      },
    },
  ],
  [
    'excluded names',
    {
      between: { extensions: { constraints: nameConstraints({ excluded: [dns('example.com')] }) } },
    },
  ],
  ['another authority of the name', { between: { issuer: name('Nobody') } }],
]

describe.skipIf(!isInstalled)(title, () => {
  const options = { name: { dns: 'web01.example.com' }, purpose: 'server' } as const

  test.each(CHAINS)('agrees about %s', (_title, changes) => {
    const { decision } = check(chain(changes), options)
    expect(isAccepted(changes)).toBe(decision.outcome === 'allow')
  })

  test.each([
    ['a good list', [integer(5)], true],
    ['a list with the certificate', [integer(77)], false],
    ['no list of its issuer', null, false],
  ] as const)('agrees about %s', (_title, serials, isGood) => {
    const changes = { leaf: { serial: integer(77) } }
    const entries = (serials ?? []).map((serial) => ({ serial }))
    const encoded = [
      encodeList(ROOT),
      ...(serials === null ? [] : [encodeList(BETWEEN, { entries })]),
    ]
    const read = [list(ROOT), ...(serials === null ? [] : [list(BETWEEN, { entries })])]
    const { decision } = check(chain(changes), { ...options, revocation: { lists: read } })
    expect(decision.outcome === 'allow').toBe(isGood)
    expect(isAccepted(changes, encoded)).toBe(isGood)
  })

  test('reads what these tests write', () => {
    const { certificates } = chain()
    const path = write('read.pem', 'CERTIFICATE', [certificates[0].der])
    const { stdout } = spawnSync('openssl', [
      'x509',
      '-in',
      path,
      '-noout',
      '-fingerprint',
      '-sha256',
    ])
    const digits = String(stdout).split('=')[1]?.trim().replaceAll(':', '').toLowerCase()
    expect(digits).toBe(certificates[0].sha256)
  })
})
