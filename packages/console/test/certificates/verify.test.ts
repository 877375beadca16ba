import {
  addTrusted,
  formatTrustList,
  trustList,
  type TrustList,
} from '@gatehouse/certificate-trust'
import {
  createRequest,
  createRevocationList,
  formatBundle,
  formatCertificateList,
  formatRequest,
} from '@gatehouse/certificate-trust/issuing'
import { describe, expect, test } from 'vitest'
import { fileWith, run } from '../support.ts'
import { AT, BETWEEN, DB01, pem, ROOT, serve, WEB01 } from './lab.ts'

const CHAIN = [WEB01.certificate, BETWEEN.certificate] as const
const chainFile = (): Promise<string> => fileWith(pem(...CHAIN))
const rootFile = (): Promise<string> => fileWith(pem(ROOT.certificate))
const listFile = (list: TrustList): Promise<string> => fileWith(formatTrustList(list))
const byRoot = trustList([{ certificate: ROOT.certificate, role: 'root' }])

interface Answer {
  readonly outcome: string
  readonly reasons: readonly { readonly code: string; readonly source?: unknown }[]
  readonly path: readonly { readonly sha256: string }[] | null
  readonly notAsked: readonly string[]
}

async function ask(verb: string, ...words: string[]): Promise<{ exit: number; answer: Answer }> {
  const { exit, out } = await run(['cert', verb, ...words, '--at', AT, '--json'])
  return { exit, answer: JSON.parse(out) as Answer }
}

const codes = ({ answer }: { answer: Answer }): string[] => answer.reasons.map(({ code }) => code)

describe('cert verify', () => {
  test('allows a chain to a root, and shows it', async () => {
    const words = [await chainFile(), '--root', await rootFile(), '--name', 'web01.example.com']
    const { exit, answer } = await ask('verify', ...words, '--purpose', 'server')
    expect(exit).toBe(0)
    expect(answer).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'chain-trusted', source: { certificate: WEB01.certificate.sha256 } }],
      path: [...CHAIN, ROOT.certificate].map(({ sha256 }) => ({ sha256 })),
      notAsked: ['revocation'],
    })
  })

  test('every reason has its certificate, for people and for programs', async () => {
    const file = await fileWith(pem(DB01.certificate))
    const words = [file, '--root', await rootFile(), '--name', 'web01.example.com']
    const denied = await ask('verify', ...words)
    expect(denied.exit).toBe(1)
    expect(codes(denied)).toEqual(expect.arrayContaining(['self-signed', 'name-mismatch']))
    for (const { source } of denied.answer.reasons) {
      expect(source).toEqual({ certificate: DB01.certificate.sha256 })
    }
    const { out } = await run(['cert', 'verify', ...words, '--at', AT])
    for (const code of codes(denied)) expect(out).toContain(code)
    expect(out.split(DB01.certificate.sha256)).toHaveLength(denied.answer.reasons.length + 1)
  })

  test('finds the certificate in question in a bundle of any order', async () => {
    const bundle = await fileWith(formatBundle([BETWEEN.certificate, WEB01.certificate]))
    const { exit, answer } = await ask('verify', bundle, '--root', await rootFile())
    expect(exit).toBe(0)
    expect(answer.path?.[0]?.sha256).toBe(WEB01.certificate.sha256)
  })

  test('--chain gives what a file leaves out', async () => {
    const words = [await fileWith(pem(WEB01.certificate)), '--root', await rootFile()]
    expect(codes(await ask('verify', ...words))).toEqual(['issuer-unknown'])
    const between = await fileWith(pem(BETWEEN.certificate))
    expect(await ask('verify', ...words, '--chain', between)).toMatchObject({ exit: 0 })
  })

  test('--trust asks a list: a certificate by itself, a chain by its root, each in its role', async () => {
    const pinned = { certificate: DB01.certificate, role: 'console' } as const
    const trust = await listFile(addTrusted(byRoot, pinned))
    const file = await fileWith(pem(DB01.certificate))
    const asConsole = await ask('verify', file, '--trust', trust, '--role', 'console')
    expect(codes(asConsole)).toEqual(['certificate-pinned'])
    expect(codes(await ask('verify', file, '--trust', trust))).toContain('role-mismatch')
    expect(await ask('verify', await chainFile(), '--trust', trust)).toMatchObject({ exit: 0 })
  })

  test('--crl asks for revocation, and --on-unknown says what holds without an answer', async () => {
    const at = new Date('2026-11-20T00:00:00Z')
    const nextUpdate = new Date('2026-12-20T00:00:00Z')
    const { serialNumber } = WEB01.certificate
    const common = { at, nextUpdate, number: 1 }
    const ofRoot = createRevocationList({ ...common, issuer: ROOT, entries: [] })
    const entries = [{ serialNumber, since: at }]
    const ofIssuer = createRevocationList({ ...common, issuer: BETWEEN, entries })
    const [first, second] = [ofRoot, ofIssuer].map(formatCertificateList)
    const words = [
      await chainFile(),
      '--root',
      await rootFile(),
      '--crl',
      await fileWith(first ?? ''),
    ]
    expect(codes(await ask('verify', ...words))).toEqual(['revocation-unknown'])
    expect(await ask('verify', ...words, '--on-unknown', 'allow')).toMatchObject({ exit: 0 })
    expect(codes(await ask('verify', ...words, await fileWith(second ?? '')))).toContain('revoked')
  })

  test('decides about what a server offers, by the name that it was called by unless another is given', async () => {
    const place = await serve(WEB01, ...CHAIN)
    const words = [place, '--root', await rootFile()]
    expect(codes(await ask('verify', ...words))).toEqual(['name-mismatch'])
    expect(await ask('verify', ...words, '--name', 'web01.example.com')).toMatchObject({ exit: 0 })
    expect(await ask('diagnose', ...words)).toMatchObject({ answer: { warning: 'name-mismatch' } })
  })

  test.each([
    { because: 'nobody to trust', words: [] },
    { because: 'two answers to whom', words: ['--root', 'a', '--trust', 'b'] },
    { because: 'a role without a list', words: ['--root', 'a', '--role', 'system'] },
    { because: '--on-unknown without lists', words: ['--root', 'a', '--on-unknown', 'allow'] },
    { because: 'an instant that is none', words: ['--root', 'a', '--at', 'tomorrow'] },
    { because: 'a month that is none', words: ['--root', 'a', '--at', '2026-13-01'] },
    { because: 'a purpose that is none', words: ['--root', 'a', '--purpose', 'mail'] },
    { because: 'a profile that is none', words: ['--root', 'a', '--profile', 'lax'] },
    { because: 'a root that is not there', words: ['--root', '/nowhere/at/all'] },
  ])('$because ends with 2', async ({ words }) => {
    expect(await run(['cert', 'verify', await chainFile(), ...words])).toMatchObject({ exit: 2 })
  })

  test('a request is nothing to verify', async () => {
    const made = createRequest({ key: WEB01.key, names: { dns: ['web01'] } })
    const request = await fileWith(formatRequest(made))
    expect(await run(['cert', 'verify', request, '--root', await rootFile()])).toMatchObject({
      exit: 2,
    })
  })
})

