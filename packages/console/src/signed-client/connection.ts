import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connectTls, peerFingerprint, type TlsClient } from '@gatehouse/certificate-trust/tls'
import type { Fields } from '@gatehouse/signed-request'
import {
  awaitAnswer,
  failed,
  failureOf,
  type ClientOptions,
  type Failure,
  type Received,
} from '../http-client.ts'

/** A connection to one receiver, which every request over it reaches and no other. */
export interface Connection {
  /** Who the receiver is: known before anything was sent to it. */
  readonly audience: string
  /** Local address that it was opened from. */
  readonly from: string
  /** Whether another request can be sent over it. */
  readonly isOpen: () => boolean
  /** Sends one `POST` with these fields and no others. Never rejects. */
  readonly post: (path: string, fields: Fields, body: Uint8Array) => Promise<Received>
  /** Ends it. */
  readonly close: () => void
}

/** A connection, or why there is none; nothing was sent then but a handshake. */
export type Opened = { readonly connection: Connection } | { readonly failure: Failure }

/** How a receiver is reached. Never rejects. */
export type Open = () => Promise<Opened>

/** Where a receiver listens, and how long it is waited for. */
export interface ReceiverPlace {
  readonly address: string
  readonly port: number
  /** How it is asked. */
  readonly options: Required<Pick<ClientOptions, 'timeoutMs' | 'maxBytes'>> &
    Pick<ClientOptions, 'from'>
}

/** Longest time until a connection is there, its handshake included, in milliseconds. */
const CONNECT_TIMEOUT_MS = 15_000

/**
 * By TLS; the verifier decides about the certificate before anything is sent.
 *
 * @param audience - Who the receiver is, where that is known beforehand. Default: whoever showed the
 *   certificate that the verifier allowed.
 */
export function overTls(place: ReceiverPlace, client: TlsClient, audience?: string): Open {
  const socketTo = (): Socket => connectTls(placeOf(place), client)
  return () =>
    open(place, socketTo, 'secureConnect', (socket) => {
      const sha256 = peerFingerprint(socket as ReturnType<typeof connectTls>)
      return audience ?? (sha256 === undefined ? undefined : `sha256:${sha256}`)
    })
}

/** Without TLS, to a receiver whose identity is known beforehand: nobody else can use what is signed for it. */
export function overPlain(place: ReceiverPlace, audience: string): Open {
  return () =>
    open(
      place,
      () => connect(placeOf(place)),
      'connect',
      () => audience,
    )
}

function placeOf({ address: host, port, options: { from } }: ReceiverPlace): {
  host: string
  port: number
  localAddress?: string
} {
  return { host, port, ...(from !== undefined && { localAddress: from }) }
}

function open(
  place: ReceiverPlace,
  socketTo: () => Socket,
  ready: 'connect' | 'secureConnect',
  audienceOf: (socket: Socket) => string | undefined,
): Promise<Opened> {
  return new Promise((resolve) => {
    const socket = socketTo()
    const settle = (opened: Opened): void => {
      clearTimeout(timer)
      if ('failure' in opened) socket.destroy()
      resolve(opened)
    }
    const timer = setTimeout(() => {
      settle(failed('timed-out', `no connection within ${CONNECT_TIMEOUT_MS} ms`))
    }, CONNECT_TIMEOUT_MS)
    socket.on('error', (error) => {
      settle(failureOf(error))
    })
    socket.once('close', () => {
      settle(failed('unreachable', 'the connection was closed before it could be used'))
    })
    socket.once(ready, () => {
      const audience = audienceOf(socket)
      if (audience === undefined) settle(failed('unreachable', 'the system showed no certificate'))
      else settle({ connection: connectionOver(socket, audience, place) })
    })
  })
}

function connectionOver(socket: Socket, audience: string, { options }: ReceiverPlace): Connection {
  const agent = agentOf(socket)
  return {
    audience,
    from: socket.localAddress ?? '',
    isOpen: () => !socket.destroyed && socket.readable && socket.writable,
    post: (path, fields, body) => post(agent, path, { fields, body }, options),
    close: () => {
      agent.destroy()
      socket.destroy()
    },
  }
}

/** An agent whose every request goes over the one connection that was looked at; it opens no other. */
function agentOf(socket: Socket): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 })
  let isTaken = false
  agent.createConnection = (_, done) => {
    if (!isTaken) {
      isTaken = true
      return socket
    }
    process.nextTick(() => {
      done?.(Object.assign(new Error('the connection is gone'), { code: 'ECONNRESET' }), socket)
    })
    return undefined
  }
  return agent
}

function post(
  agent: Agent,
  path: string,
  { fields, body }: { readonly fields: Fields; readonly body: Uint8Array },
  options: ReceiverPlace['options'],
): Promise<Received> {
  return new Promise((resolve) => {
    const request = httpRequest({ agent, method: 'POST', path, setHost: false })
    for (const [name, value] of fields) request.setHeader(name, value)
    // Node adds a field of its own where none is set, which nobody signed.
    request.removeHeader('connection')
    awaitAnswer(request, options, (received) => {
      if ('failure' in received) request.destroy()
      resolve(received)
    })
    request.end(body)
  })
}
