import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseCertificateFile, parseRequest } from '@gatehouse/certificate-trust'
import {
  encodeBundle,
  formatCertificate,
  formatKey,
  importPkcs12,
  issueFromRequest,
  readPrivateKey,
} from '@gatehouse/certificate-trust/issuing'
import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { fileWith, run, temporaryFolder } from '../support.ts'
import { BETWEEN, DB01, pem, WEB01 } from './lab.ts'

async function selfSigned(...words: string[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'made')
  const { exit } = await run(['cert', 'self-signed', '--out-dir', folder, ...words])
  expect(exit).toBe(0)
  return folder
}

describe('cert self-signed', () => {
  test('makes a key that nobody else can read, and a certificate for it', async () => {
    const folder = await selfSigned('--name', 'web01.example.com', '--address', '192.0.2.20')
    const { mode } = await stat(join(folder, 'key.pem'))
    expect(mode & 0o777).toBe(0o600)
    const file = join(folder, 'certificate.pem')
    const trust = join(folder, 'trust.json')
    await run(['cert', 'trust', 'add', file, '--role', 'system', '--file', trust])
    const names = ['--name', 'web01.example.com', '--address', '192.0.2.20']
    const words = [file, '--trust', trust, ...names, '--purpose', 'server', '--json']
    const { exit, out } = await run(['cert', 'verify', ...words])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ reasons: [{ code: 'certificate-pinned' }] })
  })

  test('is for the names of this system unless others are given', async () => {
    const { out } = await run([
      'cert',
      'show',
      join(await selfSigned(), 'certificate.pem'),
      '--json',
    ])
    expect(JSON.parse(out)).toMatchObject({
      certificates: [{ names: expect.arrayContaining([{ kind: 'dns', value: hostname() }]) }],
    })
  })

  test('--key-type and --days are those of the certificate', async () => {
    const folder = await selfSigned('--name', 'web01', '--key-type', 'Ed25519', '--days', '1')
    const [certificate] = parseCertificateFile(await readFile(join(folder, 'certificate.pem')), {
      file: 'made',
    })
    expect(certificate?.notAfter).toBe((certificate?.notBefore ?? 0) + 86_399)
    expect(
      readPrivateKey(await readFile(join(folder, 'key.pem')), { file: 'made' }).asymmetricKeyType,
    ).toBe('ed25519')
  })

  test('replaces nothing that is there', async () => {
    const folder = await selfSigned('--name', 'web01')
    const before = await readFile(join(folder, 'key.pem'), 'utf8')
    expect(
      await run(['cert', 'self-signed', '--out-dir', folder, '--name', 'web02']),
    ).toMatchObject({ exit: 2 })
    expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe(before)
  })

  test.each([
    ['--name', 'not a name'],
    ['--address', '192.0.2.999'],
    ['--days', '0'],
    ['--key-type', 'RSA-512'],
  ])('%s %j ends with 2', async (option, value) => {
    const folder = await temporaryFolder()
    expect(await run(['cert', 'self-signed', '--out-dir', folder, option, value])).toMatchObject({
      exit: 2,
    })
  })
})

describe('cert csr', () => {
  test('--like asks for what a certificate has', async () => {
    const key = await fileWith(formatKey(WEB01.key))
    const like = await fileWith(pem(WEB01.certificate))
    const { exit, out } = await run(['cert', 'csr', '--key', key, '--like', like])
    expect(exit).toBe(0)
    const request = parseRequest(Buffer.from(out), { file: 'out' })
    expect(request.extensions.subjectAltName?.value).toEqual([
      { kind: 'dns', value: 'web01.example.com' },
    ])
  })

  test('asks for names that are given, with a key that has a passphrase', async () => {
    const key = await fileWith(formatKey(WEB01.key, new Secret('open sesame')))
    const words = ['cert', 'csr', '--key', key, '--name', 'web01', '--json']
    const without = await run(words)
    expect(without).toMatchObject({ exit: 2 })
    expect(JSON.parse(without.out)).toMatchObject({ error: { reason: 'passphrase-missing' } })
    const { exit, out } = await run([...words, '--passphrase-file', await fileWith('open sesame')])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ request: { names: [{ value: 'web01' }] } })
  })

  test.each([{ words: [] }, { words: ['--like', 'x', '--name', 'web01'] }])(
    'names and --like exclude each other, and one is needed: $words',
    async ({ words }) => {
      const key = await fileWith(formatKey(WEB01.key))
      expect(await run(['cert', 'csr', '--key', key, ...words])).toMatchObject({ exit: 2 })
    },
  )
})

