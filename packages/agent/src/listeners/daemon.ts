import type { Guard, Secret } from '@gatehouse/core'
import {
  ActionRequestSchema,
  errorBody,
  InvocationRequestSchema,
  OperationRequestSchema,
  PATHS,
} from '@gatehouse/protocol'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { AgentControl } from '../actions/control.ts'
import type { Log } from '../log.ts'
import type { ManagedSystem } from '../managed-system.ts'
import { errorReply } from '../reply.ts'
import { forward, type Forwarded } from './forward.ts'
import { createApp, onlyMethod, onMessage, respond, type Bindings } from './http.ts'
import { forOperations, type ConnectionLimits } from './limits.ts'
import { canonical } from './peer-name.ts'
import { clientCertificateOf, type OnRefused, type Transported } from './transport.ts'

/** The actions that the daemon decides and answers itself; all else is the agent's. */
const OWN_ACTIONS: ReadonlySet<string> = new Set(['collect.query', 'agent.start'])

/** What the service daemon stands on. */
export interface DaemonParts {
  readonly system: ManagedSystem
  /** What it shows the agent. */
  readonly token: Secret
  /** The life of the agent, which the daemon owns. */
  readonly control: AgentControl
  /** Where the agent listens; nothing while it does not. */
  readonly agentAddress: () => { readonly address: string; readonly port: number } | undefined
  /** Decides each request by the client's certificate. Default: nothing does. */
  readonly transport?: Guard<Transported> | undefined
  /** Hears of requests that the transport refuses. */
  readonly onRefused: OnRefused
  readonly limits: ConnectionLimits
  readonly log: Log
}

/** The service daemon: the only way in from the network. */
export function createDaemonApp(parts: DaemonParts): Hono<Bindings> {
  const { system, control, transport, onRefused, limits, log } = parts
  const app = createApp(log)
  if (transport !== undefined) app.use(onlyTransported(transport, onRefused))
  onMessage(
    app,
    PATHS.actions,
    { schema: ActionRequestSchema, limits },
    async (message, context) => {
      if (!OWN_ACTIONS.has(message.action)) {
        return passOn(parts, { path: PATHS.actions, message, ...callerOf(context) })
      }
      const { peer: address, clientCertificate } = callerOf(context)
      const shown = clientCertificate === undefined ? {} : { clientCertificate }
      return respond(await system.act(message, { by: 'daemon', address, control, ...shown }))
    },
  )
  onMessage(
    app,
    PATHS.invocations,
    { schema: InvocationRequestSchema, limits },
    (message, context) => passOn(parts, { path: PATHS.invocations, message, ...callerOf(context) }),
  )
  onMessage(
    app,
    PATHS.operations,
    { schema: OperationRequestSchema, limits: forOperations(limits) },
    (message, context) => passOn(parts, { path: PATHS.operations, message, ...callerOf(context) }),
  )
  app.get(PATHS.statement, () => respond({ status: 200, body: system.statement }))
  onlyMethod(app, PATHS.statement, 'GET')
  return app
}

/**
 * Who is at the other end of the connection. The address is empty, and so refused by the guard, when it
 * is gone.
 */
function callerOf({
  env: {
    incoming: { socket },
  },
}: Context<Bindings>): Pick<Forwarded, 'peer' | 'clientCertificate'> {
  return {
    peer: canonical(socket.remoteAddress ?? '') ?? '',
    clientCertificate: clientCertificateOf(socket),
  }
}

/**
 * Asks the guard of the transport about each request: what the trust list no longer has, or what has
 * expired, is not heard on a connection that is open. Like a handshake that is refused, it gets no answer.
 */
function onlyTransported(
  transport: Guard<Transported>,
  onRefused: OnRefused,
): MiddlewareHandler<Bindings> {
  return async (context, next) => {
    const { socket } = context.env.incoming
    const decision = await transport.check({ socket })
    if (decision.outcome === 'allow') return next()
    onRefused(decision, socket)
    socket.destroy()
    return context.body(null, 403)
  }
}

async function passOn(
  { token, agentAddress }: DaemonParts,
  forwarded: Forwarded,
): Promise<Response> {
  const agent = agentAddress()
  const answer = agent === undefined ? undefined : await forward(agent, token, forwarded)
  if (answer === undefined) return respond(errorReply(errorBody('agent-down')))
  const headers = { 'content-type': 'application/json' }
  return new Response(answer.text, { status: answer.status, headers })
}
