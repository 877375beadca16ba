import { writeFile } from 'node:fs/promises'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { clientOptions } from '@gatehouse/certificate-trust/tls'
import { PATHS } from '@gatehouse/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  askStatement,
  openInnerKey,
  sendCall,
  startConsole,
  systemsFile,
  type RunningConsole,
  type System,
} from '../src/index.ts'
import { ALLOWED, run, STATEMENT, temporaryFolder } from './support.ts'
import {
  identity,
  issued,
  listOf,
  ROOT,
  secureSystem,
  writeIdentity,
  writeRevocations,
  writeTrust,
} from './tls-world.ts'

const CALL = { user: 'ops', action: 'chart' } as const
const own = identity()
const [certificate] = own.certificates
const stranger = identity()

interface Settings {
  /** Fields of the file beside its one system. */
  readonly file?: Readonly<Record<string, unknown>>
  readonly tls?: { readonly name?: string }
  readonly port: number
}

/** A systems file with one system called web01. */
async function fileOf(
  folder: string,
  { file = { trustFile: 'trust.json' }, tls = {}, port }: Settings,
): Promise<string> {
  const path = join(folder, 'systems.json')
  const systems = [{ name: 'web01', address: '127.0.0.1', port, tls }]
  await writeFile(path, JSON.stringify({ systems, ...file }))
  return path
}

async function systemOf(path: string): Promise<System> {
  const [system] = await systemsFile(path).list()
  if (system === undefined) throw new Error('there is no system')
  return system
}

