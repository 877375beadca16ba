import { readFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { clientOptions, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { PATHS, type Answer, type StatementAnswer } from '@gatehouse/protocol'
import { describe, expect, it, onTestFinished } from 'vitest'
import { renderStart } from '../src/index.ts'
import {
  MESSAGE,
  QUERY,
  client,
  consoleIdentity,
  identityFiles,
  root,
  selfSigned,
  speak,
  startTls,
  systemIdentity,
  trustText,
} from './tls-world.ts'
import { ADDRESS, createWorld, send, start, type Started } from './world.ts'

const CLIENTS = { trustFile: 'trust.json', required: true, name: 'console.example.com' }
const FILES = { 'trust.json': trustText([root, 'root']) }
const required = { tls: { clients: CLIENTS }, files: FILES }

interface Audited {
  readonly operation: string
  readonly outcome: string
  readonly codes: readonly string[]
  readonly facts?: Readonly<Record<string, string>>
}

async function audited({ folder }: Started): Promise<Audited[]> {
  const text = await readFile(join(folder, 'data/audit.jsonl'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Audited)
}

function post(options: RequestOptions, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', method: 'POST', headers, ...options }, (received) => {
      let text = ''
      received.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      received.on('end', () => resolve(JSON.parse(text) as Answer))
    })
    sent.on('error', reject).end(body)
  })
}

describe('the daemon with TLS', () => {
  it('answers over HTTPS, and plain HTTP with nothing', async () => {
    const { agent } = await startTls()
    const { port } = agent.daemonAddress
    expect(await speak(port, MESSAGE)).toMatch(/^HTTP\/1\.1 200 /)
    await expect(send(port, PATHS.actions, QUERY)).rejects.toThrow()
    expect(await plain(port, MESSAGE)).toBe('')
  })

  it('passes on to the agent, and answers several requests on one connection', async () => {
    const { agent } = await startTls()
    const { port } = agent.daemonAddress
    const kept = MESSAGE.replace('close', 'keep-alive').replace('collect.query', 'chart')
    const message = kept.replace(/Length: \d+/, `Length: ${QUERY.length - 8}`)
    const answer = await speak(port, message + MESSAGE)
    expect(answer.match(/"outcome":"allow"/g)).toHaveLength(2)
  })

  it('speaks no TLS 1.1', async () => {
    const { agent } = await startTls()
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    expect(await speak(agent.daemonAddress.port, MESSAGE, undefined, old)).toBe('')
  })

  it('says first what the connection gives, and that a user name is still a claim', async () => {
    const { agent, config } = await startTls(required)
    const { actions, invocations } = agent.statement
    const by = ['certificate-trust']
    for (const { provided, unmet } of [actions, invocations]) {
      expect(provided.slice(0, 4)).toEqual([
        { guarantee: 'authentication', of: 'console', by },
        { guarantee: 'integrity', by },
        { guarantee: 'privacy', by },
        { guarantee: 'freshness', by },
      ])
      expect(unmet).toContainEqual(expect.objectContaining({ of: 'user name' }))
    }
    expect(renderStart(config, agent)).toContain('transport: HTTPS by server.pem; client certif')
  })

  it('does not say who the console is where it need not show a certificate', async () => {
    const { agent } = await startTls({
      ...required,
      tls: { clients: { ...CLIENTS, required: false } },
    })
    const guarantees = agent.statement.actions.provided.map(({ guarantee }) => guarantee)
    expect(guarantees).not.toContain('authentication')
    expect(guarantees).toContain('privacy')
  })
})

