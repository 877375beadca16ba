import { generateKeyPairSync } from 'node:crypto'
import type { Socket } from 'node:net'
import { Secret } from '@gatehouse/core'
import type { AuthContext, Connection } from 'ssh2'
import { describe, expect, test } from 'vitest'

import type { KnownHostsFiles } from '../../src/files/index.ts'
import {
  connect,
  type ConnectOptions,
  type HostTrust,
  type SshError,
} from '../../src/ssh2/index.ts'
import { lenientServer, parsed, rawServer } from './fakes.ts'
import { connected, failure, keyOf, lineOf, optionsFor, place, type Place } from './places.ts'

const IDENTIFICATION = 'SSH-2.0-fake\r\n'

describe('a host that does not answer is given up', () => {
  const IN_TIME = { timeoutMs: 100 }

  test.each<[string, (socket: Socket) => void]>([
    ['before its first line', () => {}],
    ['in the middle of its first line', (socket) => socket.write('SSH-2.0-f')],
    ['after its first line', (socket) => socket.write(IDENTIFICATION)],
  ])('%s', async (_where, serve) => {
    const at = place()
    const error = await failure(connect(await optionsFor(await rawServer(serve), at, IN_TIME)))
    expect(error.code).toBe('timed-out')
    expect(at.text()).toBe('')
  })

  test('while it thinks about the login', async () => {
    const port = await lenientServer((connection) => {
      connection.on('authentication', () => {})
    })
    const at = place((await keyOf('ssh-ed25519', 'host')).publicKey)
    const error = await failure(connect(await optionsFor(port, at, { timeoutMs: 400 })))
    expect(error.code).toBe('timed-out')
  })

  test('while it does not open a channel', async () => {
    const port = await lenientServer((connection) => {
      connection.on('session', () => {})
    })
    const connection = await connected(await optionsFor(port, place(), { timeoutMs: 1000 }))
    expect((await failure(connection.exec('true'))).code).toBe('timed-out')
  })

  test('when it stops answering on an open connection', async () => {
    const port = await lenientServer((connection, socket) => {
      connection.on('session', () => socket.pause())
    })
    const connection = await connected(await optionsFor(port, place(), { keepAliveMs: 30 }))
    expect((await failure(connection.exec('true'))).code).toBe('timed-out')
    await connection.closed
  })
})

describe('a host that goes away ends in an error with a code', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['at once', (socket) => socket.destroy()],
    ['after half a line', (socket) => socket.end('SSH-2.0-f')],
    ['after its first line', (socket) => socket.end(IDENTIFICATION)],
    [
      'with a reset after its first line',
      (socket) => {
        socket.write(IDENTIFICATION, () => socket.resetAndDestroy())
      },
    ],
    ['after garbage', (socket) => socket.end(`${IDENTIFICATION}${'x'.repeat(5000)}`)],
    ['after lines that never end', (socket) => socket.end('y'.repeat(1_000_000))],
    ['after lines without number', (socket) => socket.end('y\r\n'.repeat(100_000))],
    ['speaking the protocol of before', (socket) => socket.end('SSH-1.5-old\r\n')],
  ])('%s', async (_where, serve) => {
    const at = place()
    const error = await failure(connect(await optionsFor(await rawServer(serve), at)))
    expect(error.code).toBe('connection-failed')
    expect(at.text()).toBe('')
  })

  test('where nobody listens', async () => {
    const error = await failure(connect(await optionsFor(1, place())))
    expect(error.code).toBe('connection-failed')
  })

  test.each<[string, (connection: Connection, socket: Socket) => void]>([
    [
      'at the login',
      (connection, socket) => {
        connection.on('authentication', () => socket.destroy())
      },
    ],
    [
      'saying goodbye at the login',
      (connection) => {
        connection.on('authentication', () => connection.end())
      },
    ],
  ])('%s', async (_where, serve) => {
    const port = await lenientServer(serve)
    const error = await failure(connect(await optionsFor(port, place())))
    expect(error.code).toBe('connection-failed')
  })

  test.each<[string, (connection: Connection, socket: Socket) => void]>([
    [
      'at a channel',
      (connection, socket) => {
        connection.on('session', () => socket.destroy())
      },
    ],
    [
      'at a command',
      (connection, socket) => {
        connection.on('session', (accept) => accept().on('exec', () => socket.destroy()))
      },
    ],
    [
      'in a command',
      (connection, socket) => {
        connection.on('session', (accept) => {
          accept().on('exec', (begin) => begin().write('part', () => socket.destroy()))
        })
      },
    ],
    [
      'after a command, with no status',
      (connection) => {
        connection.on('session', (accept) => {
          accept().on('exec', (begin) => {
            begin()
            connection.end()
          })
        })
      },
    ],
  ])('%s', async (_where, serve) => {
    const connection = await connected(await optionsFor(await lenientServer(serve), place()))
    expect((await failure(connection.exec('true'))).code).toBe('connection-failed')
    await connection.closed
    expect((await failure(connection.exec('true'))).code).toBe('connection-failed')
  })
})

