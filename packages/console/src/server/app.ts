import { ConfigError, escapeControls } from '@gatehouse/core'
import {
  ERRORS,
  errorBody,
  MAX_BODY_BYTES,
  MAX_SIGNED_BODY_BYTES,
  PATHS,
  readMessage,
  ValueRequestSchema,
  type ErrorAnswer,
  type ErrorBody,
} from '@gatehouse/protocol'
import { describe } from '@gatehouse/signed-request'
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { askStatement, eachSystem, type CallResult } from '../calls.ts'
import type { Execution, ExecutionRequest } from '../exec/execution.ts'
import type { SnmpView } from '../snmp/view.ts'
import type { SystemDirectory } from '../systems.ts'
import type { JobSummary, TaskAnswer, TaskRequest } from '../tasks/requests.ts'
import {
  CONSOLE_PATHS,
  ConsoleRequestSchema,
  ExecutionRequestSchema,
  type ConsoleRefusal,
  type ConsoleRequest,
} from './api.ts'
import { isLoopback, type InnerChannel } from './inner-channel.ts'
import type { Journal } from './journal.ts'
import { renderPage, renderProblem } from './page.ts'
import { isSigned, originOf, readForm, SIGN_IN_PATH, type Offers, type SignIn } from './sign-in.ts'
import { SnmpRequestSchema, type SnmpAnswer } from './snmp-api.ts'
import { STYLESHEET } from './stylesheet.ts'
import { TaskRequestSchema } from './task-api.ts'

/** What the pages and paths of a console stand on. */
export interface ConsoleParts {
  readonly systems: SystemDirectory
  readonly entries: Journal
  readonly scheme: 'http' | 'https'
  /** Whether a `Host` is that of this console. */
  readonly isOwnHost: (host: string | undefined) => boolean
  readonly call: (request: ConsoleRequest) => Promise<readonly CallResult[]>
  /** Absent: commands cannot call it. */
  readonly inner?: InnerChannel
  /** Absent: nobody was named who could. */
  readonly signIn?: SignIn
  /** Absent: nobody was named who could. */
  readonly execute?: (request: ExecutionRequest) => Promise<Execution>
  /** Absent: nobody was named who could. */
  readonly tasks?: ConsoleTasks
  /** What is known by SNMP. Absent: nothing is asked. */
  readonly snmp?: () => SnmpView
}

/** The jobs of a console. */
interface ConsoleTasks {
  readonly answer: (request: TaskRequest) => Promise<TaskAnswer>
  /** The newest first. */
  readonly jobs: () => readonly JobSummary[]
}

/** What Node's server hands on with a request. */
export interface Bindings {
  Bindings: HttpBindings
}

/** Longest time that the page waits for a system to say what it promises, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 2_000

/** The pages and paths of a console, before anything listens. */
export function consoleApp(parts: ConsoleParts): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.use(
    secureHeaders({
      strictTransportSecurity: parts.scheme === 'http' ? false : 'max-age=31536000',
      // With `no-referrer` browsers send no origin along with the form either.
      referrerPolicy: 'same-origin',
      overwrite: false,
    }),
  )
  app.use(async (c, next) => {
    if (!isLoopback(c.env.incoming.socket.remoteAddress)) {
      return c.text('this console serves its own machine only\n', 403)
    }
    if (!parts.isOwnHost(c.req.header('host'))) {
      return c.text('this console serves its own host names only\n', 421)
    }
    c.header('Cache-Control', 'no-store')
    c.header('Content-Security-Policy', contentPolicy([]))
    return next()
  })
  app.get('/console.css', (c) => {
    c.header('Content-Type', 'text/css; charset=utf-8')
    return c.body(STYLESHEET)
  })
  addPage(app, parts)
  addSignIn(app, parts)
  if (parts.inner !== undefined) addInnerChannel(app, parts, parts.inner)
  app.notFound((c) => refuse(c, errorBody('not-found')))
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    const { code } = error as Partial<ConfigError>
    const isOurs = ['ERR_CONFIG', 'ERR_PARSE', 'ERR_LIMIT'].includes(String(code))
    return isOurs
      ? refuse(c, errorBody('invalid-request', { message: error.message.slice(0, 1000) }))
      : refuse(c, errorBody('internal-error', { message: 'the console failed' }))
  })
  return app
}

