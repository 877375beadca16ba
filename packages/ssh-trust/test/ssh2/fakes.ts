import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import ssh2, { type Connection, type ParsedKey, type ServerConfig } from 'ssh2'
import { onTestFinished } from 'vitest'

import type { GeneratedKey } from '../../src/index.ts'
import { keyOf } from './places.ts'
import { privateText } from './sshd.ts'

/** Listens on a free port of 127.0.0.1 for one test, and hands each connection on as it is. */
export async function rawServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

/** A server of ssh2 that lets everybody in, and then does what `serve` does. */
export async function lenientServer(
  serve: (connection: Connection, socket: Socket) => void,
  config: Partial<ServerConfig> = {},
): Promise<number> {
  const { privateKey } = await keyOf('ssh-ed25519', 'host')
  const hostKeys = [privateText(privateKey)]
  const sockets = new Map<number | undefined, Socket>()
  const server = new ssh2.Server({ hostKeys, ...config }, (connection, { port }) => {
    connection.on('error', () => {})
    const socket = sockets.get(port)
    if (socket !== undefined) serve(connection, socket)
    if (connection.listenerCount('authentication') > 0) return
    connection.on('authentication', (context) => context.accept())
  })
  return await rawServer((socket) => {
    sockets.set(socket.remotePort, socket)
    server.injectSocket(socket)
  })
}

/** A key of ssh2 that can be made to show and to sign what another one would. */
export function parsed({ privateKey }: GeneratedKey): ParsedKey {
  const key = ssh2.utils.parseKey(privateText(privateKey))
  if (key instanceof Error) throw key
  return key
}
