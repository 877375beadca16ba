import { redirectToHttps, serverOptions, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError } from '@gatehouse/core'
import {
  ERRORS,
  errorBody,
  HEADERS_TIMEOUT_MS,
  MAX_BODY_BYTES,
  MAX_CONNECTIONS,
  readMessage,
  REQUEST_TIMEOUT_MS,
  type ErrorAnswer,
  type ErrorBody,
} from '@gatehouse/protocol'
import { createAdaptorServer } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { askStatement, eachSystem, sendCall, type CallResult } from '../calls.ts'
import { selectSystems, type SystemDirectory } from '../systems.ts'
import { CALLS_PATH, ConsoleRequestSchema, type ConsoleRequest } from './api.ts'
import { journal } from './journal.ts'
import { renderPage } from './page.ts'
import { STYLESHEET } from './stylesheet.ts'

/** What a console is started with. */
export interface ConsoleOptions {
  /** The systems that it knows. */
  readonly systems: SystemDirectory
  /** TCP port on 127.0.0.1; 0 takes a free one. Default 10180. */
  readonly port?: number
  /** Serves the page by HTTPS only. Default: plain HTTP. */
  readonly tls?: ConsoleTls
  /** Most decisions kept in memory, the oldest go first. Default 500. */
  readonly maxDecisions?: number
}

/** How the page is served by HTTPS. */
export interface ConsoleTls {
  /** Certificate for `127.0.0.1` or `localhost`, and its key. */
  readonly identity: TlsIdentity
  /** TCP port on 127.0.0.1 for plain HTTP, where every request is sent to HTTPS; 0 takes a free one. */
  readonly redirectPort?: number
}

/** A console that listens. */
export interface RunningConsole {
  /** Where its page is. */
  readonly url: string
  /** Where plain HTTP is sent to HTTPS; nothing where it is not. */
  readonly redirectUrl?: string
  /**
   * Sends a call to systems and keeps the results for the page.
   *
   * @throws ConfigError when a system is unknown.
   */
  readonly call: (request: ConsoleRequest) => Promise<readonly CallResult[]>
  /** Stops listening and breaks open connections. */
  readonly close: () => Promise<void>
}

/** Port of the console where none is named. */
export const CONSOLE_PORT = 10180

/** Longest time that the page waits for a system to say what it promises, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 2_000

const LOOPBACK = '127.0.0.1'

/**
 * Starts a console on 127.0.0.1: one page, and a way to send calls.
 *
 * Whoever can connect to the port can use it, as anybody on this machine can ask the agents directly;
 * pages of other origins cannot.
 *
 * @throws ConfigError when the port cannot be had.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { systems, port = CONSOLE_PORT, tls, maxDecisions = 500 } = options
  const entries = journal(maxDecisions)

  const send = async (request: ConsoleRequest): Promise<CallResult[]> => {
    const { systems: names, call, from } = request
    const selected = await selectSystems(systems, names)
    return eachSystem(selected, async (system) => {
      const result = await sendCall(system, call, from === undefined ? {} : { from })
      entries.add(call, result, new Date())
      return result
    })
  }

  const app = new Hono()
  app.use(
    secureHeaders({
      strictTransportSecurity: tls === undefined ? false : 'max-age=31536000',
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  app.use(async (c, next) => {
    if (!isOwnHost(c, server)) return c.text('this console serves its own host names only\n', 421)
    c.header('Cache-Control', 'no-store')
    return next()
  })
  app.get('/console.css', (c) => {
    c.header('Content-Type', 'text/css; charset=utf-8')
    return c.body(STYLESHEET)
  })
  app.get('/', async (c) => {
    const states = await eachSystem(await systems.list(), async (system) => ({
      system,
      statement: await askStatement(system, { timeoutMs: STATEMENT_TIMEOUT_MS }),
    }))
    return c.html(renderPage(states, entries.entries))
  })
  app.post(
    CALLS_PATH,
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => refuse(c, errorBody('body-too-large')) }),
    async (c) => {
      if (!isFromProgram(c)) return refuse(c, errorBody('unsupported-media-type'))
      const read = readMessage(ConsoleRequestSchema, await c.req.text())
      if ('error' in read) return refuse(c, read.error)
      return c.json({ results: await send(read.message) })
    },
  )
  app.notFound((c) => refuse(c, errorBody('not-found')))
  app.onError((error, c) => {
    if ((error as Partial<ConfigError>).code !== 'ERR_CONFIG') {
      return refuse(c, errorBody('internal-error', { message: 'the console failed' }))
    }
    return refuse(c, errorBody('invalid-request', { message: error.message }))
  })

  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(tls && { createServer: createSecureServer, serverOptions: serverOptions(tls.identity) }),
  }) as Server
  const open: Server[] = []
  const start = async (starting: Server, at: number): Promise<void> => {
    starting.headersTimeout = HEADERS_TIMEOUT_MS
    starting.requestTimeout = REQUEST_TIMEOUT_MS
    starting.maxConnections = MAX_CONNECTIONS
    await listen(starting, at)
    open.push(starting)
  }
  const close = async (): Promise<void> => {
    await Promise.all(open.map(stop))
  }
  try {
    await start(server, port)
    const redirect = tls && redirectOf(tls, server)
    if (redirect !== undefined) await start(redirect, tls?.redirectPort ?? 0)
    const redirectUrl = redirect && { redirectUrl: `http://${LOOPBACK}:${portOf(redirect)}/` }
    const scheme = tls === undefined ? 'http' : 'https'
    return { url: `${scheme}://${LOOPBACK}:${portOf(server)}/`, ...redirectUrl, call: send, close }
  } catch (error) {
    await close()
    throw error
  }
}

function redirectOf({ identity, redirectPort }: ConsoleTls, server: Server): Server | undefined {
  if (redirectPort === undefined) return undefined
  const [own] = identity.certificates
  const to = { certificate: () => own, port: () => portOf(server) }
  return createServer({ requireHostHeader: false }, redirectToHttps(to))
}

async function stop(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, LOOPBACK)
    await once(server, 'listening')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
    throw new ConfigError(`port ${port} of ${LOOPBACK} cannot be had: ${code}`, { cause })
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** A page of another site that has its name point here sends that name as host. */
function isOwnHost(c: Context, server: Server): boolean {
  const port = portOf(server)
  const isUsual = port === ('setSecureContext' in server ? 443 : 80)
  const own = [LOOPBACK, 'localhost'].map((name) => (isUsual ? name : `${name}:${port}`))
  return own.includes(c.req.header('host') ?? '')
}

/** Browsers put an origin into such requests, and cannot send JSON to another one without asking first. */
function isFromProgram(c: Context): boolean {
  const type = c.req.header('content-type')?.split(';')[0]?.trim()
  return type === 'application/json' && c.req.header('origin') === undefined
}

function refuse(c: Context, error: ErrorBody): Response {
  const answer: ErrorAnswer = { error }
  return c.json(answer, ERRORS[error.code].status as ContentfulStatusCode)
}
