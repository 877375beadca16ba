import {
  createRequest,
  exportPkcs12,
  formatBundle,
  formatRequest,
} from '@gatehouse/certificate-trust/issuing'
import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { fileWith, run } from '../support.ts'
import { BETWEEN, DB01, pem, ROOT, serve, WEB01 } from './lab.ts'

const CHAIN = [WEB01.certificate, BETWEEN.certificate] as const
const passphrase = new Secret('open sesame')
const STORE = exportPkcs12({ key: WEB01.key, certificates: CHAIN, passphrase })

async function show(...words: string[]): Promise<{ exit: number; out: Record<string, unknown> }> {
  const { exit, out } = await run(['cert', 'show', ...words, '--json'])
  return { exit, out: JSON.parse(out) as Record<string, unknown> }
}

const both = { certificates: CHAIN.map(({ sha256 }) => ({ sha256 })) }

describe('cert show', () => {
  test('says what a certificate in PEM says', async () => {
    const file = await fileWith(pem(WEB01.certificate))
    const { exit, out } = await show(file)
    expect(exit).toBe(0)
    expect(out).toEqual({
      command: 'cert show',
      input: file,
      hasKey: false,
      certificates: [
        {
          subject: '',
          names: [{ kind: 'dns', value: 'web01.example.com' }],
          key: 'P-256',
          keyUsage: ['digitalSignature'],
          purposes: ['server', 'client'],
          authority: null,
          sha256: WEB01.certificate.sha256,
          issuer: 'CN=Lab Issuing',
          serialNumber: WEB01.certificate.serialNumber,
          notBefore: '2026-11-01T00:00:00Z',
          notAfter: '2027-10-31T23:59:59Z',
          selfIssued: false,
        },
      ],
    })
  })

  test.each([
    { form: 'PEM', content: () => pem(...CHAIN) },
    { form: 'PKCS#7', content: () => formatBundle(CHAIN) },
  ])('shows every certificate of a file in $form', async ({ content }) => {
    expect(await show(await fileWith(content()))).toMatchObject({ exit: 0, out: both })
  })

  test('reads DER', async () => {
    const file = await fileWith(ROOT.certificate.der)
    const root = { subject: 'CN=Lab Root', authority: { pathLength: null }, selfIssued: true }
    expect(await show(file)).toMatchObject({ exit: 0, out: { certificates: [root] } })
  })

  test('reads PKCS#12 with the passphrase of a file, and says that there is a key', async () => {
    const file = await fileWith('open sesame\n')
    const { exit, out } = await show(await fileWith(STORE), '--passphrase-file', file)
    expect(exit).toBe(0)
    expect(out).toMatchObject({ ...both, hasKey: true })
  })

  test.each([
    { because: 'without a passphrase', words: () => [] },
    {
      because: 'with a wrong one',
      words: async () => ['--passphrase-file', await fileWith('open barley')],
    },
    {
      because: 'with a file of two lines',
      words: async () => ['--passphrase-file', await fileWith('a\nb')],
    },
  ])('does not read PKCS#12 $because', async ({ words }) => {
    const { exit, out } = await show(await fileWith(STORE), ...(await words()))
    expect(exit).toBe(2)
    expect(out).toMatchObject({ error: { code: 'ERR_CONFIG' } })
  })

  test('shows a request, and whether it is signed by its key', async () => {
    const request = createRequest({
      key: WEB01.key,
      names: { dns: ['web01'], addresses: ['2001:db8::1', '192.0.2.1'] },
    })
    const { exit, out } = await show(await fileWith(formatRequest(request)))
    expect(exit).toBe(0)
    expect(out).toMatchObject({
      request: { names: [{ value: 'web01' }, { value: '2001:db8::1' }, { value: '192.0.2.1' }] },
      outcome: 'allow',
      reasons: [{ code: 'request-signed' }],
    })
  })

  test('shows a request that somebody changed as one, and ends with 1', async () => {
    const { der } = createRequest({ key: WEB01.key, names: { dns: ['web01'] } })
    const changed = Buffer.from(der)
    changed.write('web02', changed.indexOf('web01'))
    const { exit, out } = await show(await fileWith(changed))
    expect(exit).toBe(1)
    expect(out).toMatchObject({ outcome: 'deny', reasons: [{ code: 'signature-invalid' }] })
  })

  test('shows what a server offers', async () => {
    const place = await serve(WEB01, ...CHAIN)
    expect(await show(place)).toMatchObject({ exit: 0, out: { input: place, ...both } })
  })

  test('a server that does not answer ends with 2', async () => {
    expect(await show('127.0.0.1:1')).toMatchObject({
      exit: 2,
      out: { error: { code: 'ERR_CONFIG' } },
    })
  })

  test.each([
    { what: 'nothing at all', content: '' },
    { what: 'no certificate', content: 'hello\n' },
    { what: 'a torn one', content: () => DB01.certificate.der.subarray(0, 100) },
  ])('a file with $what ends with 2 and says where it is wrong', async ({ content }) => {
    const file = await fileWith(typeof content === 'string' ? content : content())
    const { exit, out } = await show(file)
    expect(exit).toBe(2)
    expect(out).toMatchObject({ error: { code: 'ERR_PARSE', reason: expect.any(String) } })
  })
})
