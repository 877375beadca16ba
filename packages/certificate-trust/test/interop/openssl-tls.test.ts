import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createServer as createNet } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { formatPem } from '../../src/input/pem.ts'
import {
  connectTls,
  fetchChain,
  guardServer,
  serverOptions,
  type TlsClient,
  type TlsClients,
  type TlsCode,
  type TlsIdentity,
} from '../../src/tls/index.ts'
import { BY_ROOT, codeOf, over, refusal } from '../tls/ways.ts'
import {
  BETWEEN,
  consoleIdentity,
  ended,
  listen,
  ROOT,
  root0,
  selfSigned,
  strange,
  systemIdentity,
  trusting,
} from '../tls/world.ts'
import { integer, time } from '../writing/der.ts'
import { list } from '../writing/list.ts'

const isInstalled = spawnSync('openssl', ['version']).status === 0
const title = isInstalled ? 'openssl' : 'needs openssl'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openssl-tls-'))
  writeFileSync(join(folder, 'root.pem'), formatPem('CERTIFICATE', root0.der))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let files = 0

/** The arguments by which openssl shows an identity. */
function shown({ key, certificates }: TlsIdentity): readonly string[] {
  files += 1
  const [own, ...rest] = certificates.map(({ der }) => formatPem('CERTIFICATE', der))
  const write = (name: string, text: string): string => {
    const path = join(folder, `${files}-${name}`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return [
    '-cert',
    write('own.pem', own ?? ''),
    '-key',
    write('key.pem', String(key.export({ type: 'pkcs8', format: 'pem' }))),
    ...(rest.length === 0 ? [] : ['-cert_chain', write('rest.pem', rest.join(''))]),
  ]
}

interface Spoken {
  /** Everything that openssl wrote, about itself and from the peer. */
  readonly text: () => string
  readonly child: ChildProcess
}

function run(args: readonly string[]): Spoken {
  const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  const take = (chunk: Buffer): void => void (text += String(chunk))
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.stdin.on('error', () => undefined)
  return { text: () => text, child }
}

/** A port that was free a moment ago: openssl does not say which it took. */
async function freePort(): Promise<number> {
  const server = createNet()
  const port = await listen(server)
  await ended(server)
  return port
}

async function until(spoken: Spoken, sign: string): Promise<void> {
  while (!spoken.text().includes(sign)) {
    // oxlint-disable-next-line no-await-in-loop -- until it is there
    await once(spoken.child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  }
}

const PAST = { notBefore: time('2026-01-01T00:00:00Z'), notAfter: time('2026-01-02T00:00:00Z') }
const SERIAL = integer(79)
const FOR_LONG = { until: '2126-01-01T00:00:00Z' }
const revocation = {
  lists: [
    list(ROOT, FOR_LONG),
    list(BETWEEN, { ...FOR_LONG, entries: [{ serial: SERIAL, reason: 1 }] }),
  ],
}

/** Prints what it gets, so that a byte of payload would show. */
async function opensslServer(
  identity: TlsIdentity,
  more: readonly string[] = [],
): Promise<Spoken & { port: number }> {
  const port = await freePort()
  const accept = ['-accept', `127.0.0.1:${port}`, '-naccept', '1']
  const spoken = run(['s_server', ...accept, ...shown(identity), ...more])
  await until(spoken, 'ACCEPT')
  return { ...spoken, port }
}

async function ask(
  port: number,
  identity: TlsIdentity | undefined,
  more: readonly string[] = [],
): Promise<string> {
  const verifying = ['-CAfile', join(folder, 'root.pem'), '-verify_return_error']
  const named = ['-servername', 'web01.example.com', '-verify_hostname', 'web01.example.com']
  const to = ['-connect', `127.0.0.1:${port}`, '-ign_eof', ...verifying, ...named]
  const spoken = run(['s_client', ...to, ...(identity ? shown(identity) : []), ...more])
  spoken.child.stdin?.write('GET / HTTP/1.1\r\nHost: web01\r\nConnection: close\r\n\r\n')
  await once(spoken.child, 'close')
  return spoken.text()
}

describe.skipIf(!isInstalled)(`${title} s_server`, () => {
  test.each(['-tls1_2', '-tls1_3'])('is taken when it is trusted (%s)', async (version) => {
    const server = await opensslServer(systemIdentity(), [version])
    const socket = connectTls({ port: server.port, host: '127.0.0.1' }, BY_ROOT)
    onTestFinished(() => void socket.destroy())
    socket.write('payload of the client\n')
    await until(server, 'payload of the client')
    expect(socket.getProtocol()).toBe(version === '-tls1_2' ? 'TLSv1.2' : 'TLSv1.3')
  })

  const cases: readonly (readonly [TlsCode, TlsIdentity, TlsClient])[] = [
    ['expired', systemIdentity(PAST), BY_ROOT],
    ['name-mismatch', systemIdentity(), { ...BY_ROOT, name: { dns: 'web02.example.com' } }],
    ['issuer-unknown', strange(systemIdentity), BY_ROOT],
    ['self-signed', selfSigned(systemIdentity), BY_ROOT],
    [
      'revoked',
      systemIdentity({ serial: SERIAL }),
      { ...BY_ROOT, trust: { ...BY_ROOT.trust, revocation } },
    ],
  ]
  test.each(cases)('gets no byte when it is refused: %s', async (code, identity, client) => {
    const server = await opensslServer(identity, ['-tls1_2'])
    const socket = connectTls({ port: server.port, host: '127.0.0.1' }, client)
    socket.write('payload of the client\n')
    expect(codeOf(await refusal(over(socket)))).toBe(code)
    await once(server.child, 'exit')
    expect(server.text()).not.toContain('payload')
  })

  test('is refused when it speaks TLS 1.1 only', async () => {
    const server = await opensslServer(systemIdentity(), ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'])
    const socket = connectTls({ port: server.port, host: '127.0.0.1' }, BY_ROOT)
    expect(typeof (await refusal(over(socket)))).toBe('string')
    expect(server.text()).not.toContain('secret')
  })

  test.each(['-tls1_2', '-tls1_3'])('shows its certificates (%s)', async (version) => {
    const identity = systemIdentity()
    const server = await opensslServer(identity, [version, '-Verify', '1'])
    const place = { host: '127.0.0.1', port: server.port, timeoutMs: 5_000 }
    const { chain, fingerprint } = await fetchChain(place)
    expect(fingerprint).toBe(identity.certificates[0].sha256)
    expect(chain).toHaveLength(2)
  })
})

describe.skipIf(!isInstalled)(`${title} s_client`, () => {
  const clients: TlsClients = {
    ...trusting([root0, 'root']),
    name: { dns: 'console.example.com' },
    required: true,
  }

  interface Served {
    readonly port: number
    readonly requests: string[]
    readonly refused: TlsCode[]
  }

  async function serve(given: TlsClients = clients): Promise<Served> {
    const requests: string[] = []
    const refused: TlsCode[] = []
    const options = serverOptions({ ...systemIdentity(), clients: given })
    const server = createServer(options, ({ url = '' }, response) => {
      requests.push(url)
      response.end('answer of the server')
    })
    guardServer(server, given, { onRefused: ({ reasons }) => void refused.push(reasons[0].code) })
    server.on('tlsClientError', () => undefined)
    return { port: await listen(server), requests, refused }
  }

  test.each(['-tls1_2', '-tls1_3'])(
    'trusts the server, and is let in when it is trusted (%s)',
    async (version) => {
      const { port, requests } = await serve()
      const text = await ask(port, consoleIdentity(), [version])
      expect(text).toContain('answer of the server')
      expect(text).toContain('Verification: OK')
      expect(requests).toEqual(['/'])
    },
  )

  const cases: readonly (readonly [TlsCode, TlsIdentity | undefined, TlsClients])[] = [
    ['certificate-missing', undefined, clients],
    ['expired', consoleIdentity(PAST), clients],
    ['name-mismatch', consoleIdentity(), { ...clients, name: { dns: 'other.example.com' } }],
    ['issuer-unknown', strange(consoleIdentity), clients],
    ['purpose-not-allowed', systemIdentity(), { ...clients, name: { dns: 'web01.example.com' } }],
    ['revoked', consoleIdentity({ serial: SERIAL }), { ...clients, revocation }],
  ]
  describe.each(['-tls1_2', '-tls1_3'])('of %s', (version) => {
    test.each(cases)('gets no byte when it is refused: %s', async (code, identity, given) => {
      const { port, requests, refused } = await serve(given)
      expect(await ask(port, identity, [version])).not.toMatch(/answer of|HTTP\/1/)
      expect([requests, refused]).toEqual([[], [code]])
    })
  })

  test('of TLS 1.1 is refused', async () => {
    const { port, requests } = await serve()
    const text = await ask(port, consoleIdentity(), ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'])
    expect(text).toMatch(/alert protocol version/)
    expect(requests).toEqual([])
  })

  test.each(['-tls1_2', '-tls1_3'])('resumes no session (%s)', async (version) => {
    const { port, requests } = await serve()
    const session = join(folder, `session${version}`)
    const first = await ask(port, consoleIdentity(), [version, '-sess_out', session])
    expect(first).toContain('answer of the server')
    const second = await ask(port, consoleIdentity(), [version, '-sess_in', session])
    expect(second).toContain('New, TLS')
    expect(second).not.toContain('Reused, TLS')
    expect(requests).toHaveLength(2)
  })

  test('is offered no early data, and none that it sends all the same is read', async () => {
    const { port, requests } = await serve()
    const session = join(folder, 'session-early')
    const early = join(folder, 'early')
    writeFileSync(early, 'GET /early HTTP/1.1\r\nHost: web01\r\n\r\n')
    const first = await ask(port, consoleIdentity(), ['-tls1_3', '-sess_out', session])
    expect(first).not.toMatch(/Max Early Data: [1-9]/)
    const args = ['-tls1_3', '-sess_in', session, '-early_data', early]
    expect(await ask(port, consoleIdentity(), args)).not.toContain('Early data was accepted')
    expect(requests).not.toContain('/early')
  })

  test('cannot renegotiate with TLS 1.2', async () => {
    const { port, requests } = await serve()
    const args = ['-connect', `127.0.0.1:${port}`, '-tls1_2', ...shown(consoleIdentity())]
    const spoken = run(['s_client', ...args])
    await until(spoken, 'Verify return code')
    spoken.child.stdin?.write('R\n')
    await once(spoken.child, 'close')
    expect(spoken.text()).toMatch(/no renegotiation/)
    expect(requests).toEqual([])
  })
})
