import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchChain } from '../../src/tls/index.ts'
import { authority, name } from '../writing/certificate.ts'
import { ecKey } from '../writing/keys.ts'
import {
  BETWEEN,
  between,
  ended,
  listen,
  record,
  root0,
  stranger,
  systemIdentity,
  trusting,
} from './world.ts'

const PLACE = { host: '127.0.0.1', serverName: 'web01.example.com', timeoutMs: 5_000 }

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'shows every certificate in the order in which a server of %s sends them, and sends nothing',
  async (version) => {
    const second = { name: name('Second'), key: ecKey() }
    const rest = [between, stranger, authority(second, BETWEEN)]
    const identity = systemIdentity({ issuer: second, rest })
    const server = await record(identity, { minVersion: version, maxVersion: version })
    const { chain, fingerprint } = await fetchChain({ ...PLACE, port: server.port })
    expect(chain.map((der) => Buffer.from(der))).toEqual(
      identity.certificates.map(({ der }) => Buffer.from(der)),
    )
    expect(fingerprint).toBe(identity.certificates[0].sha256)
    await ended(server.server)
    expect(server.bytes()).toBe(0)
  },
)

test('shows the certificate of a server that requires one of the client', async () => {
  const identity = systemIdentity()
  const clients = { ...trusting([root0, 'root']), required: true }
  const { authorityOptions } = await import('../../src/tls/secure-context.ts')
  const asking = { ...authorityOptions(clients, 'console'), requestCert: true }
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one server at a time
    const { port } = await record(identity, { ...asking, minVersion: version, maxVersion: version })
    // oxlint-disable-next-line no-await-in-loop
    const { fingerprint } = await fetchChain({ ...PLACE, port })
    expect(fingerprint).toBe(identity.certificates[0].sha256)
  }
})

test('rejects with a code when nobody listens, when nobody speaks, and when it is no TLS', async () => {
  const sockets: Socket[] = []
  const mute = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
  const loud = createServer((socket) => {
    socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  const ports = [await listen(mute), await listen(loud)]
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  const closed = createServer()
  ports.push(await listen(closed))
  await ended(closed)
  for (const port of ports) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect(fetchChain({ ...PLACE, port, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
  }
})
