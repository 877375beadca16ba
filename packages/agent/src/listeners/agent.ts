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
import type { ManagedSystem, Origin } from '../managed-system.ts'
import { createApp, onMessage, refuse, respond, type Bindings } from './http.ts'
import { forOperations, type ConnectionLimits } from './limits.ts'
import type { SenderDesk, Sender } from './sender-desk.ts'
import { TICKET_HEADER, carriesToken, TOKEN_HEADER } from './token.ts'

/** What the agent behind the daemon stands on. */
export interface AgentParts {
  readonly system: ManagedSystem
  /** What the daemon shows. */
  readonly token: Secret
  /** The agent's own life, for the action that ends it. */
  readonly control: AgentControl
  /** Where the daemon leaves what it knows of senders. */
  readonly desk: SenderDesk
  readonly limits: ConnectionLimits
  readonly log: Log
}

/** The agent: decides and carries out what the daemon passes on, and answers nobody else. */
export function createAgentApp(parts: AgentParts): Hono<Bindings> {
  const { system, token, limits, log } = parts
  const app = createApp(log)
  app.use(async (context, next) => {
    if (carriesToken(token, context.req.header(TOKEN_HEADER))) return next()
    return refuse(context, errorBody('not-through-daemon'))
  })
  onMessage(app, PATHS.actions, { schema: ActionRequestSchema, limits }, async (message, context) =>
    respond(await system.act(message, originOf(context, parts))),
  )
  onMessage(
    app,
    PATHS.invocations,
    { schema: InvocationRequestSchema, limits },
    async (message, context) => respond(await system.invoke(message, originOf(context, parts))),
  )
  onMessage(
    app,
    PATHS.operations,
    { schema: OperationRequestSchema, limits: forOperations(limits) },
    async (message, context) => respond(await system.operate(message, originOf(context, parts))),
  )
  return app
}

/** Without a ticket that counts the address is empty: the guard refuses it. */
function originOf(context: Context<Bindings>, { control, desk }: AgentParts): Origin {
  const { peer, caller, certificate } = desk.find(context.req.header(TICKET_HEADER) ?? '') ?? NOBODY
  return {
    by: 'agent',
    address: peer,
    control,
    caller,
    ...(certificate !== undefined && { clientCertificate: certificate }),
  }
}

const NOBODY: Sender = { peer: '' }
