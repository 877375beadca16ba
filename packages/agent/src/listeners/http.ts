import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { errorBody, ERRORS, readMessage, type ErrorBody, type ErrorCode } from '@gatehouse/protocol'
import { Hono, type Context } from 'hono'
import type { z } from 'zod'
import type { Log } from '../log.ts'
import type { Reply, SignedReply } from '../reply.ts'
import { decodeBody, discardBody, takeBytes, type BodyFailure } from './body.ts'
import type { Gate } from './gate.ts'
import { afterAnswers, inOrder } from './in-order.ts'
import type { ConnectionLimits } from './limits.ts'
import type { OnRefused, Transport } from './transport.ts'

/** What handlers find beside the request: Node's own request and response. */
export interface Bindings {
  readonly Bindings: HttpBindings
}

/** A socket that takes connections. */
export interface Listener {
  /** Address that it is bound to. */
  readonly address: string
  /** Port, the one that the system chose if the config left it open. */
  readonly port: number
  /** Takes no further connection; ends when those that are open have been answered. */
  close(): Promise<void>
}

/** How long open connections may go on after a close, in milliseconds. */
const CLOSE_GRACE_MS = 2_000

/** Where a listener is to be. */
export interface Place {
  readonly address: string
  readonly port: number
}

/** What stands between the network and an app. */
export interface Protection {
  /** Decides who is heard. Default: everybody. */
  readonly gate?: Gate | undefined
  /** Speaks HTTPS, and lets in whom it trusts. Default: plain HTTP. */
  readonly transport?: Pick<Transport, 'options' | 'standBefore'> | undefined
  /** Hears of clients that the transport refuses. */
  readonly onRefused?: OnRefused | undefined
}

/** Binds an app to an address. */
export async function openListener(
  app: Hono<Bindings>,
  place: Place,
  limits: ConnectionLimits,
  { gate, transport, onRefused = () => undefined }: Protection = {},
): Promise<Listener> {
  const options = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    requireHostHeader: true,
  }
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => errorResponse(errorBody('malformed-http')),
  })
  const answer = inOrder(listener)
  if (transport === undefined) return bind(createServer(options, answer), place, limits, gate)
  const handshakeTimeout = limits.headersTimeoutMs
  const server = createSecureServer({ ...options, ...transport.options, handshakeTimeout }, answer)
  transport.standBefore(server, onRefused)
  return bind(server, place, limits, gate)
}

/** Sets the limits of a server that does not listen yet, and has it listen. */
export async function bind(
  server: Server | SecureServer,
  { address, port }: Place,
  limits: ConnectionLimits,
  gate: Gate | undefined,
): Promise<Listener> {
  server.maxConnections = limits.maxConnections
  server.maxHeadersCount = limits.maxHeaderFields
  server.timeout = limits.silenceTimeoutMs
  server.on('clientError', (fault: NodeJS.ErrnoException, socket: Duplex) =>
    afterAnswers(socket, () => answerBrokenRequest(fault, socket)),
  )
  // A peer that has sent its whole request may close its half of the connection and still be answered.
  Object.assign(server, { httpAllowHalfOpen: true })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  gate?.standBefore(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: address, port }, resolve)
  })
  const bound = server.address() as AddressInfo
  const breakOff = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const close = (): Promise<void> => closeServer(server, gate, breakOff)
  return { address: bound.address, port: bound.port, close }
}

/** @param breakOff - Ends every connection, those included that HTTP does not know of yet. */
function closeServer(
  server: Server | SecureServer,
  gate: Gate | undefined,
  breakOff: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(breakOff, CLOSE_GRACE_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
    gate?.close()
  })
}

/** An app that answers every path and method in the one error shape. */
export function createApp(log: Log): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.notFound((context) => refuse(context, errorBody('not-found')))
  app.onError((error, context) => {
    log.error('request not answered', { event: 'internal-error', detail: error.message })
    return refuse(context, errorBody('internal-error'))
  })
  return app
}