describe('cert diagnose', () => {
  test('says what HP SIM, a browser and the verifier say, and what to do', async () => {
    const file = await fileWith(pem(DB01.certificate))
    const { exit, answer } = await ask(
      'diagnose',
      file,
      '--root',
      await rootFile(),
      '--name',
      'web01',
    )
    expect(exit).toBe(1)
    expect(answer).toMatchObject({
      warning: 'untrusted',
      browser: 'NET::ERR_CERT_AUTHORITY_INVALID',
      outcome: 'deny',
    })
    const { remedies } = answer as unknown as { remedies: { code: string; sentence: string }[] }
    expect(remedies.map(({ code }) => code)).toContain('import-certificate')
    const { out } = await run(['cert', 'diagnose', file, '--at', AT])
    expect(out).toContain('UNTRUSTED')
    expect(out).toContain('import-certificate')
  })

  test('a chain with nothing wrong ends with 0', async () => {
    const words = [
      await chainFile(),
      '--trust',
      await listFile(byRoot),
      '--name',
      'web01.example.com',
    ]
    const { exit, answer } = await ask('diagnose', ...words)
    expect(exit).toBe(0)
    expect(answer).toMatchObject({ warning: 'none', browser: null, outcome: 'allow', remedies: [] })
  })

  test('an address that the certificate does not have is a wrong name', async () => {
    const words = [await chainFile(), '--trust', await listFile(byRoot), '--address', '192.0.2.1']
    const { exit, answer } = await ask('diagnose', ...words)
    expect(exit).toBe(1)
    expect(answer).toMatchObject({ warning: 'name-mismatch' })
  })
})
