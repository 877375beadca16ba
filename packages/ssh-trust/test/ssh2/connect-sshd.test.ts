import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { formatKeyLine, type GeneratedKey } from '../../src/index.ts'
import { connect, type ConnectOptions } from '../../src/ssh2/index.ts'
import { connected, failure, keyOf, lineOf, place, TYPES, type Place } from './places.ts'
import { ACCOUNT, hasSshd, startSshd, type Sshd } from './sshd.ts'

const title = hasSshd ? 'connect, with sshd' : 'needs sshd'

describe.skipIf(!hasSshd)(title, () => {
  let sshd: Sshd
  let user: GeneratedKey

  beforeAll(async () => {
    user = await keyOf('ssh-ed25519', 'user')
    const keys = await Promise.all(TYPES.map((type) => keyOf(type, 'host')))
    sshd = await startSshd({
      hostKeys: keys.map(({ privateKey }) => privateKey),
      authorizedKeys: `${formatKeyLine(user.publicKey)}\n`,
      config: ['RekeyLimit 256K', 'AcceptEnv MX_*', 'MaxSessions 2'],
    })
  })
  afterAll(async () => {
    await sshd.stop()
  })

  function optionsFor({ trust }: Place, changes: Partial<ConnectOptions> = {}): ConnectOptions {
    const login = { key: user.privateKey }
    return { host: '127.0.0.1', port: sshd.port, user: ACCOUNT, trust, login, ...changes }
  }

  test.each(TYPES)('asks a host that is known by its %s key for that one', async (type) => {
    const { publicKey } = await keyOf(type, 'host')
    const at = place(publicKey)
    const trust = { ...at.trust, firstUse: 'never', updateHostKeys: false } as const
    const connection = await connected(optionsFor(at, { trust }))
    expect(connection.hostKey.fingerprint).toBe(publicKey.fingerprint)
    expect(connection.host.reasons[0]).toMatchObject({
      code: 'key-known',
      source: { file: at.file, line: 1 },
    })
    expect(connection.serverVersion).toMatch(/^OpenSSH_/u)
    expect(at.text()).toBe(lineOf(publicKey))
  })

  test('writes the first key of a new host once, and knows it from then on', async () => {
    const at = place()
    const { publicKey } = await keyOf('ssh-ed25519', 'host')
    const first = await connected(optionsFor(at))
    expect(first.host.reasons[0].code).toBe('host-added')
    expect(first.written).toEqual([{ file: at.file, changed: true }])
    const text = at.text()
    expect(text).toBe(lineOf(publicKey))
    const trust = { ...at.trust, updateHostKeys: false }
    const second = await connected(optionsFor(at, { trust }))
    expect(second.host.reasons[0].code).toBe('key-known')
    expect(second.written).toEqual([])
    expect(at.text()).toBe(text)
  })

  test('writes a hashed name when asked to', async () => {
    const at = place()
    await connected(optionsFor(at, { trust: { ...at.trust, hashNames: true } }))
    expect(at.text()).toMatch(/^\|1\|/u)
    const again = await connected(optionsFor(at, { trust: { ...at.trust, firstUse: 'never' } }))
    expect(again.host.reasons[0].code).toBe('key-known')
  })

  test('two first connections at once write one line', async () => {
    const at = place()
    const both = await Promise.all([connected(optionsFor(at)), connected(optionsFor(at))])
    expect(both.map(({ host }) => host.outcome)).toEqual(['allow', 'allow'])
    expect(at.text()).toBe(lineOf((await keyOf('ssh-ed25519', 'host')).publicKey))
  })

  test('refuses a new host under NEVER, and writes nothing', async () => {
    const at = place()
    const trust = { ...at.trust, firstUse: 'never' } as const
    const error = await failure(connect(optionsFor(at, { trust })))
    expect(error.code).toBe('host-key-refused')
    expect(error.decision?.reasons[0].code).toBe('host-unknown')
    expect(error.warning).toBeUndefined()
    expect(at.text()).toBe('')
  })

  test('stops at a changed key, and shows both fingerprints and the place of the known one', async () => {
    const planted = (await keyOf('ssh-ed25519', 'planted')).publicKey
    const shown = (await keyOf('ssh-ed25519', 'host')).publicKey
    const at = place(planted)
    const error = await failure(connect(optionsFor(at)))
    expect(error.code).toBe('host-key-refused')
    expect(error.decision).toMatchObject({
      status: 'changed',
      reasons: [{ code: 'key-changed', source: { file: at.file, line: 1 } }],
    })
    const warning = error.warning?.join('\n')
    for (const part of [planted.fingerprint, shown.fingerprint, `${at.file}:1`]) {
      expect(warning).toContain(part)
    }
    expect(at.text()).toBe(lineOf(planted))
  })

  test('takes over the keys that a known host announces, and drops those it has no more', async () => {
    const [known, stale] = await Promise.all([
      keyOf('ssh-ed25519', 'host'),
      keyOf('ecdsa-sha2-nistp256', 'stale'),
    ])
    const at = place(known.publicKey, stale.publicKey)
    const connection = await connected(optionsFor(at))
    await connection.exec('true')
    expect(await connection.rotation()).toEqual({ file: at.file, changed: true })
    expect(connection.written).toEqual([{ file: at.file, changed: true }])
    const keys = await Promise.all(TYPES.map((type) => keyOf(type, 'host')))
    const lines = keys.map(({ publicKey }) => lineOf(publicKey))
    expect(at.text().split(/(?<=\n)/u)).toEqual(expect.arrayContaining(lines))
    expect(at.text()).not.toContain(formatKeyLine(stale.publicKey))
  })

  test('does not write announced keys that are too short', async () => {
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const connection = await connected(optionsFor(at, { trust: { ...at.trust, minRsaBits: 4096 } }))
    await connection.exec('true')
    await connection.rotation()
    expect(at.text()).toContain('ecdsa-sha2-nistp521')
    expect(at.text()).not.toContain('ssh-rsa')
  })

  test('compares every key exchange with the first key, and asks the files no more', async () => {
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const asked: string[] = []
    const hosts = {
      load: () => {
        asked.push('load')
        return at.hosts.load()
      },
      write: () => Promise.reject(new Error('not now')),
      rotate: () => Promise.reject(new Error('not now')),
    }
    const trust = { ...at.trust, hosts, updateHostKeys: false }
    const connection = await connected(optionsFor(at, { trust }))
    writeFileSync(at.file, lineOf((await keyOf('ssh-ed25519', 'planted')).publicKey))
    let bytes = 0
    const result = await connection.exec('head -c 1500000 /dev/zero', {
      onOutput: (chunk) => {
        bytes += chunk.length
      },
    })
    expect(result).toEqual({ exitCode: 0, signal: null })
    expect(bytes).toBe(1_500_000)
    expect(asked).toEqual(['load'])
  })

  test('runs a command with its environment, an input that ends, and two streams of output', async () => {
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const connection = await connected(optionsFor(at))
    const output = { stdout: '', stderr: '' }
    const result = await connection.exec('cat; echo "$MX_USER" >&2; exit 3', {
      environment: { MX_USER: 'ann' },
      input: Buffer.from('given'),
      onOutput: async (chunk, stream) => {
        await Promise.resolve()
        output[stream] += chunk.toString()
      },
    })
    expect(result).toEqual({ exitCode: 3, signal: null })
    expect(output).toEqual({ stdout: 'given', stderr: 'ann\n' })
    expect(await connection.exec('cat; kill -TERM $$')).toEqual({
      exitCode: null,
      signal: 'SIGTERM',
    })
  })

  test('ends a command that floods its output, and keeps the connection', async () => {
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const connection = await connected(optionsFor(at))
    const stop = new AbortController()
    const flood = connection.exec('cat /dev/zero', {
      signal: stop.signal,
      onOutput: () => stop.abort(),
    })
    expect((await failure(flood)).code).toBe('aborted')
    const thrown = new Error('enough')
    const enough = connection.exec('cat /dev/zero', {
      onOutput: () => {
        throw thrown
      },
    })
    await expect(enough).rejects.toBe(thrown)
    expect(await connection.exec('true')).toEqual({ exitCode: 0, signal: null })
  })

  test('says when the host refuses the login, or one more session', async () => {
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const stranger = { key: (await keyOf('ssh-ed25519', 'stranger')).privateKey }
    expect(await failure(connect(optionsFor(at, { login: stranger })))).toMatchObject({
      code: 'login-refused',
      decision: { outcome: 'allow', status: 'ok' },
    })
    const connection = await connected(optionsFor(at))
    const stop = new AbortController()
    const { signal } = stop
    const sessions = [1, 2, 3].map(() => failure(connection.exec('sleep 60', { signal })))
    expect((await (sessions[2] as Promise<Error>)) as unknown).toMatchObject({
      code: 'request-refused',
    })
    stop.abort()
    await Promise.all(sessions)
  })
})