describe('a system with TLS', () => {
  test('is asked over TLS when its certificate is trusted, by address or by name', async () => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const { port, requests } = await secureSystem(own, ALLOWED)
    const byAddress = await systemOf(await fileOf(folder, { port }))
    expect(await sendCall(byAddress, CALL)).toMatchObject({ answer: { outcome: 'allow' } })
    const byName = await systemOf(
      await fileOf(folder, { port, tls: { name: 'web01.example.com' } }),
    )
    expect(await sendCall(byName, CALL)).toMatchObject({ answer: { outcome: 'allow' } })
    expect(requests).toEqual([`POST ${PATHS.actions}`, `POST ${PATHS.actions}`])
  })

  test.each([
    ['issuer-unknown', stranger, {}],
    ['name-mismatch', own, { name: 'web02.example.com' }],
  ] as const)('gets no byte when its certificate is refused: %s', async (code, shown, tls) => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const { port, requests, bytes } = await secureSystem(shown, ALLOWED)
    const system = await systemOf(await fileOf(folder, { port, tls }))
    for (const ask of [sendCall(system, CALL), askStatement(system)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const result = await ask
      const expected = code === 'issuer-unknown' ? 'self-signed' : code
      expect(result).toMatchObject({
        failure: { code: 'certificate-refused', reasons: [{ code: expected }] },
      })
      const [reason] = 'failure' in result ? (result.failure.reasons ?? []) : []
      expect(reason?.sentence).toContain(shown.certificates[0].sha256)
    }
    expect([requests, bytes()]).toEqual([[], 0])
  })

  test('is asked for its statement all the same, and sent no command, where trusted certificates are required', async () => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const { port, requests } = await secureSystem(stranger, STATEMENT)
    const file = { trustFile: 'trust.json', requireTrustedCertificates: true }
    const system = await systemOf(await fileOf(folder, { port, file }))
    expect(await askStatement(system)).toMatchObject({
      answer: { system: { name: 'web01' } },
      untrusted: [{ code: 'self-signed' }],
    })
    expect(await sendCall(system, CALL)).toMatchObject({
      failure: { code: 'command-blocked', reasons: [{ code: 'self-signed' }] },
    })
    expect(requests).toEqual([`GET ${PATHS.statement}`])
  })

  test('is sent commands where trusted certificates are required, and it has one', async () => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const { port } = await secureSystem(own, ALLOWED)
    const file = { trustFile: 'trust.json', requireTrustedCertificates: true }
    const result = await sendCall(await systemOf(await fileOf(folder, { port, file })), CALL)
    expect(result).toMatchObject({ answer: { outcome: 'allow' } })
    expect(result).not.toHaveProperty('untrusted')
  })

  test('sees the certificate of the console, and hears nobody else', async () => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const shown = identity('console.example.com')
    await writeIdentity(folder, shown)
    const list = listOf([shown.certificates[0], 'console'])
    const { port, requests } = await secureSystem(own, ALLOWED, {
      list: () => list,
      required: true,
    })
    const without = await systemOf(await fileOf(folder, { port }))
    expect(await sendCall(without, CALL)).toMatchObject({ failure: { code: 'unreachable' } })
    expect(requests).toEqual([])
    const files = { certificateFile: 'own.pem', keyFile: 'own.key' }
    const file = { trustFile: 'trust.json', identity: files }
    const path = await fileOf(folder, { port, file })
    expect(await sendCall(await systemOf(path), CALL)).toMatchObject({
      answer: { outcome: 'allow' },
    })
  })

  describe('that is asked about by revocation lists', () => {
    const file = { trustFile: 'trust.json', revocationFiles: ['crl.pem'] }

    test('is refused as soon as its certificate is revoked, and sent nothing', async () => {
      const folder = await temporaryFolder()
      await writeTrust(folder, [ROOT.certificate, 'root'])
      await writeRevocations(folder, 1)
      const [shown, other] = [issued(), issued()]
      const { port, requests } = await secureSystem(shown, ALLOWED)
      const path = await fileOf(folder, { port, file })
      const ask = async (): ReturnType<typeof sendCall> => sendCall(await systemOf(path), CALL)
      expect(await ask()).toMatchObject({ answer: { outcome: 'allow' } })
      await writeRevocations(folder, 2, [other.certificates[0]])
      expect(await ask()).toMatchObject({ answer: { outcome: 'allow' } })
      await writeRevocations(folder, 3, [shown.certificates[0]])
      expect(await ask()).toMatchObject({
        failure: { code: 'certificate-refused', reasons: [{ code: 'revoked' }] },
      })
      expect(requests).toHaveLength(2)
      await writeFile(join(folder, 'crl.pem'), 'nothing')
      await expect(ask()).rejects.toMatchObject({ code: 'ERR_PARSE' })
    })

    test('is refused while the list is out of date, unless the unknown is allowed', async () => {
      const folder = await temporaryFolder()
      await writeTrust(folder, [ROOT.certificate, 'root'])
      await writeRevocations(folder, 1, [], { isOld: true })
      const { port } = await secureSystem(issued(), ALLOWED)
      const asked = await systemOf(await fileOf(folder, { port, file }))
      expect(await sendCall(asked, CALL)).toMatchObject({
        failure: { code: 'certificate-refused', reasons: [{ code: 'revocation-unknown' }] },
      })
      const open = { ...file, onUnknownRevocation: 'allow' }
      const lenient = await systemOf(await fileOf(folder, { port, file: open }))
      expect(await sendCall(lenient, CALL)).toMatchObject({ answer: { outcome: 'allow' } })
    })
  })

  test('shows a person the reasons, and ends with the exit code of what cannot be used', async () => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const { port } = await secureSystem(stranger, ALLOWED)
    const path = await fileOf(folder, { port })
    const words = ['call', 'web01', 'action', 'chart', '--user', 'ops', '--systems', path]
    const shown = await run(words)
    expect(shown.exit).toBe(2)
    expect(shown.out).toContain('certificate-refused')
    expect(shown.out).toContain(stranger.certificates[0].sha256)
    const [line = ''] = (await run([...words, '--json'])).out.split('\n')
    expect(JSON.parse(line)).toMatchObject({
      results: [{ failure: { code: 'certificate-refused', reasons: [{ code: 'self-signed' }] } }],
    })
  })

  test.each([
    ['no trust list', {}],
    ['a trust list that is not there', { trustFile: 'none.json' }],
    ['a revocation list that is not there', { trustFile: 'trust.json', revocationFiles: ['none'] }],
    ['no revocation list at all', { trustFile: 'trust.json', revocationFiles: [] }],
    ['an outcome without lists', { trustFile: 'trust.json', onUnknownRevocation: 'allow' }],
    ['an unknown field', { trustFile: 'trust.json', rejectUnauthorized: false }],
  ])('is an error of the file with %s', async (_, file) => {
    const folder = await temporaryFolder()
    await writeTrust(folder, [certificate, 'system'])
    const path = await fileOf(folder, { port: 1, file })
    await expect(systemsFile(path).list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

describe('the page over HTTPS', () => {
  const trusting = clientOptions({
    trust: { list: () => listOf([certificate, 'system']) },
    name: { ip: '127.0.0.1' },
  })

  test('is there, says to come back by HTTPS, and marks systems that are not trusted', async () => {
    const { url } = await serve()
    expect(url).toMatch(/^https:/)
    const { response, text } = await received(request(url, { ...trusting, agent: false }))
    expect(response.statusCode).toBe(200)
    expect(response.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
    expect(text).toContain('certificate not trusted')
    expect(text).toContain(stranger.certificates[0].sha256)
    const plain = received(plainRequest(url.replace('https', 'http')))
    await expect(plain).rejects.toThrow()
  })

  test('is where plain HTTP is sent', async () => {
    const { url, redirectUrl = '' } = await serve()
    const { response } = await received(plainRequest(redirectUrl))
    expect([response.statusCode, response.headers.location]).toEqual([308, url])
  })

  test('takes calls from a command that trusts it, and from no other', async () => {
    const { url, keyFile } = await serve()
    const folder = await temporaryFolder()
    const call = ['call', 'web01', 'action', 'chart', '--user', 'ops', '--console', url]
    const words = [...call, '--inner-key', keyFile]
    const trust = await writeTrust(folder, [certificate, 'system'])
    const shown = await run([...words, '--trust', trust])
    expect(shown.out).toContain('command-blocked')
    expect((await run(words)).exit).toBe(2)
    const other = await writeTrust(folder, [stranger.certificates[0], 'system'])
    const refused = await run([...words, '--trust', other])
    expect([refused.exit, refused.out]).toEqual([2, ''])
    expect(refused.err).toContain(certificate.sha256)
  })

  test('is what `serve` gives with a certificate and a key that others cannot read', async () => {
    const folder = await temporaryFolder()
    const systems = join(folder, 'systems.json')
    await writeFile(systems, JSON.stringify({ systems: [] }))
    const { certificateFile, keyFile } = await writeIdentity(folder, own)
    const words = ['serve', '--port', '0', '--systems', systems]
    const files = ['--certificate', certificateFile, '--key', keyFile]
    const shown = await run([...words, ...files, '--redirect-port', '0'])
    expect([shown.exit, shown.out.match(/https?:/g)]).toEqual([0, ['https:', 'http:']])
    expect((await run([...words, '--key', keyFile])).exit).toBe(2)
    expect((await run([...words, '--redirect-port', '0'])).exit).toBe(2)
  })
})

function received(
  sent: ReturnType<typeof request>,
): Promise<{ response: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject).on('response', (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject).on('end', () => resolve({ response, text }))
    })
    sent.end()
  })
}

async function serve(): Promise<RunningConsole & { keyFile: string }> {
  const folder = await temporaryFolder()
  await writeTrust(folder, [certificate, 'system'])
  const { port } = await secureSystem(stranger, STATEMENT)
  const file = { trustFile: 'trust.json', requireTrustedCertificates: true }
  const systems = systemsFile(await fileOf(folder, { port, file }))
  const keyFile = join(folder, 'inner-key.pem')
  const running = await startConsole({
    systems,
    port: 0,
    innerKey: await openInnerKey(keyFile),
    tls: { identity: own, redirectPort: 0 },
  })
  onTestFinished(() => running.close())
  return { ...running, keyFile }
}
