import type { Secret } from '@gatehouse/core'
import {
  ActionRequestSchema,
  errorBody,
  InvocationRequestSchema,
  OperationRequestSchema,
  PATHS,
} from '@gatehouse/protocol'
import type { Context, Hono } from 'hono'
import type { AgentControl } from '../actions/control.ts'
import type { Log } from '../log.ts'
import type { ManagedSystem } from '../managed-system.ts'
import { errorReply } from '../reply.ts'
import { forward, type Forwarded } from './forward.ts'
import { createApp, onlyMethod, onMessage, respond, type Bindings } from './http.ts'
import { forOperations, type ConnectionLimits } from './limits.ts'
import { canonical } from './peer-name.ts'

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
  readonly limits: ConnectionLimits
  readonly log: Log
}

/** The service daemon: the only way in from the network. */
export function createDaemonApp(parts: DaemonParts): Hono<Bindings> {
  const { system, control, limits, log } = parts
  const app = createApp(log)
  onMessage(
    app,
    PATHS.actions,
    { schema: ActionRequestSchema, limits },
    async (message, context) => {
      const peer = peerOf(context)
      if (!OWN_ACTIONS.has(message.action)) {
        return passOn(parts, { path: PATHS.actions, message, peer })
      }
      return respond(await system.act(message, { by: 'daemon', address: peer, control }))
    },
  )
  onMessage(
    app,
    PATHS.invocations,
    { schema: InvocationRequestSchema, limits },
    (message, context) =>
      passOn(parts, { path: PATHS.invocations, message, peer: peerOf(context) }),
  )
  onMessage(
    app,
    PATHS.operations,
    { schema: OperationRequestSchema, limits: forOperations(limits) },
    (message, context) => passOn(parts, { path: PATHS.operations, message, peer: peerOf(context) }),
  )
  app.get(PATHS.statement, () => respond({ status: 200, body: system.statement }))
  onlyMethod(app, PATHS.statement, 'GET')
  return app
}

/** The address at the other end of the connection; empty, and so refused by the guard, when it is gone. */
function peerOf(context: Context<Bindings>): string {
  return canonical(context.env.incoming.socket.remoteAddress ?? '') ?? ''
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
