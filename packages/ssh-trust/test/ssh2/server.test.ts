import { allow } from '@gatehouse/core'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import ssh2, { type ParsedKey } from 'ssh2'
import { describe, expect, test } from 'vitest'

import { connect, createSshServer, type SshConnection } from '../../src/ssh2/index.ts'
import { parsed } from './fakes.ts'
import { connected, failure, keyOf, TYPES } from './places.ts'
import { keyLine, served } from './served.ts'
import { privateText } from './sshd.ts'

const user = await keyOf('ssh-ed25519', 'user')
const LISTED = keyLine(user)

/** Runs a command and collects what it says. */
async function said(
  connection: SshConnection,
  command: string,
  environment: Record<string, string> = {},
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' }
  const { exitCode } = await connection.exec(command, {
    environment,
    onOutput: (chunk, stream) => {
      output[stream] += chunk.toString()
    },
  })
  return { exitCode, ...output }
}

describe('a login', () => {
  test.each(TYPES)('by a listed %s key is let in, and told of once', async (type) => {
    const key = await keyOf(type, 'login')
    const { options, told } = await served(keyLine(key))
    const connection = await connected({ ...options, login: { key: key.privateKey } })
    expect(await said(connection, 'uptime')).toEqual({
      exitCode: 0,
      stdout: 'uptime\n',
      stderr: '',
    })
    expect(connection.serverVersion).toBe('Gatehouse')
    const algorithm = type === 'ssh-rsa' ? 'rsa-sha2-256' : type
    expect(told).toEqual([`ann ${algorithm} allow key-listed`])
  })

  test('by a key that is not listed is refused, and told of', async () => {
    const { options, told } = await served(keyLine(await keyOf('ssh-ed25519', 'other')))
    expect((await failure(connect(options))).code).toBe('login-refused')
    expect(told).toEqual(['ann ssh-ed25519 deny key-not-listed'])
  })

  test('with a signature that does not hold is refused, and told of', async () => {
    const key = parsed(user)
    key.sign = () => Buffer.alloc(64)
    const { port, told } = await served(LISTED)
    expect(await rawLogin(port, key)).toBe('client-authentication')
    expect(told).toEqual(['ann ssh-ed25519 deny signature-invalid'])
  })

  test('with an RSA key that is too short is refused', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { options, told } = await served(LISTED, {
      authorize: () => Promise.resolve(allow({ code: 'anybody' })),
    })
    const error = await failure(connect({ ...options, login: { key: privateKey } }))
    expect(error.code).toBe('login-refused')
    expect(told[0]).toMatch(/ deny key-too-short$/u)
  })

  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken')) as never],
    ['gives nothing', () => Promise.resolve(undefined) as never],
    ['gives true', () => Promise.resolve(true) as never],
  ])('is refused where what decides %s', async (_what, authorize) => {
    const { options } = await served(LISTED, { authorize })
    expect((await failure(connect(options))).code).toBe('login-refused')
  })

  test('is refused where what is told of it fails', async () => {
    const { options } = await served(LISTED, { onLogin: () => Promise.reject(new Error('full')) })
    expect((await failure(connect(options))).code).toBe('login-refused')
  })

  test.each(['tunnel="1"', 'environment="A=b"'])(
    'by a line with %s, which is not enforced, is refused',
    async (option) => {
      const { options, told } = await served(keyLine(user, option))
      expect((await failure(connect(options))).code).toBe('login-refused')
      expect(told).toEqual(['ann ssh-ed25519 deny effect-not-enforceable'])
    },
  )

  test('by password is refused', async () => {
    const { port, told } = await served(LISTED)
    const client = new ssh2.Client()
    const error = new Promise((resolve) => client.on('error', resolve))
    client.connect({ host: '127.0.0.1', port, username: 'ann', password: 'x', tryKeyboard: true })
    expect(await error).toMatchObject({ level: 'client-authentication' })
    expect(told).toEqual([])
  })

  test('fails for good after as many attempts as are allowed', async () => {
    const { port, told } = await served(LISTED, {
      limits: { maxLoginAttempts: 2 },
    })
    const others = await Promise.all([1, 2, 3].map((n) => keyOf('ssh-ed25519', `other ${n}`)))
    const client = new ssh2.Client()
    const keys = [...others, user].map((key) => parsed(key))
    client.on('error', () => {})
    client.connect({
      host: '127.0.0.1',
      port,
      authHandler: (_left, _partial, next) => {
        const key = keys.shift()
        next(key === undefined ? (false as never) : { type: 'publickey', username: 'ann', key })
      },
      username: 'ann',
    })
    await once(client, 'close')
    expect(told).toHaveLength(2)
  })
})