test('a command that is refused, and one that ends without a status', async () => {
  const port = await lenientServer((connection) => {
    connection.on('session', (accept) => {
      accept().on('exec', (begin, refuse, { command }) => {
        if (command === 'no') refuse()
        else begin().end()
      })
    })
  })
  const connection = await connected(await optionsFor(port, place()))
  expect((await failure(connection.exec('no'))).code).toBe('request-refused')
  expect(await connection.exec('yes')).toEqual({ exitCode: null, signal: null })
})

test('a host that shows a key which it does not own gets nothing written', async () => {
  const [own, other] = await Promise.all([
    keyOf('ssh-ed25519', 'host'),
    keyOf('ssh-ed25519', 'other'),
  ])
  const key = parsed(own)
  key.getPublicSSH = () => Buffer.from(other.publicKey.blob)
  const port = await lenientServer(() => {}, { hostKeys: [{ key }] })
  const at = place()
  const written: unknown[] = []
  const hosts: HostTrust['hosts'] = {
    load: () => at.hosts.load(),
    rotate: (update) => at.hosts.rotate(update),
    write: (lines, host) => {
      written.push(lines)
      return at.hosts.write(lines, host)
    },
  }
  const trust = { ...at.trust, hosts }
  expect((await failure(connect(await optionsFor(port, at, { trust })))).code).toBe(
    'connection-failed',
  )
  expect(written).toEqual([])
  const known = place(other.publicKey)
  expect((await failure(connect(await optionsFor(port, known)))).code).toBe('connection-failed')
  expect(known.text()).toBe(lineOf(other.publicKey))
})

test('a host that changes its key in a later key exchange is refused', async () => {
  const [first, second] = await Promise.all([
    keyOf('ssh-ed25519', 'host'),
    keyOf('ssh-ed25519', 'other'),
  ])
  const key = parsed(first)
  const later = parsed(second)
  const port = await lenientServer(
    (server) => {
      server.on('session', () => {
        key.getPublicSSH = () => later.getPublicSSH()
        key.sign = (data, hash) => later.sign(data, hash)
        server.rekey()
      })
    },
    { hostKeys: [{ key }] },
  )
  // Both keys are known: only the one that the connection began with counts.
  const at = place(first.publicKey, second.publicKey)
  key.getPublicSSH = () => Buffer.from(first.publicKey.blob)
  const connection = await connected(await optionsFor(port, at))
  const error = await failure(connection.exec('true'))
  expect(error.code).toBe('host-key-refused')
  await connection.closed
})

/** The files, loaded in another way. */
function loadedBy(hosts: KnownHostsFiles, load: KnownHostsFiles['load']): HostTrust['hosts'] {
  return {
    load,
    rotate: (update) => hosts.rotate(update),
    write: (lines, host) => hosts.write(lines, host),
  }
}

