import { chmod } from 'node:fs/promises'
import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import { describe, expect, test } from 'vitest'
import { fileWith, run } from '../support.ts'
import { BETWEEN, DB01, issued, pem, ROOT, selfSigned, serve, WEB01 } from './lab.ts'

interface Watched {
  readonly watched: number
  readonly warnings: readonly { readonly code: string; readonly inputs: readonly string[] }[]
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