describe('a session', () => {
  test('gets the forced command, and what was asked for as a variable', async () => {
    const seen: unknown[] = []
    const { options } = await served(keyLine(user, 'restrict,command="only this"'), {
      acceptEnvironment: () => true,
      session: (login, { command, environment }) => {
        seen.push([login.user, login.effects.forcedCommand, command, environment])
        return Promise.resolve({ exitCode: 4 })
      },
    })
    const connection = await connected(options)
    const environment = { SSH_ORIGINAL_COMMAND: 'forged', A: 'b' }
    expect(await said(connection, 'anything', environment)).toMatchObject({ exitCode: 4 })
    expect(seen).toEqual([
      ['ann', 'only this', 'only this', { A: 'b', SSH_ORIGINAL_COMMAND: 'anything' }],
    ])
  })

  test('gets the variables that are let in, and over them those of the line', async () => {
    const seen: unknown[] = []
    const { options } = await served(keyLine(user, 'environment="MX_B=line"'), {
      permitUserEnvironment: true,
      acceptEnvironment: (name) => name.startsWith('MX_'),
      session: (_login, { environment }) => {
        seen.push(environment)
        return Promise.resolve({ exitCode: 0 })
      },
    })
    const connection = await connected(options)
    await said(connection, 'x', { MX_A: 'sent', MX_B: 'sent', LD_PRELOAD: 'evil' })
    expect(seen).toEqual([{ MX_A: 'sent', MX_B: 'line' }])
  })

  test('says why it refuses, and nothing of what went wrong inside', async () => {
    const { options } = await served(LISTED, {
      session: (_login, { command }) =>
        command === 'no'
          ? Promise.resolve({ refused: 'not \u001b[31mhere' })
          : Promise.reject(new Error('inner secret')),
    })
    const connection = await connected(options)
    expect(await said(connection, 'no')).toEqual({
      exitCode: 126,
      stdout: '',
      stderr: 'not <U+001B>[31mhere\n',
    })
    const failed = await said(connection, 'fails')
    expect(failed.exitCode).toBe(126)
    expect(failed.stderr).not.toContain('secret')
  })

  test('streams on both ways more than a window, in order, and is cut off at its bound', async () => {
    const piece = 'x'.repeat(1_500_000)
    const { options } = await served(LISTED, {
      session: async (_login, { command, write }) => {
        for (let turn = 0; turn < 3; turn += 1) {
          // oxlint-disable no-await-in-loop -- one after the other
          await write(piece, 'stdout')
          await write(piece, 'stderr')
          // oxlint-enable no-await-in-loop
        }
        return { exitCode: 0, stdout: command === 'more' ? 'y'.repeat(8_000_000) : 'end' }
      },
      limits: { maxOutputBytes: 10_000_000 },
    })
    const connection = await connected(options)
    const { stdout, stderr, exitCode } = await said(connection, 'all')
    expect(exitCode).toBe(0)
    expect(stdout.length).toBe(4_500_003)
    expect(stdout.endsWith('xend')).toBe(true)
    expect(stderr.length).toBe(4_500_000)
    const cut = await said(connection, 'more')
    expect(cut.stdout.length + cut.stderr.length).toBe(10_000_000)
  })

  test('waits with its output while the client does not take it', async () => {
    let sent = 0
    const { options } = await served(LISTED, {
      session: async (_login, { command, write }) => {
        if (command !== 'flood') return { exitCode: 0 }
        for (;;) {
          // oxlint-disable-next-line no-await-in-loop -- no faster than the client
          await write(Buffer.alloc(65_536), 'stdout')
          sent += 65_536
        }
      },
    })
    const connection = await connected(options)
    const stop = new AbortController()
    const held: (() => void)[] = []
    const flood = failure(
      connection.exec('flood', {
        signal: stop.signal,
        onOutput: () => new Promise<void>((resolve) => held.push(resolve)),
      }),
    )
    for (let turn = 0; turn < 20; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- time for the flood, were it not held up
      await connection.exec('true')
    }
    expect(sent).toBeLessThan(5_000_000)
    stop.abort()
    for (const release of held) release()
    expect((await flood).code).toBe('aborted')
  })

  test('is aborted when its client goes, and when the server is closed', async () => {
    const begun: (() => void)[] = []
    const aborted: unknown[] = []
    const { options, server } = await served(LISTED, {
      session: async (_login, { command, signal }) => {
        begun.shift()?.()
        await once(signal, 'abort')
        aborted.push(command)
        return { exitCode: 0 }
      },
    })
    const connection = await connected(options)
    const start = (): Promise<void> => new Promise((resolve) => begun.push(resolve))
    const first = start()
    const stop = new AbortController()
    const one = failure(connection.exec('one', { signal: stop.signal }))
    await first
    stop.abort()
    expect((await one).code).toBe('aborted')
    const second = start()
    const two = failure(connection.exec('two'))
    await second
    await server.close()
    expect((await two).code).toBe('connection-failed')
    await connection.closed
    expect(aborted).toEqual(['one', 'two'])
  })

  test('is one of as many as a connection may have', async () => {
    const { options } = await served(LISTED, {
      session: async (_login, { signal }) => {
        await once(signal, 'abort')
        return { exitCode: 0 }
      },
      limits: { maxChannels: 1 },
    })
    const connection = await connected(options)
    const stop = new AbortController()
    const first = failure(connection.exec('one', { signal: stop.signal }))
    expect((await failure(connection.exec('two'))).code).toBe('request-refused')
    stop.abort()
    await first
  })
})

