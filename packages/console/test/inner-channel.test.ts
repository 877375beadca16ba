import { chmod, stat, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { claimed } from '@gatehouse/core'
import { PATHS } from '@gatehouse/protocol'
import { RequestSigner, type Fields, type SigningPurpose } from '@gatehouse/signed-request'
import type { HttpBindings } from '@hono/node-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixedSystems, loadInnerKey, openInnerKey, operatorOf } from '../src/index.ts'
import { CONSOLE_PATHS } from '../src/server/api.ts'
import { consoleApp } from '../src/server/app.ts'
import { startConsole, type ConsoleOptions } from '../src/server/console.ts'
import { InnerChannel, innerAudience, isLoopback } from '../src/server/inner-channel.ts'
import { journal } from '../src/server/journal.ts'
import { world } from './exec-world.ts'
import { asked, type Receiver } from './signed-world.ts'
import { ALLOWED, DENIED, json, listenAs, run, temporaryFolder, type Seen } from './support.ts'
import { identity } from './tls-world.ts'

const ACTION = ['action', 'collect.start', '--user', 'alice']
const CALL = { systems: 'web01', call: { user: 'alice', action: 'chart' } }

interface Running {
  readonly url: string
  readonly port: string
  readonly keyFile: string
  readonly innerKey: TlsIdentity
  /** Options of commands that call it. */
  readonly through: readonly string[]
}

async function started(options: Partial<ConsoleOptions> = {}): Promise<Running> {
  const keyFile = join(await temporaryFolder(), 'inner-key.pem')
  const innerKey = await openInnerKey(keyFile)
  const { url, close } = await startConsole({
    systems: fixedSystems([]),
    port: 0,
    innerKey,
    ...options,
  })
  onTestFinished(close)
  const through = ['--console', url, '--inner-key', keyFile]
  return { url, port: new URL(url).port, keyFile, innerKey, through }
}

/** A console that knows one system, and what that system was sent. */
async function withSystem(): Promise<Running & { seen: readonly Seen[] }> {
  const { system, seen } = await listenAs('web01', json(200, ALLOWED))
  return { ...(await started({ systems: fixedSystems([system]) })), seen }
}

test('a console sends a signed call on, and its page shows it', async () => {
  const { system } = await listenAs('web01', json(403, DENIED))
  const { url, through } = await started({ systems: fixedSystems([system]) })
  const { exit, out } = await run(['call', 'web01', ...ACTION, '--json', ...through])
  expect(exit).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ results: [{ answer: DENIED }] })
  expect(await (await fetch(url)).text()).toContain('collect.start')
})

test('a console and a command find the key beside the systems file', async () => {
  const { folder, systems } = await world()
  const keyFile = join(folder, 'inner-key.pem')
  const words = ['serve', '--port', '0', '--systems', systems]
  const served = await run(
    words,
    {},
    {
      untilStopped: async ({ out }) => {
        const url = /http:\/\/\S+/.exec(out)?.[0] ?? ''
        expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
        const call = ['call', 'web01', ...ACTION, '--console', url, '--systems', systems]
        expect(await run(call)).toMatchObject({ exit: 2, err: '' })
        const elsewhere = await run(call, { GATEHOUSE_INNER_KEY: join(folder, 'none.pem') })
        expect(elsewhere).toMatchObject({ exit: 2, out: '' })
      },
    },
  )
  expect(served.exit).toBe(0)
})

test('an unknown system ends with 2', async () => {
  const { through } = await started()
  const { exit, err } = await run(['call', 'web01', ...ACTION, ...through])
  expect(exit).toBe(2)
  expect(err).toContain('web01')
})

test.each(['http://127.0.0.1:1/', 'ftp://127.0.0.1/', 'nonsense'])(
  'the console `%s` ends with 2',
  async (url) => {
    const { keyFile } = await started()
    const words = ['call', 'web01', ...ACTION, '--console', url, '--inner-key', keyFile]
    expect(await run(words)).toMatchObject({ exit: 2, out: '' })
  },
)

test('what is no console, and what is another one, is not sent a call', async () => {
  const { keyFile } = await started()
  const words = ['call', 'web01', ...ACTION, '--inner-key', keyFile, '--console']
  const { system, seen } = await listenAs('web01', json(200, {}))
  expect(await run([...words, `http://127.0.0.1:${system.port}`])).toMatchObject({ exit: 2 })
  expect(seen).toMatchObject([{ url: PATHS.values }])
  const other = await started()
  const shown = await run([...words, other.url])
  expect(shown.exit).toBe(2)
  expect(shown.err).toContain('audience-mismatch')
})