/** Refuses every other method of a path that takes only one. Comes after its route. */
export function onlyMethod(app: Hono<Bindings>, path: string, method: string): void {
  app.all(path, (context) => refuse(context, errorBody('method-not-allowed'), { allow: method }))
}

/** How the messages of one path are taken. */
export interface Taking<Message> {
  readonly schema: z.ZodType<Message>
  readonly limits: ConnectionLimits
}

/** Answers `POST` requests whose body is one JSON message; all others it refuses. */
export function onMessage<Message>(
  app: Hono<Bindings>,
  path: string,
  { schema, limits }: Taking<Message>,
  answer: (message: Message, context: Context<Bindings>) => Promise<Response>,
): void {
  onBody(app, path, limits, async (bytes, context) => {
    const read = readBody(bytes, schema)
    return 'error' in read ? refuse(context, read.error) : answer(read.message, context)
  })
}

/** Answers `POST` requests with a JSON body, which nobody has read yet; all others it refuses. */
export function onBody(
  app: Hono<Bindings>,
  path: string,
  { maxBodyBytes }: Pick<ConnectionLimits, 'maxBodyBytes'>,
  answer: (bytes: Uint8Array, context: Context<Bindings>) => Promise<Response>,
): void {
  app.post(path, async (context) => {
    const { incoming } = context.env
    if (!isPlainJson(incoming)) return refuse(context, errorBody('unsupported-media-type'))
    const body = await takeBytes(incoming, maxBodyBytes)
    if ('failure' in body) return refuse(context, errorBody(CODE_OF_BODY[body.failure]))
    return answer(body.bytes, context)
  })
  onlyMethod(app, path, 'POST')
}

/** The message that a body holds, or why it holds none. */
export function readBody<Message>(
  bytes: Uint8Array,
  schema: z.ZodType<Message>,
): { readonly message: Message } | { readonly error: ErrorBody } {
  const text = decodeBody(bytes)
  if ('failure' in text) return { error: errorBody(CODE_OF_BODY[text.failure]) }
  return readMessage(schema, text.text)
}

/** What a body that cannot be had comes to. */
export const CODE_OF_BODY: Readonly<Record<BodyFailure, ErrorCode>> = {
  'too-large': 'body-too-large',
  'not-utf-8': 'malformed-json',
  gone: 'malformed-http',
}

function isPlainJson({ headers }: IncomingMessage): boolean {
  const plain = headers['content-encoding'] === undefined
  return (
    plain && /^application\/json *(?:; *charset=utf-8 *)?$/i.test(headers['content-type'] ?? '')
  )
}

/** Answers with an error and closes the connection. */
export async function refuse(
  context: Context<Bindings>,
  error: ErrorBody,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  await discardBody(context.env.incoming)
  return errorResponse(error, headers)
}

function errorResponse(error: ErrorBody, extra: Readonly<Record<string, string>> = {}): Response {
  const headers = { 'content-type': JSON_TYPE, connection: 'close', ...extra }
  return new Response(JSON.stringify({ error }), { status: ERRORS[error.code].status, headers })
}

/** Answers with a reply; the connection stays open. */
export function respond(
  { status, body }: Reply | SignedReply,
  extra: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'content-type': JSON_TYPE, ...extra }
  return new Response(JSON.stringify(body), { status, headers })
}

const JSON_TYPE = 'application/json'

/** How long a refused peer may go on sending before its socket is destroyed, in milliseconds. */
const LINGER_MS = 300

const CODE_OF_FAULT: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** A handshake that failed: there is nobody to talk HTTP to. */
function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO'
}

/** What Node's parser could not read never reaches the app; it is answered here, and the socket closed. */
function answerBrokenRequest(fault: NodeJS.ErrnoException, socket: Duplex): void {
  if (fault.code === 'ECONNRESET' || isOfTls(fault) || !socket.writable) {
    socket.destroy()
    return
  }
  const error = errorBody(CODE_OF_FAULT[fault.code ?? ''] ?? 'malformed-http')
  const body = JSON.stringify({ error })
  const head = [
    `HTTP/1.1 ${ERRORS[error.code].status} Refused`,
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.resume()
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
