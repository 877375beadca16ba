import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect, type Socket } from 'node:net'
import { PATHS } from '@gatehouse/protocol'
import { onTestFinished } from 'vitest'
import type { AgentOptions, PeerName } from '../src/index.ts'
import { start, type Started } from './world.ts'

export const REFUSED = '127.0.0.9'
export const QUERY = JSON.stringify({ user: 'pat', action: 'collect.query' })
export const REQUEST = `POST ${PATHS.actions} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n${QUERY}`

export interface Guarded {
  readonly allow?: string
  readonly deny?: string
  readonly wrappers?: Readonly<Record<string, string>>
  readonly config?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

const ALLOW = 'bgssd: 127.0.0.0/255.255.255.0 EXCEPT 127.0.0.9\n'

/** An agent whose daemon is guarded by the two files. */
export function startGuarded(guarded: Guarded = {}, options: AgentOptions = {}): Promise<Started> {
  const { allow = ALLOW, deny = 'ALL: ALL\n', wrappers = {}, config = {}, files = {} } = guarded
  const tcpWrappers = { allowFile: 'hosts.allow', denyFile: 'hosts.deny', ...wrappers }
  return start(
    {
      config: { tcpWrappers, ...config },
      files: { 'hosts.allow': allow, 'hosts.deny': deny, ...files },
    },
    options,
  )
}

/** What a peer saw of a connection that it sent a request on. */
export interface Seen {
  readonly text: string
  /** `end`: closed in order. Else the code of the error that ended it. */
  readonly ended: string
}

/** Connects, sends a whole request, and waits until the connection is closed. */
export function knock(
  { agent }: Started,
  from: string,
  bytes: string | Buffer = REQUEST,
): Promise<Seen> {
  const { port } = agent.daemonAddress
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from })
    let text = ''
    let ended = 'end'
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      socket.end()
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (ended = code ?? 'error'))
    socket.on('close', () => resolve({ text, ended }))
    socket.write(bytes)
  })
}

/** The sockets on the side of the servers of this process, from now on. */
export function serverSockets(): Socket[] {
  const sockets: Socket[] = []
  const take = (message: unknown): void => {
    sockets.push((message as { readonly socket: Socket }).socket)
  }
  subscribe('net.server.socket', take)
  onTestFinished(() => void unsubscribe('net.server.socket', take))
  return sockets
}

export function decisions({ log }: Started): Record<string, unknown>[] {
  return log.filter(({ event }) => event === 'decision')
}

export const noDns = () => Promise.reject(new Error('no DNS'))
export const NAMELESS: PeerName = { confirmed: null, contradicted: false }