describe('the server', () => {
  test('closes a connection that does not log in', async () => {
    const { port } = await served(LISTED, { limits: { loginTimeMs: 50 } })
    const silent = dial({ host: '127.0.0.1', port }).resume()
    await once(silent, 'close')
  })

  test('takes as many connections as it may', async () => {
    const { options } = await served(LISTED, { limits: { maxConnections: 1 } })
    const first = await connected(options)
    expect((await failure(connect(options))).code).toBe('connection-failed')
    first.close()
    await first.closed
  })

  test('offers no forwarding', async () => {
    const { port } = await served(LISTED)
    const client = new ssh2.Client()
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'ann',
      privateKey: privateText(user.privateKey),
    })
    client.on('error', () => {})
    await once(client, 'ready')
    const out = await new Promise((resolve) =>
      client.forwardOut('127.0.0.1', 1, '127.0.0.1', port, resolve),
    )
    expect(out).toBeInstanceOf(Error)
    const listening = await new Promise((resolve) => client.forwardIn('127.0.0.1', 0, resolve))
    expect(listening).toBeInstanceOf(Error)
    client.end()
  })

  test('survives a client that speaks nonsense', async () => {
    const { port, options } = await served(LISTED)
    const rude = dial({ host: '127.0.0.1', port }).resume()
    rude.write(`SSH-2.0-rude\r\n${'z'.repeat(5000)}`)
    await once(rude, 'close')
    const connection = await connected(options)
    expect(connection.host.outcome).toBe('allow')
  })

  test.each([
    ['x25519', generateKeyPairSync('x25519').privateKey],
    ['short RSA', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['public', generateKeyPairSync('ed25519').publicKey],
  ])('is not made with a %s host key', async (_what, key) => {
    const options = {
      authorize: () => Promise.reject(new Error()),
      session: () => Promise.reject(new Error()),
    }
    await expect(createSshServer({ ...options, hostKeys: [key] })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
  })
})

/** A login with a key of ssh2; gives the level of the error that it ends in. */
async function rawLogin(port: number, ...keys: ParsedKey[]): Promise<string | undefined> {
  const client = new ssh2.Client()
  const error = new Promise<Error & { level?: string }>((resolve) => client.on('error', resolve))
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'ann',
    authHandler: (_left, _partial, next) => {
      const [key] = keys.splice(0)
      next(key === undefined ? (false as never) : { type: 'publickey', username: 'ann', key })
    },
  })
  return (await error).level
}
