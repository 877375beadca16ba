import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import { connect as connectPlain } from 'node:net'
import {
  connect,
  createServer as createTlsServer,
  type ConnectionOptions,
  type TlsOptions,
} from 'node:tls'
import { compose, deny, stateGuards, type Guard } from '@gatehouse/core'
import type { IncomingMessage } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  certificateGuard,
  clientOptions,
  guardServer,
  peerFingerprint,
  serverOptions,
  type TlsClients,
  type TlsCode,
  type TlsIdentity,
} from '../../src/tls/index.ts'
import { integer, time } from '../writing/der.ts'
import { list } from '../writing/list.ts'
import { BY_ROOT } from './ways.ts'
import {
  BETWEEN,
  consoleIdentity,
  listen,
  ROOT,
  root0,
  selfSigned,
  strange,
  stranger,
  systemIdentity,
  trusting,
} from './world.ts'

const NAMED = { name: { dns: 'console.example.com' } }
const BY_ROOTS: TlsClients = { ...trusting([root0, 'root']), ...NAMED, required: true }
const REQUEST = 'GET / HTTP/1.1\r\nHost: web01.example.com\r\nConnection: close\r\n\r\n'

interface Guarded {
  readonly port: number
  readonly server: HttpsServer
  /** Requests that a handler saw. */
  readonly requests: IncomingMessage[]
  readonly refused: TlsCode[]
}

async function guarded(clients: TlsClients, changes: TlsOptions = {}): Promise<Guarded> {
  const requests: IncomingMessage[] = []
  const refused: TlsCode[] = []
  const options = { ...serverOptions({ ...systemIdentity(), clients }), ...changes }
  const server = createServer(options, (request, response) => {
    requests.push(request)
    response.end('ok')
  })
  guardServer(server, clients, {
    onRefused: ({ reasons }) => void refused.push(reasons[0].code),
  })
  server.on('tlsClientError', () => undefined)
  return { port: await listen(server), server, requests, refused }
}

/** Sends a request at once, and gives every byte that comes back. */
function ask(
  port: number,
  identity?: TlsIdentity,
  changes: ConnectionOptions = {},
): Promise<string> {
  return new Promise((resolve) => {
    const client = { ...BY_ROOT, ...(identity && { identity }) }
    const socket = connect({ port, host: '127.0.0.1', ...clientOptions(client), ...changes })
    onTestFinished(() => void socket.destroy())
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => undefined).on('close', () => resolve(text))
    socket.write(REQUEST)
  })
}

const pinned = consoleIdentity()
const own = selfSigned(consoleIdentity)

const LET_IN: Readonly<Record<string, readonly [TlsIdentity, TlsClients]>> = {
  'a chain to a root, with the name': [consoleIdentity(), BY_ROOTS],
  'a certificate of its own that is trusted as itself': [
    own,
    { ...trusting([own.certificates[0], 'console']), required: true },
  ],
  'an issued one that is trusted as itself, its issuers unknown': [
    pinned,
    { ...trusting([pinned.certificates[0], 'console']), required: true },
  ],
}

const PAST = { notBefore: time('2026-01-01T00:00:00Z'), notAfter: time('2026-01-02T00:00:00Z') }
const expired = consoleIdentity(PAST)
const SERIAL = integer(78)
const FOR_LONG = { until: '2126-01-01T00:00:00Z' }