interface Sent {
  readonly status: number | undefined
  readonly text: string
}

function send(port: string, path: string, fields: Fields, body: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port, path, method: 'POST', agent: false, setHost: false }
    const sent = request(target, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    for (const [name, value] of fields) sent.setHeader(name, value)
    sent.removeHeader('connection')
    sent.on('error', reject)
    sent.end(body)
  })
}

async function valueFor({ port }: Running, certificate: string): Promise<string> {
  const body = JSON.stringify({ certificate })
  const fields = [
    ['host', `127.0.0.1:${port}`],
    ['content-type', 'application/json'],
    ['content-length', String(body.length)],
  ] as const
  const { text } = await send(port, PATHS.values, fields, body)
  return (JSON.parse(text) as { value: string }).value
}

interface Twist {
  /** Whose key signs. */
  readonly by?: TlsIdentity
  /** What is signed instead. */
  readonly signed?: Partial<SigningPurpose>
  /** What the fields become behind the signature. */
  readonly fields?: (fields: Fields) => Fields
  /** What the body becomes behind the signature. */
  readonly body?: (body: string) => string
}

async function sendTwisted(running: Running, twist: Twist): Promise<Sent> {
  const { port, innerKey } = running
  const { key, certificates } = twist.by ?? innerKey
  const signer = new RequestSigner({ key, chain: [certificates[0].der] })
  const body = JSON.stringify(CALL)
  const fields = signer.sign(
    {
      method: 'POST',
      scheme: 'http',
      authority: `127.0.0.1:${port}`,
      target: CONSOLE_PATHS.calls,
      body: Buffer.from(body),
    },
    {
      value: await valueFor(running, signer.sha256),
      audience: innerAudience(innerKey),
      purpose: 'call',
      at: new Date(),
      ...twist.signed,
    },
  )
  const change = twist.fields ?? ((same) => same)
  const changed = (twist.body ?? String)(body)
  return send(port, CONSOLE_PATHS.calls, change(fields), changed)
}

describe('a call is refused, and not sent on,', () => {
  test.each<[string, string, Twist]>([
    [
      'without a signature',
      'field-missing',
      { fields: (fields) => fields.filter(([name]) => name !== 'signature') },
    ],
    ['that is not signed at all', 'field-missing', { fields: (fields) => fields.slice(0, 3) }],
    ['with another key', 'certificate-unknown', { by: identity() }],
    [
      'for another console',
      'audience-mismatch',
      { signed: { audience: `sha256:${'0'.repeat(64)}` } },
    ],
    ['for another purpose', 'purpose-mismatch', { signed: { purpose: 'task' } }],
    ['over a value that nobody asked for', 'value-unknown', { signed: { value: 'A'.repeat(90) } }],
    ['of long ago', 'clock-difference', { signed: { at: new Date(Date.now() - 3_600_000) } }],
    ['whose body was changed', 'body-changed', { body: (body) => body.replace('chart', 'chase') }],
    [
      'with a field more',
      'field-unexpected',
      { fields: (fields) => [...fields, ['x-forwarded-for', '127.0.0.1']] },
    ],
  ])('%s: %s', async (_, code, twist) => {
    const running = await withSystem()
    const { status, text } = await sendTwisted(running, twist)
    expect(status).toBe(403)
    expect(JSON.parse(text)).toMatchObject({ refused: [{ code }] })
    expect(running.seen).toEqual([])
  })

  test('the second time', async () => {
    const running = await withSystem()
    let taken: Fields = []
    const first = await sendTwisted(running, { fields: (fields) => (taken = fields) })
    expect(first.status).toBe(200)
    const again = await send(running.port, CONSOLE_PATHS.calls, taken, JSON.stringify(CALL))
    expect(JSON.parse(again.text)).toMatchObject({ refused: [{ code: 'value-used' }] })
    expect(running.seen).toHaveLength(1)
  })

  test('under another host name', async () => {
    const running = await withSystem()
    const refused = await sendTwisted(running, {
      fields: (signed) =>
        signed.map(([name, value]) => [name, name === 'host' ? 'evil.example' : value]),
    })
    expect(refused).toMatchObject({ status: 421 })
    expect(running.seen).toEqual([])
  })

  test('and a command is told why', async () => {
    const keyFile = join(await temporaryFolder(), 'inner-key.pem')
    const audience = innerAudience(await openInnerKey(keyFile))
    const { system } = await listenAs('console', (seen, response) => {
      const value = { value: 'A'.repeat(90), endsInMs: 1_000, audience }
      const refused = { refused: [{ code: 'value-unknown', sentence: 's\u001B' }] }
      json(seen.url === PATHS.values ? 200 : 403, seen.url === PATHS.values ? value : refused)(
        seen,
        response,
      )
    })
    const url = `http://127.0.0.1:${system.port}`
    const words = ['call', 'web01', ...ACTION, '--console', url, '--inner-key', keyFile]
    const { exit, err } = await run(words)
    expect(exit).toBe(2)
    expect(err).toContain('value-unknown')
    expect(err).not.toContain('\u001B')
  })
})