/** Connects with a password; gives the error, and who has tried to log in. */
async function attemptsAt(
  trustOf: (at: Place) => HostTrust,
  at: Place,
): Promise<{ readonly error: SshError; readonly users: readonly string[] }> {
  const users: string[] = []
  const port = await lenientServer((connection) => {
    connection.on('authentication', (context: AuthContext) => {
      users.push(context.username)
      context.accept()
    })
  })
  const trust = trustOf(at)
  const login = { password: new Secret('secret') }
  const error = await failure(connect(await optionsFor(port, at, { trust, login })))
  return { error, users }
}

describe('nothing is sent to log in', () => {
  test('when the first key cannot be written down', async () => {
    const at = place()
    const { error, users } = await attemptsAt(
      ({ trust, hosts }) => ({
        ...trust,
        hosts: {
          load: () => hosts.load(),
          rotate: (update) => hosts.rotate(update),
          write: () => Promise.reject(new Error('disk full')),
        },
      }),
      at,
    )
    expect(error.code).toBe('store-unwritable')
    expect(users).toEqual([])
    expect(at.text()).toBe('')
  })

  test('when another connection has met the host with another key meanwhile', async () => {
    const at = place()
    const { publicKey } = await keyOf('ssh-ed25519', 'planted')
    const { error, users } = await attemptsAt(
      ({ trust, hosts }) => ({
        ...trust,
        hosts: {
          load: () => hosts.load(),
          rotate: (update) => hosts.rotate(update),
          write: async (lines, host) => {
            await hosts.add({ host: 'web01.example.com' }, publicKey)
            return await hosts.write(lines, host)
          },
        },
      }),
      at,
    )
    expect(error.code).toBe('host-key-refused')
    expect(error.decision?.reasons[0].code).toBe('key-changed')
    expect(users).toEqual([])
    expect(at.text()).toBe(lineOf(publicKey))
  })

  test.each<[string, (at: Place) => Partial<HostTrust>]>([
    [
      'throws',
      () => ({
        revoked: {
          covers: () => {
            throw new Error('broken')
          },
        } as never,
      }),
    ],
    [
      'is nonsense',
      ({ hosts }) => ({
        hosts: loadedBy(hosts, () => Promise.resolve({} as never)),
      }),
    ],
    [
      'cannot be had',
      ({ hosts }) => ({
        hosts: loadedBy(hosts, () => Promise.reject(new Error('gone'))),
      }),
    ],
  ])('when what decides about the key %s', async (_what, trustOf) => {
    const at = place()
    const { error, users } = await attemptsAt(
      (given) => ({ ...given.trust, ...trustOf(given) }),
      at,
    )
    expect(error.code).toBe('host-key-refused')
    expect(users).toEqual([])
    expect(at.text()).toBe('')
  })
})

describe('the caller', () => {
  test('ends it before, while and after it connects', async () => {
    const stop = new AbortController()
    const { signal } = stop
    const hangs = await rawServer(() => stop.abort())
    expect((await failure(connect(await optionsFor(hangs, place(), { signal })))).code).toBe(
      'aborted',
    )
    expect((await failure(connect(await optionsFor(hangs, place(), { signal })))).code).toBe(
      'aborted',
    )
    const port = await lenientServer((connection) => {
      connection.on('session', () => later.abort())
    })
    const later = new AbortController()
    const connection = await connected(await optionsFor(port, place(), { signal: later.signal }))
    expect((await failure(connection.exec('true'))).code).toBe('aborted')
    await connection.closed
  })

  test.each<[string, Partial<ConnectOptions>]>([
    ['host', { host: '' }],
    ['port', { port: 70_000 }],
    ['user', { user: '' }],
    ['key', { login: { key: generateKeyPairSync('x25519').privateKey } }],
  ])('is told of a %s that cannot be', async (_field, changes) => {
    const error = await failure(connect(await optionsFor(22, place(), changes)))
    expect(error.code).toBe('request-malformed')
  })

  test('is told of a command and an environment that cannot be', async () => {
    const connection = await connected(await optionsFor(await lenientServer(() => {}), place()))
    for (const work of [
      connection.exec(''),
      connection.exec('a\0b'),
      connection.exec('true', { environment: { 'A=B': 'c' } }),
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- each is asked on its own
      expect((await failure(work)).code).toBe('request-malformed')
    }
  })
})