async function reply(...dns: string[]): Promise<{ request: string; bytes: Uint8Array }> {
  const key = await fileWith(formatKey(WEB01.key))
  const { out } = await run(['cert', 'csr', '--key', key, '--name', 'web01.example.com', 'web01'])
  const request = parseRequest(Buffer.from(out), { file: 'out' })
  const certificate = issueFromRequest({
    request,
    issuer: BETWEEN,
    at: new Date(),
    purposes: ['server'],
    allow: 'as-requested',
    names: { dns },
  })
  return { request: out, bytes: encodeBundle([BETWEEN.certificate, certificate]) }
}

async function importing(
  bytes: string | Uint8Array,
  ...words: string[]
): Promise<{ exit: number; out: string; file: string }> {
  const file = join(await temporaryFolder(), 'certificate.pem')
  const key = await fileWith(formatKey(WEB01.key))
  const { exit, out } = await run([
    'cert',
    'import',
    await fileWith(bytes),
    '--key',
    key,
    '--out',
    file,
    '--json',
    ...words,
  ])
  return { exit, out, file }
}

describe('cert import', () => {
  test('writes the certificate for the key, with what is above it behind', async () => {
    const { bytes, request } = await reply()
    const { exit, file } = await importing(bytes, '--request', await fileWith(request))
    expect(exit).toBe(0)
    const written = parseCertificateFile(await readFile(file), { file })
    expect(written.map(({ subject }) => subject.key)).toHaveLength(2)
    expect(written[1]?.sha256).toBe(BETWEEN.certificate.sha256)
  })

  test.each([
    {
      what: 'a request',
      content: async () => (await reply()).request,
      reason: 'request-instead-of-certificate',
    },
    {
      what: 'a certificate for another key',
      content: () => formatCertificate(DB01.certificate),
      reason: 'certificate-for-other-key',
    },
    {
      what: 'a private key',
      content: () => formatKey(WEB01.key),
      reason: 'private-key-instead-of-certificate',
    },
  ])('refuses $what by a code of its own, and writes nothing', async ({ content, reason }) => {
    const { exit, out, file } = await importing(await content())
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { reason } })
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  test('a file that is there stays, but with --replace', async () => {
    const { bytes } = await reply()
    const out = await fileWith('old')
    const key = await fileWith(formatKey(WEB01.key))
    const words = ['cert', 'import', await fileWith(bytes), '--key', key, '--out', out]
    expect(await run(words)).toMatchObject({ exit: 2 })
    expect(await readFile(out, 'utf8')).toBe('old')
    expect(await run([...words, '--replace'])).toMatchObject({ exit: 0 })
    expect(await readFile(out, 'utf8')).toContain('BEGIN CERTIFICATE')
  })
})

const exporting = async (): Promise<string[]> => [
  'cert',
  'export',
  await fileWith(pem(WEB01.certificate, BETWEEN.certificate)),
]

describe('cert export', () => {
  test('--pkcs12 writes certificates and key, readable by nobody else', async () => {
    const out = join(await temporaryFolder(), 'store.p12')
    const key = await fileWith(formatKey(WEB01.key))
    const passphrase = await fileWith('open sesame\n')
    const { exit } = await run([
      ...(await exporting()),
      '--out',
      out,
      '--pkcs12',
      '--key',
      key,
      '--passphrase-file',
      passphrase,
    ])
    expect(exit).toBe(0)
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    const store = importPkcs12(await readFile(out), new Secret('open sesame'), { file: out })
    expect(store.certificates).toHaveLength(2)
    expect(store.key?.equals(WEB01.key)).toBe(true)
  })

  test.each([
    { form: '--pkcs7', read: 2 },
    { form: undefined, read: 2 },
  ])('writes $form', async ({ form, read }) => {
    const out = join(await temporaryFolder(), 'out')
    const flags = form === undefined ? [] : [form]
    expect(await run([...(await exporting()), '--out', out, ...flags])).toMatchObject({ exit: 0 })
    expect(parseCertificateFile(await readFile(out), { file: out })).toHaveLength(read)
  })

  test('--der writes one certificate, and refuses several', async () => {
    const out = join(await temporaryFolder(), 'out')
    expect(await run([...(await exporting()), '--out', out, '--der'])).toMatchObject({ exit: 2 })
    const one = await fileWith(pem(WEB01.certificate))
    expect(await run(['cert', 'export', one, '--out', out, '--der'])).toMatchObject({ exit: 0 })
    expect(new Uint8Array(await readFile(out))).toEqual(new Uint8Array(WEB01.certificate.der))
  })

  test.each([{ flags: ['--pkcs12'] }, { flags: ['--pkcs12', '--der'] }, { flags: ['--key', 'x'] }])(
    '$flags ends with 2',
    async ({ flags }) => {
      const out = join(await temporaryFolder(), 'out')
      expect(await run([...(await exporting()), '--out', out, ...flags])).toMatchObject({ exit: 2 })
    },
  )
})
