import { redirectToHttps, serverOptions, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError } from '@gatehouse/core'
import { HEADERS_TIMEOUT_MS, MAX_CONNECTIONS, REQUEST_TIMEOUT_MS } from '@gatehouse/protocol'
import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describeCall, eachSystem, sendCall, type CallResult } from '../calls.ts'
import { execute, type Execution, type ExecutionRequest } from '../exec/execution.ts'
import type { Operator } from '../exec/operator.ts'
import { describeTask } from '../render-task.ts'
import { selectSystems, type SystemDirectory } from '../systems.ts'
import type { SnmpWatch } from '../snmp/watch.ts'
import { answerTask } from '../tasks/desk.ts'
import type { TaskFacility } from '../tasks/facility.ts'
import { summaryOf } from '../tasks/requests.ts'
import type { ConsoleRequest } from './api.ts'
import { consoleApp } from './app.ts'
import { InnerChannel } from './inner-channel.ts'
import { journal } from './journal.ts'
import { SignIn } from './sign-in.ts'

/** What a console is started with. */
export interface ConsoleOptions {
  /** The systems that it knows. */
  readonly systems: SystemDirectory
  /** TCP port on 127.0.0.1; 0 takes a free one. Default 10180. */
  readonly port?: number
  /** Serves the page by HTTPS only. Default: plain HTTP. */
  readonly tls?: ConsoleTls
  /** Key and certificate that commands on this machine sign their calls with. Default: none can call. */
  readonly innerKey?: TlsIdentity
  /** The person who starts it, who may sign in to systems from its page. Default: nobody may. */
  readonly operator?: Operator
  /** Runs tools by SSH for the operator, and ends with the console. Default: it runs none. */
  readonly tasks?: TaskFacility
  /** Polls systems by SNMP and receives their traps, and ends with the console. Default: it does neither. */
  readonly snmp?: SnmpWatch
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
  /** The same page with buttons that sign the operator in; for the operator alone. Nothing without one. */
  readonly operatorUrl?: string
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

const LOOPBACK = '127.0.0.1'

/**
 * Starts a console on 127.0.0.1: one page, and with a key a way for commands to have it send calls.
 *
 * Whoever has an account on the machine can look at the page, and nobody elsewhere. Calls are taken from
 * those who can read the key, and the buttons that sign in to systems are for the operator's link.
 *
 * @throws ConfigError when the port cannot be had.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { systems, port = CONSOLE_PORT, tls, innerKey, operator, maxDecisions = 500 } = options
  const { tasks, snmp } = options
  const entries = journal(maxDecisions)
  const scheme = tls === undefined ? 'http' : 'https'
  const signIn = operator && new SignIn(operator)

  const call = async (request: ConsoleRequest): Promise<readonly CallResult[]> => {
    const { systems: names, call: asked, from } = request
    const selected = await selectSystems(systems, names)
    return eachSystem(selected, async (system) => {
      const result = await sendCall(system, asked, from === undefined ? {} : { from })
      const { user } = asked
      entries.add({ at: new Date(), user, what: describeCall(asked), result })
      return result
    })
  }

  const executeFor = async (of: Operator, request: ExecutionRequest): Promise<Execution> => {
    const execution = await execute(request, systems, of)
    const at = new Date()
    for (const result of execution.results) {
      entries.add({ at, user: of.user, what: describeTask(request), result })
    }
    return execution
  }

  const app = consoleApp({
    systems,
    entries,
    scheme,
    isOwnHost: (host) => isOwnHost(host, server),
    call,
    ...(innerKey && { inner: new InnerChannel(innerKey) }),
    ...(signIn && { signIn }),
    ...(snmp && { snmp: () => snmp.view }),
    ...(operator && { execute: (request) => executeFor(operator, request) }),
    ...(operator &&
      tasks && {
        tasks: {
          answer: (request) => answerTask(tasks, operator, request),
          jobs: () => tasks.jobs.map(summaryOf),
        },
      }),
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
    await Promise.all([tasks?.close(), snmp?.close(), ...open.map(stop)])
  }
  try {
    await start(server, port)
    const redirect = tls && redirectOf(tls, server)
    if (redirect !== undefined) await start(redirect, tls?.redirectPort ?? 0)
    const redirectUrl = redirect && { redirectUrl: `http://${LOOPBACK}:${portOf(redirect)}/` }
    const url = `${scheme}://${LOOPBACK}:${portOf(server)}/`
    const operatorUrl = signIn && { operatorUrl: `${url}?key=${signIn.key}` }
    return { url, ...operatorUrl, ...redirectUrl, call, close }
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
function isOwnHost(host: string | undefined, server: Server): boolean {
  const port = portOf(server)
  const isUsual = port === ('setSecureContext' in server ? 443 : 80)
  const own = [LOOPBACK, 'localhost'].map((name) => (isUsual ? name : `${name}:${port}`))
  return own.includes(host ?? '')
}