describe('the daemon with client certificates', () => {
  it('answers a console that is trusted, and records its certificate', async () => {
    const started = await startTls(required)
    const { port } = started.agent.daemonAddress
    const shown = consoleIdentity()
    const options = { ...clientOptions(client(shown)), port, agent: false } as const
    const chart = JSON.stringify({ user: 'pat', action: 'chart' })
    expect((await post({ ...options, path: PATHS.actions }, QUERY)).outcome).toBe('allow')
    expect((await post({ ...options, path: PATHS.actions }, chart)).outcome).toBe('allow')
    const clientCertificate = shown.certificates[0].sha256
    const records = await audited(started)
    expect(
      records.map(({ operation, facts }) => [operation, facts?.['clientCertificate']]),
    ).toEqual([
      ['collect.query', clientCertificate],
      ['chart', clientCertificate],
    ])
  })

  const refused: readonly (readonly [string, TlsIdentity | undefined])[] = [
    ['certificate-missing', undefined],
    ['issuer-unknown', consoleIdentity('stranger')],
    ['self-signed', selfSigned()],
  ]
  it.each(refused)('gives no byte to another, and records why: %s', async (code, shown) => {
    const started = await startTls(required)
    const { port } = started.agent.daemonAddress
    expect(await speak(port, MESSAGE, shown)).toBe('')
    await started.agent.close()
    const [record, ...more] = await audited(started)
    expect(more).toEqual([])
    expect(record).toMatchObject({ operation: 'connect', outcome: 'deny' })
    expect(record?.codes[0]).toBe(code)
    expect(record?.facts?.['clientCertificate']).toBe(shown?.certificates[0].sha256)
  })

  it('ends a connection with the next request after its certificate is trusted no more', async () => {
    const shown = consoleIdentity()
    const pinned = trustText([shown.certificates[0], 'console'])
    const started = await startTls({
      tls: { clients: { trustFile: 'trust.json', required: true } },
      files: { 'trust.json': pinned },
    })
    const { port } = started.agent.daemonAddress
    const socket = connect({ port, host: '127.0.0.1', ...clientOptions(client(shown)) })
    onTestFinished(() => void socket.destroy())
    let answer = ''
    const answered = new Promise<void>((resolve) => {
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
        resolve()
      })
    })
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
    socket.write(MESSAGE.replace('close', 'keep-alive'))
    await answered
    await started.write('trust.json', trustText([selfSigned().certificates[0], 'console']))
    expect(await started.agent.reload()).toMatchObject({ tls: true })
    const before = answer
    socket.write(MESSAGE)
    await closed
    expect(answer).toBe(before)
  })

  it('lets the rules for connections decide before a byte of the handshake is read', async () => {
    const started = await startTls({
      ...required,
      config: { tcpWrappers: { allowFile: 'hosts.allow', denyFile: 'hosts.deny' } },
      files: { ...FILES, 'hosts.allow': `bgssd: ${ADDRESS.modify}\n`, 'hosts.deny': 'ALL: ALL\n' },
    })
    const { port } = started.agent.daemonAddress
    const shown = consoleIdentity()
    expect(await speak(port, MESSAGE, shown)).toBe('')
    const from = { localAddress: ADDRESS.modify } as object
    expect(await speak(port, MESSAGE, shown, from)).toMatch(/^HTTP\/1\.1 200 /)
    const records = await audited(started)
    expect(records.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['connect', 'deny'],
      ['connect', 'allow'],
      ['collect.query', 'allow'],
    ])
  })
})

