import type { IncomingMessage } from 'node:http'
import type { Decision, Guard, Secret } from '@gatehouse/core'
import {
  ActionRequestSchema,
  errorBody,
  InvocationRequestSchema,
  NEXT_VALUE_HEADER,
  OperationRequestSchema,
  PATHS,
  ValueRequestSchema,
} from '@gatehouse/protocol'
import type { Hono, MiddlewareHandler } from 'hono'
import type { AgentControl } from '../actions/control.ts'
import type { Statements } from '../guards.ts'
import type { Log } from '../log.ts'
import type { ManagedSystem, Origin } from '../managed-system.ts'
import { errorReply } from '../reply.ts'
import type { SignedReceiver } from '../web-agent/parts.ts'
import type { SenderDesk, Sender } from './sender-desk.ts'
import type { FindCaller, UnheardCaller } from './daemon-callers.ts'
import { forward } from './forward.ts'
import {
  createApp,
  onBody,
  onlyMethod,
  onMessage,
  readBody,
  refuse,
  respond,
  type Bindings,
  type Taking,
} from './http.ts'
import { forOperations, type ConnectionLimits } from './limits.ts'
import { canonical } from './peer-name.ts'
import type { OnRefused, Transported } from './transport.ts'

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
  /** Where the agent finds what the daemon knows of senders. */
  readonly desk: SenderDesk
  /** Decides each request by the client's certificate. Default: nothing does. */
  readonly transport?: Guard<Transported> | undefined
  /** Finds out who sent a request. */
  readonly findCaller: FindCaller
  /** Issues single-use values, where requests have to be signed. Default: nobody gets any. */
  readonly receiver?: SignedReceiver | undefined
  /** Hears of requests that the transport refuses. */
  readonly onRefused: OnRefused
  readonly limits: ConnectionLimits
  readonly log: Log
}

/** What may be asked of the daemon, each on a path of its own. */
type Kind = keyof Statements

/** The service daemon: the only way in from the network. */
export function createDaemonApp(parts: DaemonParts): Hono<Bindings> {
  const { system, control, transport, receiver, onRefused, limits, log } = parts
  const app = createApp(log)
  const trusted = new WeakMap<IncomingMessage, Decision>()
  if (transport !== undefined) app.use(onlyTransported({ transport, onRefused, trusted }))
  const on = <Message>(
    kind: Kind,
    { schema, limits: { maxBodyBytes } }: Taking<Message>,
    answer: (message: Message, from: Sender) => Promise<Response>,
  ): void => {
    onBody(app, PATHS[kind], { maxBodyBytes }, async (bytes, context) => {
      const { incoming } = context.env
      const peer = canonical(incoming.socket.remoteAddress ?? '') ?? ''
      const found = await parts.findCaller(incoming, bytes, trusted.get(incoming))
      if ('refusal' in found) return refuseCaller(system, found, { kind, peer })
      const read = readBody(bytes, schema)
      const response =
        'error' in read
          ? await refuse(context, read.error)
          : await answer(read.message, { ...found, peer })
      if (found.nextValue !== undefined) response.headers.set(NEXT_VALUE_HEADER, found.nextValue)
      return response
    })
  }
  on('actions', { schema: ActionRequestSchema, limits }, async (message, from) => {
    if (!OWN_ACTIONS.has(message.action)) return passOn(parts, 'actions', { message, from })
    return respond(await system.act(message, { ...originOf(from), control }))
  })
  on('invocations', { schema: InvocationRequestSchema, limits }, (message, from) =>
    passOn(parts, 'invocations', { message, from }),
  )
  const forPacked = { schema: OperationRequestSchema, limits: forOperations(limits) }
  on('operations', forPacked, (message, from) => passOn(parts, 'operations', { message, from }))
  if (receiver !== undefined) {
    onMessage(app, PATHS.values, { schema: ValueRequestSchema, limits }, ({ certificate }) =>
      Promise.resolve(Response.json(receiver.issue(certificate))),
    )
  }
  app.get(PATHS.statement, () => respond({ status: 200, body: system.statement }))
  onlyMethod(app, PATHS.statement, 'GET')
  return app
}

/** Refuses whoever is not heard, and closes the connection. */
async function refuseCaller(
  system: ManagedSystem,
  { refusal, certificate }: UnheardCaller,
  { kind, peer }: { readonly kind: Kind; readonly peer: string },
): Promise<Response> {
  const reply = await system.refuse(refusal, kind, originOf({ certificate, peer }))
  return respond(reply, { connection: 'close' })
}

/** The address is empty, and so refused by the guard, when the peer is gone. */
function originOf({ peer: address, certificate, caller }: Sender): Origin {
  const shown = certificate === undefined ? {} : { clientCertificate: certificate }
  return { by: 'daemon', address, caller, ...shown }
}

/** What stands between a connection and its requests. */
interface Transporting {
  readonly transport: Guard<Transported>
  readonly onRefused: OnRefused
  /** Gets the decision about each request that is heard. */
  readonly trusted: WeakMap<IncomingMessage, Decision>
}

/**
 * Asks the guard of the transport about each request: what the trust list no longer has, or what has
 * expired, is not heard on a connection that is open. Like a handshake that is refused, it gets no answer.
 */
function onlyTransported({
  transport,
  onRefused,
  trusted,
}: Transporting): MiddlewareHandler<Bindings> {
  return async (context, next) => {
    const { incoming } = context.env
    const { socket } = incoming
    const decision = await transport.check({ socket })
    if (decision.outcome === 'allow') {
      trusted.set(incoming, decision)
      return next()
    }
    onRefused(decision, socket)
    socket.destroy()
    return context.body(null, 403)
  }
}

async function passOn(
  { token, agentAddress, desk }: DaemonParts,
  kind: Kind,
  { message, from }: { readonly message: object; readonly from: Sender },
): Promise<Response> {
  const agent = agentAddress()
  const ticket = desk.leave(from)
  const forwarded = { path: PATHS[kind], message, ticket }
  try {
    const answer = agent === undefined ? undefined : await forward(agent, token, forwarded)
    if (answer === undefined) return respond(errorReply(errorBody('agent-down')))
    const headers = { 'content-type': 'application/json' }
    return new Response(answer.text, { status: answer.status, headers })
  } finally {
    desk.drop(ticket)
  }
}
