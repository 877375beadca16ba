import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseCertificateFile, type Certificate } from '@gatehouse/certificate-trust'
import {
  createKey,
  formatCertificate,
  formatKey,
  issueSelfSigned,
} from '@gatehouse/certificate-trust/issuing'
import { expect, test } from 'vitest'
import { run, temporaryFolder } from '../support.ts'
import { BETWEEN, WEB01 } from './lab.ts'

const DAY = 86_400_000
const NAMES = { dns: ['web01.example.com'], addresses: ['192.0.2.20'] }

interface Files {
  readonly certificate: string
  readonly key: string
  readonly before: Certificate
}

/** A certificate of some days that was made some days ago. */
async function files(age: number, days = 90): Promise<Files> {
  const key = createKey()
  const at = new Date(Date.now() - age * DAY)
  const before = issueSelfSigned({ key, names: NAMES, at, days })
  return written(before, formatCertificate(before), formatKey(key))
}

async function written(
  before: Certificate,
  text: string | Uint8Array,
  key: string,
): Promise<Files> {
  const folder = await temporaryFolder()
  const own = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem'), before }
  await writeFile(own.certificate, text, { mode: 0o640 })
  await writeFile(own.key, key)
  return own
}

async function renew(
  { certificate, key }: Files,
  ...words: string[]
): Promise<{ exit: number; told: object }> {
  const command = ['cert', 'renew', certificate, '--key', key, '--json', ...words]
  const { exit, out } = await run(command)
  return { exit, told: JSON.parse(out) as object }
}

async function certificateIn(file: string): Promise<Certificate | undefined> {
  return parseCertificateFile(await readFile(file), { file })[0]
}

test('a certificate that is due gets a successor in its place, and the old one stays beside it', async () => {
  const own = await files(61)
  const { exit, told } = await renew(own, '--days', '30')
  const next = await certificateIn(own.certificate)
  expect(exit).toBe(0)
  expect(told).toMatchObject({ outcome: 'renewed', due: true, old: `${own.certificate}.old` })
  expect(next?.subject.der).toEqual(own.before.subject.der)
  expect(next?.publicKey.der).toEqual(own.before.publicKey.der)
  expect(next?.extensions.subjectAltName).toEqual(own.before.extensions.subjectAltName)
  expect((next?.notAfter ?? 0) + 1 - (next?.notBefore ?? 0)).toBe(30 * 86_400)
  expect((await certificateIn(`${own.certificate}.old`))?.sha256).toBe(own.before.sha256)
  expect((await stat(own.certificate)).mode & 0o777).toBe(0o640)
  const names = await readdir(dirname(own.certificate))
  expect(names.toSorted()).toEqual(['certificate.pem', 'certificate.pem.old', 'key.pem'])
})

test('one that is not due stays, and it is said until when', async () => {
  const own = await files(59)
  const { exit, told } = await renew(own)
  const due = new Date((own.before.notBefore + 60 * 86_400) * 1000)
  expect(exit).toBe(0)
  expect(told).toMatchObject({
    outcome: 'not-due',
    dueAt: due.toISOString().replace('.000Z', 'Z'),
    old: null,
  })
  expect((await certificateIn(own.certificate))?.sha256).toBe(own.before.sha256)
})

test('--force renews it all the same, again and again', async () => {
  const own = await files(0)
  expect(await renew(own, '--force')).toMatchObject({ exit: 0, told: { outcome: 'renewed' } })
  const second = await certificateIn(own.certificate)
  expect(second?.sha256).not.toBe(own.before.sha256)
  expect(await renew(own, '--force')).toMatchObject({ exit: 0 })
  expect((await certificateIn(`${own.certificate}.old`))?.sha256).toBe(second?.sha256)
})

test('two at once renew it once', async () => {
  const own = await files(61)
  const ends = await Promise.all([renew(own), renew(own)])
  expect(ends.map(({ told }) => (told as { outcome: string }).outcome).toSorted()).toEqual([
    'not-due',
    'renewed',
  ])
  expect((await certificateIn(`${own.certificate}.old`))?.sha256).toBe(own.before.sha256)
})

test('what an authority issued ends with 1 and asks for a request, due or not', async () => {
  const { certificate, key } = WEB01
  const text = `${formatCertificate(certificate)}${formatCertificate(BETWEEN.certificate)}`
  const own = await written(certificate, text, formatKey(key))
  for (const words of [[], ['--force']]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await renew(own, ...words)).toMatchObject({ exit: 1, told: { outcome: 'request' } })
  }
  const { out } = await run(['cert', 'renew', own.certificate, '--key', own.key])
  expect(out).toContain('cert csr --like')
  expect((await certificateIn(own.certificate))?.sha256).toBe(certificate.sha256)
})

test('a file in DER stays one', async () => {
  const key = createKey()
  const before = issueSelfSigned({ key, names: NAMES, at: new Date() })
  const own = await written(before, before.der, formatKey(key))
  expect(await renew(own, '--force')).toMatchObject({ exit: 0 })
  expect((await readFile(own.certificate))[0]).toBe(0x30)
  expect(await readFile(`${own.certificate}.old`)).toEqual(Buffer.from(before.der))
})

test.each([
  ['another key', formatKey(createKey()), ''],
  ['a key in the file of the certificate', undefined, formatKey(createKey())],
  ['two certificates in it', undefined, formatCertificate(WEB01.certificate)],
])('%s ends with 2, and the file stays as it was', async (_, otherKey, more) => {
  const own = await files(61)
  const text = `${formatCertificate(own.before)}${more}`
  await writeFile(own.certificate, text)
  if (otherKey !== undefined) await writeFile(own.key, otherKey)
  expect(await renew(own)).toMatchObject({ exit: 2 })
  expect(await readFile(own.certificate, 'utf8')).toBe(text)
})

test('a file that is not there ends with 2, whatever its name looks like', async () => {
  const own = await files(61)
  const words = ['cert', 'renew', join(await temporaryFolder(), 'web01:443'), '--key', own.key]
  expect(await run(words)).toMatchObject({ exit: 2 })
})
