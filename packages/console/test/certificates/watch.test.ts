import { chmod } from 'node:fs/promises'
import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import {
  createRevocationList,
  formatCertificateList,
  type Authority,
} from '@gatehouse/certificate-trust/issuing'
import { describe, expect, test } from 'vitest'
import { fileWith, run } from '../support.ts'
import { BETWEEN, DB01, issued, pem, ROOT, selfSigned, serve, WEB01 } from './lab.ts'

/** A revocation list without entries. */
function listOf(issuer: Authority, from: string, until: string): string {
  const times = { at: new Date(from), nextUpdate: new Date(until) }
  return formatCertificateList(createRevocationList({ issuer, entries: [], number: 1, ...times }))
}

interface Watched {
  readonly watched: number
  readonly warnings: readonly { readonly code: string; readonly inputs: readonly string[] }[]
  readonly lists: readonly unknown[]
  readonly failures: readonly unknown[]
  readonly withoutTls: readonly string[]
}

async function watch(...words: string[]): Promise<{ exit: number; told: Watched }> {
  const { exit, out } = await run(['cert', 'watch', ...words, '--json'])
  return { exit, told: JSON.parse(out) as Watched }
}

describe('cert watch', () => {
  test.each([
    { at: '2027-07-01', code: undefined },
    { at: '2027-08-15', code: 'within-90-days' },
    { at: '2027-10-10', code: 'within-30-days' },
    { at: '2027-10-30', code: 'within-7-days' },
    { at: '2027-11-01', code: 'expired' },
    { at: '2026-10-31', code: 'not-yet-valid' },
  ])('a certificate that ends on 2027-10-31 is $code on $at', async ({ at, code }) => {
    const file = await fileWith(pem(DB01.certificate))
    const { exit, told } = await watch(file, '--at', at)
    expect(exit).toBe(code === undefined ? 0 : 1)
    expect(told.warnings).toMatchObject(code === undefined ? [] : [{ code, inputs: [file] }])
  })

  test('says what is most urgent first, each certificate once with every place', async () => {
    const soon = selfSigned('a', 30)
    const one = await fileWith(pem(DB01.certificate, soon.certificate))
    const two = await fileWith(pem(soon.certificate, ROOT.certificate))
    const { told } = await watch(one, two, '--at', '2026-11-28')
    expect(told).toMatchObject({
      watched: 3,
      warnings: [{ code: 'within-7-days', inputs: [one, two] }],
    })
  })

  test('looks at a trust list and at the systems of a file', async () => {
    const place = await serve(WEB01, WEB01.certificate, BETWEEN.certificate)
    const port = Number(place.split(':')[1])
    const trustFile = await fileWith(formatTrustList(trustList()))
    const systems = [
      { name: 'web01', address: '127.0.0.1', port, tls: {} },
      { name: 'old01', address: '127.0.0.1', port: 1 },
    ]
    const systemsFile = await fileWith(JSON.stringify({ systems, trustFile }))
    const list = trustList([{ certificate: DB01.certificate, role: 'system' }])
    const words = ['--systems', systemsFile, '--trust', await fileWith(formatTrustList(list))]
    const { exit, told } = await watch(...words, '--at', '2027-10-30')
    expect(exit).toBe(1)
    expect(told).toMatchObject({ watched: 3, withoutTls: ['old01'] })
    expect(told.warnings.map(({ inputs }) => inputs)).toContainEqual(['web01'])
  })

  test('what cannot be looked at ends with 2, and the rest is still said', async () => {
    const file = await fileWith(pem(issued('a', 10).certificate))
    const { exit, told } = await watch('127.0.0.1:1', file, '--at', '2026-11-10')
    expect(exit).toBe(2)
    expect(told).toMatchObject({
      warnings: [{ inputs: [file] }],
      failures: [{ input: '127.0.0.1:1' }],
    })
  })

  test('says when an entry of a trust list ends before its certificate, as whom and where', async () => {
    const until = new Date('2026-12-31T23:59:59Z')
    const { certificate } = DB01
    const list = trustList([
      { certificate, role: 'console', until },
      { certificate, role: 'system' },
    ])
    const trust = await fileWith(formatTrustList(list))
    const file = await fileWith(pem(certificate))
    const words = [file, '--trust', trust, '--at']
    const { exit, told } = await watch(...words, '2026-12-10')
    expect(exit).toBe(1)
    expect(told).toMatchObject({
      watched: 1,
      warnings: [
        {
          code: 'trust-ends',
          stage: 30,
          inputs: [trust],
          certificate: { role: 'console', until: '2026-12-31T23:59:59Z' },
        },
      ],
    })
    expect((await watch(...words, '2027-01-01')).told.warnings).toMatchObject([
      { code: 'trust-ended', stage: null },
    ])
    expect((await run(['cert', 'watch', ...words, '2026-12-10'])).out).toContain(
      'as console  until 2026-12-31T23:59:59Z',
    )
  })

  test.each([
    { at: '2026-11-20T23:59:59Z', code: undefined },
    { at: '2026-11-21', code: 'list-ends-soon' },
    { at: '2026-12-02', code: 'list-out-of-date' },
    { at: '2026-10-31', code: 'list-not-yet-valid' },
  ])('a revocation list of November is $code on $at', async ({ at, code }) => {
    const crl = await fileWith(listOf(ROOT, '2026-11-01', '2026-12-01'))
    const { exit, told } = await watch('--crl', crl, '--at', at)
    expect(exit).toBe(code === undefined ? 0 : 1)
    const warning = { code, inputs: [crl], list: { issuer: 'CN=Lab Root', number: '1' } }
    expect(told.lists).toMatchObject(code === undefined ? [] : [warning])
    if (code === undefined) return
    expect((await run(['cert', 'watch', '--crl', crl, '--at', at])).out).toContain('CN=Lab Root')
  })

  test('looks at what the console goes by itself, where a systems file names it', async () => {
    const place = await serve(DB01, DB01.certificate)
    const entry = { certificate: WEB01.certificate, role: 'system' } as const
    const trustFile = await fileWith(
      formatTrustList(trustList([{ ...entry, until: new Date('2026-12-01T00:00:00Z') }])),
    )
    const crl = await fileWith(listOf(ROOT, '2026-11-01', '2026-12-01'))
    const systems = [
      { name: 'db01', address: '127.0.0.1', port: Number(place.split(':')[1]), tls: {} },
    ]
    const file = await fileWith(JSON.stringify({ systems, trustFile, revocationFiles: [crl] }))
    const { told } = await watch('--systems', file, '--at', '2026-11-22')
    expect(told).toMatchObject({
      watched: 2,
      warnings: [{ code: 'trust-ends', inputs: [file] }],
      lists: [{ code: 'list-ends-soon', inputs: [file] }],
    })
  })

  test('nothing to watch ends with 2', async () => {
    expect(await run(['cert', 'watch'])).toMatchObject({ exit: 2 })
  })
})

describe('cert check-keys', () => {
  test('a key that only its owner can read ends with 0, one that others can with 1 and the fix', async () => {
    const file = await fileWith('key')
    await chmod(file, 0o600)
    expect(await run(['cert', 'check-keys', file])).toMatchObject({ exit: 0 })
    await chmod(file, 0o644)
    const { exit, out } = await run(['cert', 'check-keys', file, '--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: 'file-readable-by-others',
          path: file,
          fix: expect.any(String),
        }),
      ]),
    })
  })
})