/** @param targets - Origins that a form of the page may lead to, beside the console itself. */
function contentPolicy(targets: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    // Chromium asks this of every address that a form is redirected to as well.
    ['form-action', "'self'", ...targets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function addPage(
  app: Hono<Bindings>,
  { systems, entries, signIn, tasks, snmp }: ConsoleParts,
): void {
  app.get('/', async (c) => {
    const known = await systems.list()
    const states = await eachSystem(known, async (system) => ({
      system,
      statement: await askStatement(system, { timeoutMs: STATEMENT_TIMEOUT_MS }),
    }))
    const offers = await offersFor(c)
    if (offers.state === 'open') {
      const targets = known.filter(isSigned).filter(({ name }) => offers.levels.has(name))
      c.header('Content-Security-Policy', contentPolicy(targets.map(originOf)))
    }
    const done = { entries: entries.entries, jobs: tasks?.jobs(), snmp: snmp?.() }
    return c.html(renderPage(states, done, offers))

    async function offersFor({ req }: Context<Bindings>): Promise<Offers> {
      if (signIn === undefined) return { state: 'no-operator' }
      return signIn.isOperator(req.query('key'))
        ? signIn.offers(known)
        : { state: 'not-the-operator' }
    }
  })
}

/** Signs the person at the page in to a system, and sends the browser there. */
function addSignIn(app: Hono<Bindings>, { systems, entries, signIn }: ConsoleParts): void {
  if (signIn === undefined) return
  app.post(SIGN_IN_PATH, csrf(), bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
    const isForm = mediaType(c) === 'application/x-www-form-urlencoded'
    const form = isForm ? readForm(await c.req.text()) : undefined
    if (form === undefined) return refuse(c, errorBody('invalid-request'))
    if (!signIn.isOperator(form.key)) {
      return c.html(
        renderProblem('not-the-operator', 'Open the link that the console printed.'),
        403,
      )
    }
    const { level } = form
    const system = await systems.find(form.system)
    if (system === undefined || !isSigned(system)) return refuse(c, errorBody('no-such-object'))
    const permission = await signIn.permit(system, level)
    if (permission.outcome === 'deny') {
      const [reason] = permission.reasons
      return c.html(renderProblem(reason?.code ?? 'denied', reason?.sentence ?? ''), 403)
    }
    const result = await signIn.send(system, level)
    entries.add({ at: new Date(), user: signIn.user, what: `sign in as ${level}`, result })
    if ('failure' in result) {
      return c.html(renderProblem(result.failure.code, result.failure.message), 502)
    }
    const { outcome, reasons, path } = result.answer
    if (outcome === 'deny' || path === undefined) {
      const [reason] = reasons
      return c.html(renderProblem(reason?.code ?? 'denied', reason?.sentence ?? ''), 502)
    }
    return c.redirect(`${originOf(system)}${path}`, 303)
  })
}

/** Takes what commands on this machine have signed with the console's own key. */
function addInnerChannel(
  app: Hono<Bindings>,
  { scheme, call, execute, tasks, snmp }: ConsoleParts,
  inner: InnerChannel,
): void {
  const limit = bodyLimit({
    maxSize: MAX_SIGNED_BODY_BYTES,
    onError: (c) => refuse(c, errorBody('body-too-large')),
  })
  app.post(PATHS.values, limit, async (c) => {
    if (!isFromProgram(c)) return refuse(c, errorBody('unsupported-media-type'))
    const read = readMessage(ValueRequestSchema, await c.req.text())
    if ('error' in read) return refuse(c, read.error)
    return c.json(inner.issue(read.message.certificate, new Date()))
  })

  const take = <Message>(
    path: string,
    schema: z.ZodType<Message>,
    work: (message: Message) => Promise<object>,
  ): void => {
    app.post(path, limit, async (c) => {
      const body = new Uint8Array(await c.req.arrayBuffer())
      const received = await inner.receive(c.env.incoming, { scheme, body, at: new Date() })
      if ('outcome' in received) {
        const refused = received.reasons.map((reason) => ({
          code: reason.code,
          sentence: describe(reason),
          ...(reason.source && { source: reason.source }),
        }))
        const answer: ConsoleRefusal = { refused }
        return c.json(answer, 403)
      }
      const read = readMessage(schema, new TextDecoder().decode(received.body))
      return 'error' in read ? refuse(c, read.error) : c.json(await work(read.message))
    })
  }
  take(CONSOLE_PATHS.calls, ConsoleRequestSchema, async (request) => ({
    results: await call(request),
  }))
  take(CONSOLE_PATHS.executions, ExecutionRequestSchema, (request) => {
    if (execute !== undefined) return execute(request)
    throw new ConfigError(FOR_NOBODY)
  })
  take(CONSOLE_PATHS.tasks, TaskRequestSchema, (request) => {
    if (tasks !== undefined) return tasks.answer(request)
    throw new ConfigError(FOR_NOBODY)
  })
  take(CONSOLE_PATHS.snmp, SnmpRequestSchema, (): Promise<SnmpAnswer> => {
    if (snmp !== undefined) return Promise.resolve({ snmp: snmp() })
    throw new ConfigError('the console asks nobody by SNMP: start it with `--snmp`')
  })
}

const FOR_NOBODY = 'the console acts for nobody: start it with `--toolbox`'

/** Browsers put an origin into such requests, and cannot send JSON to another one without asking first. */
function isFromProgram(c: Context): boolean {
  return mediaType(c) === 'application/json' && c.req.header('origin') === undefined
}

function mediaType(c: Context): string | undefined {
  return c.req.header('content-type')?.split(';')[0]?.trim()
}

function refuse(c: Context, error: ErrorBody): Response {
  const answer: ErrorAnswer = { error: { ...error, message: escapeControls(error.message) } }
  return c.json(answer, ERRORS[error.code].status as ContentfulStatusCode)
}