const REFUSED: Readonly<Record<string, readonly [TlsCode, TlsIdentity | undefined, TlsClients]>> = {
  'one without a certificate': ['certificate-missing', undefined, BY_ROOTS],
  'one that has expired': ['expired', expired, BY_ROOTS],
  'one that is trusted as itself and has expired': [
    'expired',
    expired,
    { ...trusting([expired.certificates[0], 'console']), required: true },
  ],
  'one of another name': [
    'name-mismatch',
    consoleIdentity(),
    { ...BY_ROOTS, name: { dns: 'other.example.com' } },
  ],
  'one that only a root vouches for, where no name is asked': [
    'console-name-missing',
    consoleIdentity(),
    { ...trusting([root0, 'root']), required: true },
  ],
  'one of an unknown issuer': ['issuer-unknown', strange(consoleIdentity), BY_ROOTS],
  'one that vouches for itself': ['self-signed', own, BY_ROOTS],
  'a server': ['purpose-not-allowed', systemIdentity(), { ...BY_ROOTS, ...BY_ROOT }],
  'one that is trusted as a system': [
    'role-mismatch',
    pinned,
    { ...trusting([pinned.certificates[0], 'system'], [stranger, 'root']), required: true },
  ],
  'any, when the list is empty': [
    'trust-list-empty',
    consoleIdentity(),
    { ...BY_ROOTS, ...trusting() },
  ],
  'one that is not trusted, where none is required': [
    'issuer-unknown',
    strange(consoleIdentity),
    { ...BY_ROOTS, required: false },
  ],
  'one that Node refuses by the clock': [
    'refused-by-node',
    expired,
    { ...BY_ROOTS, at: () => new Date('2026-01-01T12:00:00Z') },
  ],
  'one that a list revokes': [
    'revoked',
    consoleIdentity({ serial: SERIAL }),
    {
      ...BY_ROOTS,
      revocation: {
        lists: [
          list(ROOT, FOR_LONG),
          list(BETWEEN, { ...FOR_LONG, entries: [{ serial: SERIAL, reason: 1 }] }),
        ],
      },
    },
  ],
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a server of %s', (version) => {
  const only = { minVersion: version, maxVersion: version }

  test.each(Object.entries(LET_IN))('lets in %s', async (_, [identity, clients]) => {
    const { port, requests, refused } = await guarded(clients, only)
    expect(await ask(port, identity)).toContain('ok')
    expect([requests.length, refused]).toEqual([1, []])
  })

  test.each(Object.entries(REFUSED))(
    'refuses %s: no byte of answer, no request for the handler',
    async (_, [code, identity, clients]) => {
      const { port, requests, refused } = await guarded(clients, only)
      expect(await ask(port, identity)).toBe('')
      expect([requests.length, refused]).toEqual([0, [code]])
    },
  )

  test('lets in who has no certificate where none is required', async () => {
    const { port, requests } = await guarded({ ...BY_ROOTS, required: false }, only)
    expect(await ask(port)).toContain('ok')
    expect(requests).toHaveLength(1)
  })

  test('resumes no session', async () => {
    const { port } = await guarded(BY_ROOTS, only)
    const options = { port, host: '127.0.0.1', ...clientOptions({ ...BY_ROOT, identity: pinned }) }
    const first = connect(options)
    onTestFinished(() => void first.destroy())
    const sessions: Buffer[] = []
    first.on('session', (session: Buffer) => sessions.push(session))
    first.resume().end(REQUEST)
    await once(first, 'close')
    for (const session of sessions) {
      const again = connect({ ...options, session })
      onTestFinished(() => void again.destroy())
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await once(again, 'secureConnect')
      expect(again.isSessionReused()).toBe(false)
    }
  })
})

test('speaks no TLS 1.1', async () => {
  const { port, requests } = await guarded({ ...BY_ROOTS, required: false })
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
  expect(await ask(port, undefined, old)).toBe('')
  expect(requests).toHaveLength(0)
})

test('takes http/1.1 and no other protocol', async () => {
  const { port, requests } = await guarded({ ...BY_ROOTS, required: false })
  expect(await ask(port, undefined, { ALPNProtocols: ['h2'] })).toBe('')
  expect(requests).toHaveLength(0)
})

test('lets no listener see a refused client, not even one that was there before or comes later', async () => {
  const seen: string[] = []
  const server = createTlsServer(serverOptions({ ...systemIdentity(), clients: BY_ROOTS }))
  server.on('secureConnection', () => seen.push('before'))
  guardServer(server, BY_ROOTS)
  server.prependListener('secureConnection', () => seen.push('later'))
  const port = await listen(server)
  await ask(port, strange(consoleIdentity))
  expect(seen).toEqual([])
  server.on('secureConnection', (socket) => socket.destroy())
  await ask(port, pinned)
  expect(seen).toEqual(['later', 'before'])
})

test('requires certificates of every client where the guard was forgotten', async () => {
  const clients = { ...BY_ROOTS, required: false }
  const requests: unknown[] = []
  const options = serverOptions({ ...systemIdentity(), clients })
  const server = createServer(options, (request, response) => {
    requests.push(request)
    response.end('ok')
  })
  const port = await listen(server)
  expect([await ask(port), await ask(port, strange(consoleIdentity))]).toEqual(['', ''])
  expect(requests).toEqual([])
  expect(await ask(port, consoleIdentity())).toContain('ok')
})