describe('plain HTTP beside it', () => {
  const redirecting = { tls: { redirectPort: 0 } }

  it('is sent to HTTPS, where the certificate is for the host', async () => {
    const { agent } = await startTls(redirecting)
    const port = agent.redirectAddress?.port ?? 0
    const host = MESSAGE.replace('web-1.example.com', '127.0.0.1:80')
    const answers = [await plain(port, MESSAGE), await plain(port, host)]
    const to = agent.daemonAddress.port
    expect(answers.map((answer) => /location: (.*)/i.exec(answer)?.[1]?.trim())).toEqual([
      `https://web-1.example.com:${to}${PATHS.actions}`,
      `https://127.0.0.1:${to}${PATHS.actions}`,
    ])
    expect(answers.every((answer) => answer.startsWith('HTTP/1.1 308 '))).toBe(true)
    const evil = await plain(port, MESSAGE.replace('web-1.example.com', 'evil.example.com'))
    expect(evil).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('is decided by the rules for connections as well', async () => {
    const { agent } = await startTls({
      ...redirecting,
      config: { tcpWrappers: { allowFile: 'hosts.allow', denyFile: 'hosts.deny' } },
      files: { 'hosts.allow': '', 'hosts.deny': 'ALL: ALL\n' },
    })
    expect(await plain(agent.redirectAddress?.port ?? 0, MESSAGE)).toBe('')
  })

  it('has no port of its own where none is asked for', async () => {
    const { agent } = await startTls()
    expect(agent.redirectAddress).toBeUndefined()
  })
})

describe('certificates that change', () => {
  it('are taken together, and a broken file keeps the old ones', async () => {
    const [first, second] = [systemIdentity(), systemIdentity()]
    const started = await startTls({ ...required, identity: first })
    const open = { ...started, agent: started.agent }
    expect(await fingerprintOf(open).catch(() => 'refused')).toBe(first.certificates[0].sha256)
    await replace(started, identityFiles(second))
    expect(await started.agent.reload()).toMatchObject({ tls: true })
    expect(await fingerprintOf(open)).toBe(second.certificates[0].sha256)

    const broken: readonly Record<string, string>[] = [
      { 'server.pem': 'nothing' },
      { 'server.key': 'nothing' },
      { ...identityFiles(first), 'server.key': identityFiles(second)['server.key'] ?? '' },
      { ...identityFiles(first), 'trust.json': '{}' },
    ]
    for (const files of broken) {
      // oxlint-disable no-await-in-loop -- one after the other
      await replace(started, { ...identityFiles(first), ...FILES, ...files })
      expect(await started.agent.reload()).toMatchObject({ tls: false })
      expect(await fingerprintOf(open)).toBe(second.certificates[0].sha256)
      // oxlint-enable no-await-in-loop
    }
    const refusals = started.log.filter(({ event }) => event === 'certificate-refused')
    expect(refusals).toHaveLength(broken.length)
    expect(await speak(started.agent.daemonAddress.port, MESSAGE, consoleIdentity())).toMatch(
      /^HTTP\/1\.1 200 /,
    )
  })
})

describe('a start', () => {
  it.each([
    ['others can read the key', { mode: 0o644 }],
    ['the group can read it', { mode: 0o640 }],
    [
      'the key is another',
      { files: { 'server.key': identityFiles(systemIdentity())['server.key'] ?? '' } },
    ],
    ['there is no certificate', { files: { 'server.pem': '' } }],
    ['there is no trust list', { tls: { clients: CLIENTS } }],
  ])('ends when %s', async (_, world) => {
    await expect(startTls(world)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) })
  })

  it('allows the group that is named to read the key', async () => {
    const { agent } = await startTls({ mode: 0o640, tls: { keyGroup: process.getgid?.() ?? 0 } })
    expect(await speak(agent.daemonAddress.port, MESSAGE)).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('refuses unknown settings', async () => {
    const tls = { certificateFile: 'a', keyFile: 'b', rejectUnauthorized: false }
    await expect(createWorld({ config: { tls } })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('says that plain HTTP is plain', async () => {
    const { agent, config } = await start()
    expect(renderStart(config, agent)).toContain('transport: PLAIN HTTP')
    const statement: StatementAnswer = agent.statement
    expect(statement.actions.lacking).toContain('privacy')
  })
})

function plain(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connectPlain({ port, host: '127.0.0.1' }).setEncoding('utf8')
    onTestFinished(() => void socket.destroy())
    socket.on('data', (chunk: string) => (answer += chunk))
    socket.on('error', () => undefined).on('close', () => resolve(answer))
    socket.write(text)
  })
}

const fingerprintOf = ({ agent }: Started): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = agent.daemonAddress
    const socket = connect({ port, host: '127.0.0.1', ...clientOptions(client()) }, () => {
      resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase())
      socket.destroy()
    })
    socket.on('error', reject)
  })

async function replace({ write }: Started, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await write(name, text)
  }
}