describe('a request of another machine', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['128.0.0.1', false],
    ['::ffff:192.0.2.1', false],
    ['::2', false],
    ['', false],
    [undefined, false],
  ])('is one from %s: not %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected)
  })

  test.each([
    ['GET', '/'],
    ['GET', '/console.css'],
    ['POST', PATHS.values],
    ['POST', CONSOLE_PATHS.calls],
  ])('gets nothing: %s %s', async (method, path) => {
    const { innerKey } = await started()
    const app = consoleApp({
      systems: fixedSystems([]),
      entries: journal(1),
      scheme: 'http',
      isOwnHost: () => true,
      call: () => Promise.reject(new Error('called')),
      inner: new InnerChannel(innerKey),
    })
    const incoming = { socket: { remoteAddress: '192.0.2.1' } }
    const env = { incoming } as unknown as HttpBindings
    expect((await app.request(path, { method }, env)).status).toBe(403)
  })
})

describe('the inner key', () => {
  test('is made once, for its owner alone', async () => {
    const { keyFile, innerKey } = await started()
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    const again = await openInnerKey(keyFile)
    expect(again.certificates[0].sha256).toBe(innerKey.certificates[0].sha256)
  })

  test.each([
    ['others can read', (file: string) => chmod(file, 0o644)],
    ['the group can change', (file: string) => chmod(file, 0o620)],
    ['holds something else', (file: string) => writeFile(file, 'x')],
    ['is empty', (file: string) => writeFile(file, '')],
  ])('that %s is refused by console and command', async (_, spoil) => {
    const { keyFile, through } = await started()
    await spoil(keyFile)
    await expect(openInnerKey(keyFile)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_(?:CONFIG|PARSE)$/) as string,
    })
    expect(await run(['call', 'web01', ...ACTION, ...through])).toMatchObject({ exit: 2, out: '' })
  })

  test('that leads elsewhere is not made there', async () => {
    const folder = await temporaryFolder()
    const link = join(folder, 'link.pem')
    await symlink(join(folder, 'target.pem'), link)
    await expect(openInnerKey(link)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    await expect(stat(join(folder, 'target.pem'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('is not made by a command', async () => {
    const file = join(await temporaryFolder(), 'none.pem')
    await expect(loadInnerKey(file)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

/** A console that acts for ann. */
async function acting(): Promise<Running & { agents: readonly Receiver[] }> {
  const { agents, sim } = await world()
  const systems = fixedSystems(agents.map(({ system }) => system))
  const operator = operatorOf(claimed('ann'), { names: [sim], cms: 'cms' })
  return { agents, ...(await started({ systems, operator })) }
}

describe('exec through a console', () => {
  test('runs a tool as the operator of the console, and its page shows it', async () => {
    const { agents, url, through } = await acting()
    const words = ['exec', 'restart', '--on', 'web01,web02', '--argument', 'a=b', '--json']
    const { exit, out } = await run([...words, ...through])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      permission: { outcome: 'allow', level: 'operator' },
      results: [{ system: 'web01' }, { system: 'web02' }],
    })
    const [first] = agents
    expect(asked(first)).toMatchObject([{ user: 'ann', arguments: { a: 'b' } }])
    expect(await (await fetch(url)).text()).toContain('run restart')
  })

  test('is decided by the files of the console', async () => {
    const { agents, through } = await acting()
    const { exit, out } = await run([
      'exec',
      'restart',
      '--on',
      'web01,web03',
      ...through,
      '--json',
    ])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      permission: { outcome: 'deny', reasons: [{ code: 'no-toolbox-on-system' }] },
      results: [],
    })
    expect(agents.map(({ reached }) => reached)).toEqual([[], [], []])
  })

  test('ends with 2 where the console acts for nobody, and with a user of its own', async () => {
    const { through } = await started()
    const words = ['exec', 'restart', '--on', 'web01', ...through]
    expect(await run(words)).toMatchObject({ exit: 2, out: '' })
    expect(await run([...words, '--user', 'ann'])).toMatchObject({ exit: 2, out: '' })
  })
})
