import { once } from 'node:events'
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import {
  guardServer,
  serverOptions,
  type TlsClients,
  type TlsIdentity,
} from '@gatehouse/certificate-trust/tls'
import { claimed, type Guard } from '@gatehouse/core'
import type { Invocation } from '@gatehouse/hawk-trusted'
import type { Fields, RequestMessage } from '@gatehouse/signed-request'

/** A request as it came: over which connection, with which bytes, and in whose name, as it says. */
export interface Asked extends Invocation {
  /** Of plain HTTP, it is no `TLSSocket`, and the guard of the transport refuses it. */
  readonly socket: TLSSocket
  readonly message: RequestMessage
}

/** The only thing to be asked for. */
const SWITCH = {
  node: { name: 'lamp', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'Lamp',
  method: 'switch',
} as const

/** Where something listens, until it is closed. */
export interface Listening {
  readonly port: number
  readonly close: () => void
}

/** HTTPS, or without an identity plain HTTP. */
export interface Speaks {
  readonly own?: TlsIdentity
  readonly clients?: TlsClients
}

/**
 * Answers requests on a free port of loopback with the outcome of a guard's decision, and those for a
 * single-use value with one. What cannot be answered ends its connection.
 */
export async function listen(
  { own, clients }: Speaks,
  guard: Guard<Asked>,
  issue: (certificate: string) => string,
): Promise<Listening> {
  const answer = async (request: IncomingMessage): Promise<string> => {
    const message = await messageOf(request, own === undefined ? 'http' : 'https')
    const [, certificate] = /^\/value\?for=([0-9a-f]{64})$/.exec(message.target) ?? []
    if (certificate !== undefined) return issue(certificate)
    const { user } = JSON.parse(Buffer.from(message.body).toString()) as { user: string }
    const socket = request.socket as TLSSocket
    const asked = { ...SWITCH, user: claimed(user), socket, message }
    return (await guard.check(asked)).outcome
  }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request)
      .then((text) => response.end(text))
      .catch(() => response.destroy())
  }
  const options = own && serverOptions({ ...own, ...(clients && { clients }) })
  const server = options === undefined ? createPlain(handle) : createServer(options, handle)
  if (clients !== undefined && 'setSecureContext' in server) guardServer(server, clients)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
}

async function messageOf(
  request: IncomingMessage,
  scheme: RequestMessage['scheme'],
): Promise<RequestMessage> {
  const { method = '', url: target = '', rawHeaders } = request
  const fields: Fields = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
  )
  return { method, scheme, target, fields, body: await buffer(request) }
}