function broken(): never {
  throw new Error('broken')
}

test('refuses when the list cannot be had, and when whoever hears of a refusal throws', async () => {
  const server = createServer(serverOptions({ ...systemIdentity(), clients: BY_ROOTS }))
  guardServer(server, { ...BY_ROOTS, list: broken }, { onRefused: broken })
  const port = await listen(server)
  expect(await ask(port, consoleIdentity())).toBe('')
})

test('does not let a client of TLS 1.2 show another certificate later', async () => {
  const { port, requests } = await guarded(BY_ROOTS, { maxVersion: 'TLSv1.2' })
  const socket = connect({
    port,
    host: '127.0.0.1',
    ...clientOptions({ ...BY_ROOT, identity: consoleIdentity() }),
  })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  const failed = new Promise((resolve) => {
    socket.on('error', resolve)
    if (socket.renegotiate({}, resolve) !== true) resolve('refused at once')
  })
  expect(await failed).toBeTruthy()
  expect(requests).toHaveLength(0)
})

test('follows changes of its certificate and list without a restart', async () => {
  let clients: TlsClients = BY_ROOTS
  const server = createServer(serverOptions({ ...systemIdentity(), clients }), (_, response) => {
    response.end('ok')
  })
  guardServer(server, () => clients)
  const port = await listen(server)
  expect(
    [await ask(port, own), await ask(port, consoleIdentity())].map((text) => text !== ''),
  ).toEqual([false, true])
  clients = { ...trusting([own.certificates[0], 'console']), required: true }
  server.setSecureContext(serverOptions({ ...systemIdentity(), clients }))
  expect(
    [await ask(port, own), await ask(port, consoleIdentity())].map((text) => text !== ''),
  ).toEqual([true, false])
})

interface Asked {
  readonly socket: IncomingMessage['socket']
}

test('the guard decides each request anew, and gives the fingerprint', async () => {
  let current = BY_ROOTS.list()
  const clients: TlsClients = { ...BY_ROOTS, list: () => current }
  const { port, server } = await guarded(clients)
  const identity = consoleIdentity()
  const socket = connect({ port, host: '127.0.0.1', ...clientOptions({ ...BY_ROOT, identity }) })
  onTestFinished(() => void socket.destroy())
  const [seen] = (await once(server, 'secureConnection')) as [Asked['socket']]
  const guard = compose(certificateGuard<Asked>({ clients, socketOf: (asked) => asked.socket }))
  expect(await guard.check({ socket: seen })).toMatchObject({
    outcome: 'allow',
    reasons: [{ code: 'chain-trusted', guard: 'certificate-trust' }],
  })
  expect(peerFingerprint(seen as never)).toBe(identity.certificates[0].sha256)
  current = trusting([stranger, 'root']).list()
  expect(await guard.check({ socket: seen })).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'issuer-unknown' }],
  })
})

test('the guard refuses what did not come over TLS', async () => {
  const server = createHttp()
  const port = await listen(server)
  const plain = connectPlain({ port, host: '127.0.0.1' })
  onTestFinished(() => void plain.destroy())
  const guard = certificateGuard<Asked>({ socketOf: (asked) => asked.socket })
  expect(await guard.check({ socket: plain })).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'not-over-tls' }],
  })
})

test('the guard gives privacy, integrity and freshness, whoever is let in', () => {
  const guard = certificateGuard<Asked>({ socketOf: ({ socket }) => socket })
  expect(guard.provides).toEqual(['integrity', 'privacy', 'freshness'])
})

test('the guard says who the console is only where certificates are required, and never who the user is', () => {
  const relies: Guard<Asked> = {
    name: 'model',
    provides: ['authorization'],
    reliesOn: [
      { guarantee: 'authentication', of: 'user name' },
      { guarantee: 'authentication', of: 'console' },
    ],
    check: () => deny({ code: 'never' }),
  }
  const unmet = (required: boolean): readonly string[] => {
    const clients = { ...BY_ROOTS, required }
    const guard = certificateGuard<Asked>({ clients, socketOf: ({ socket }) => socket })
    return stateGuards([guard, relies]).unmet.map(({ of }) => of)
  }
  expect([unmet(true), unmet(false)]).toEqual([['user name'], ['user name', 'console']])
})
