import * as bmc from '@gatehouse/bmc-authorization'
import {
  claimed,
  deny,
  policyInForce,
  type Deny,
  type Guard,
  type Statement,
} from '@gatehouse/core'
import type { AgentNode } from '@gatehouse/hawk-trusted'
import type { PackedInvocation } from '@gatehouse/hawk-trusted/plug-in'
import {
  errorBody,
  type ActionRequest,
  type InvocationRequest,
  type OperationRequest,
  type StatementAnswer,
} from '@gatehouse/protocol'
import type { AgentControl } from './actions/control.ts'
import { IN_TURN, ownershipFacts } from './actions/ownership.ts'
import { actions, DEFAULT_TARGET, type RunAction } from './actions/table.ts'
import type { Journal } from './audit/journal.ts'
import {
  CLAIMED_CALLERS,
  decidedFor,
  type Caller,
  type Callers,
  type Identified,
} from './callers.ts'
import type { AgentConfig } from './config/model.ts'
import { createGuards, statementsOf, takesPlain, type Guards, type Statements } from './guards.ts'
import type { PeerName } from './listeners/peer-name.ts'
import type { DecisionRecord, Log } from './log.ts'
import type { Host } from './microagents/method.ts'
import { microagents } from './microagents/table.ts'
import type { PackedOperations } from './operations.ts'
import type { Policies, ReloadResult } from './policies.ts'
import { errorReply, repliesTogether, Replier, type AnswerReply, type Reply } from './reply.ts'
import type { Store } from './store.ts'
import type { ToolTable } from './tools/table.ts'

/** Where a request comes from, and who handles it. */
export interface Origin {
  /** Which part of the agent decides. */
  readonly by: DecisionRecord['by']
  /** Peer address in canonical form: of the socket, or 127.0.0.1 for a local command. */
  readonly address: string
  /** SHA-256 of the certificate that the client showed, where the connection asks for one, or that signed. */
  readonly clientCertificate?: string
  /** What the daemon found out about the caller, where `callers` asks for it. */
  readonly caller?: Caller | undefined
  /** The agent behind the daemon, where there is one to start and stop. */
  readonly control?: AgentControl
}

/** What a managed system is made of. */
export interface Parts {
  readonly config: AgentConfig
  readonly policies: Policies
  readonly store: Store
  /** Every program that may run. */
  readonly tools: ToolTable
  /** The security policies that decide packed operations. Default: none are taken. */
  readonly operations?: PackedOperations | undefined
  /** Records each decision before anything comes of it. */
  readonly journal: Journal
  readonly log: Log
  /** What the transport of requests over the network promises. Default: nothing. */
  readonly transport?: Guard<never> | undefined
  /** Confirms the users of requests over the network. Default: they are what they claim. */
  readonly callers?: Callers | undefined
  /** What the web agent promises of tasks; nothing while there is none. */
  readonly tasks?: () => Statement | undefined
  /** Finds the forward-confirmed host name of an address. Default: none is ever looked for. */
  readonly lookUpName?: (address: string) => Promise<PeerName>
}

/** How one packed operation is decided. */
interface PackedWay {
  readonly operations: PackedOperations
  readonly guard: Guard<PackedInvocation>
  readonly statement: Statement
  readonly origin: Origin
}

/** Somebody on whose behalf a request may be decided. */
type Who = Extract<Identified, { readonly user: string }>

/** What a request that is not heard is recorded as: its body is not read. */
const UNHEARD = {
  actions: 'signed.action',
  invocations: 'signed.invocation',
  operations: 'signed.operation',
} as const satisfies Record<keyof Statements, string>

/** What is to be carried out. */
type Called = Pick<InvocationRequest, 'microagent' | 'method' | 'arguments'>

/** Asks the guards, and carries out what they allow: the same for every way in. */
export class ManagedSystem {
  /** Identity of the system. */
  readonly node: AgentNode
  readonly #parts: Parts
  readonly #host: Host
  readonly #replier: Replier
  #guards: Guards
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    const { config, policies, operations, store, tools } = parts
    this.node = { name: config.name, dns: config.dns, domain: config.domain }
    this.#parts = parts
    this.#replier = new Replier(this.node, config.answers, parts.log)
    this.#guards = createGuards(config, policies, operations)
    this.#host = {
      node: this.node,
      startedAt: Date.now(),
      store,
      tools,
      fileStatRoots: config.fileStat.roots,
      logfileRoots: config.logfile.roots,
      microagents,
      securityPolicies: operations?.policies,
    }
  }

  /** What the guards promise now for what comes over the network, if anything does. */
  get statement(): StatementAnswer {
    const tasks = this.#parts.tasks?.()
    const statements = statementsOf(this.#guards, this.#networkFirst)
    return { system: this.node, ...statements, ...(tasks && { tasks }) }
  }

  /** Reads the policy files again; each policy is replaced whole or stays as it is. */
  async reload(): Promise<ReloadResult> {
    const { config, policies, operations, journal } = this.#parts
    const result = await policies.reload()
    this.#guards = createGuards(config, policies, operations)
    await journal.follow()
    return result
  }

  /** Records and tells that nobody was asked about a request, as it is nobody's that may be heard. */
  refuse(refusal: Deny, kind: keyof Statements, origin: Origin): Promise<Reply> {
    const request = { action: UNHEARD[kind] }
    return this.#replier.answering(async () => {
      const reply = await this.#refuse(refusal, kind, origin, { request })
      return kind === 'operations' ? repliesTogether([reply]) : reply
    })
  }

  /**
   * Decides an action, and carries it out when that is allowed.
   *
   * @param run - What to carry out. Default: what the table of actions says.
   */
  act(request: ActionRequest, origin: Origin, run?: RunAction): Promise<Reply> {
    return this.#replier.answering(async () => {
      const { user, action, target } = request
      const who = await this.#identify(user, origin)
      if ('refusal' in who) {
        const asked = target === undefined ? { action } : { action, target }
        return this.#refuse(who.refusal, 'actions', origin, { request: asked, claimedUser: user })
      }
      const peer = { address: origin.address, verifiedName: await this.#nameOf(origin.address) }
      const work = () => this.#actNow(request, origin, { peer, who }, run)
      return IN_TURN.has(action) ? this.#inTurn(work) : work()
    })
  }

  async #actNow(
    { user, action, target }: ActionRequest,
    origin: Origin,
    { peer, who }: { readonly peer: bmc.Peer; readonly who: Who },
    run: RunAction = actions[action as bmc.Action],
  ): Promise<Reply> {
    const { store, policies, journal } = this.#parts
    const caller = { user, address: origin.address }
    const world = { store, control: origin.control }
    const facts = await ownershipFacts(action, target ?? DEFAULT_TARGET, caller, world)
    const question = { peer, claimedUser: claimed(user), action, ...facts }
    const policy = policyInForce(policies.authorization)
    const { actions: statement } = this.#statements(origin)
    // The guard looks at the policy in this same step: it is the one that decides.
    const decision = decidedFor(await this.#guards.actions.check(question), who)
    const levels = bmc.explain(policy, question)
    await journal.record({
      ...from(origin),
      peer,
      ...named(user, who),
      request: target === undefined ? { action } : { action, target },
      decision,
      policy: policies.hashOf(policy),
      levels: { granted: levels.granted, needed: levels.needed },
    })
    return this.#replier.carryOut(decision, statement, () => run({ caller, target, ...world }))
  }

  /** Decides an invocation for this system alone, and carries it out when that is allowed. */
  invoke(request: InvocationRequest, origin: Origin): Promise<Reply> {
    return this.#replier.answering(async () => {
      if (!this.#isMeant(request.node)) return errorReply(errorBody('not-this-system'))
      const { user, microagent, method, scope } = request
      const asked = { microagent, method, scope }
      const who = await this.#identify(user, origin)
      if ('refusal' in who) {
        return this.#refuse(who.refusal, 'invocations', origin, {
          request: asked,
          claimedUser: user,
        })
      }
      const { policies, operations, journal } = this.#parts
      const { invocations: statement } = this.#statements(origin)
      const question = { user: who.user, node: this.node, scope, microagent, method }
      const policy = takesPlain(operations) ? policyInForce(policies.trusted) : undefined
      // The guard looks at the policy in this same step: it is the one that decides.
      const decision = decidedFor(await this.#guards.invocations.check(question), who)
      await journal.record({
        ...from(origin),
        ...named(user, who),
        request: asked,
        decision,
        policy: policy && policies.hashOf(policy),
        vendorLog: policy && 'Trusted',
      })
      return this.#replier.carryOut(decision, statement, () => this.#call(request))
    })
  }

  /** Decides a packed operation for each node of this system, and carries out what is allowed. */
  operate({ policyClass, packed }: OperationRequest, origin: Origin): Promise<Reply> {
    return this.#replier.answering(async () => {
      const { operations } = this.#parts
      const { operations: guard } = this.#guards
      const { operations: statement } = this.#statements(origin)
      if (operations === undefined || guard === undefined || statement === undefined) {
        return errorReply(errorBody('not-supported'))
      }
      const way: PackedWay = { operations, guard, statement, origin }
      const packet = { policyClass, packed: Buffer.from(packed, 'base64') }
      const received = await operations.receive(packet)
      const replies =
        received.outcome === 'received'
          ? received.requests.map((request) => this.#operateOn(request, way))
          : [this.#refusePacket(received, policyClass, way)]
      return repliesTogether(await Promise.all(replies))
    })
  }

  async #refusePacket(
    { reasons: [first, ...rest] }: Deny,
    policyClass: string,
    { guard: { name }, origin }: PackedWay,
  ): Promise<AnswerReply> {
    const marked = rest.map((reason) => ({ ...reason, guard: name }))
    const decision = deny<string>({ ...first, guard: name }, ...marked)
    return this.#refuse(decision, 'operations', origin, { request: { policyClass } })
  }

  async #operateOn(
    request: PackedInvocation,
    { operations, guard, statement, origin }: PackedWay,
  ): Promise<AnswerReply> {
    const { user, microagent, method, scope, policyClass } = request
    const asked = { microagent, method, scope, policyClass }
    const who = await this.#identify(user, origin)
    if ('refusal' in who) {
      return this.#refuse(who.refusal, 'operations', origin, { request: asked, claimedUser: user })
    }
    const { decision: decided, ...grounds } = await operations.decide(request, guard)
    const decision = decidedFor(decided, who)
    await this.#parts.journal.record({
      ...from(origin),
      ...named(user, who),
      request: asked,
      decision,
      ...grounds,
    })
    return this.#replier.carryOut(decision, statement, () => this.#call(request))
  }

  /** What a claimed user comes to, by what the daemon found out about the caller. */
  #identify(user: string, { by, caller }: Origin): Promise<Identified> {
    const { callers = CLAIMED_CALLERS } = this.#parts
    return (by === 'local' ? CLAIMED_CALLERS : callers).identify(claimed(user), caller)
  }

  /** Records a refusal that no model was asked about, and tells it. */
  async #refuse(
    decision: Deny,
    kind: keyof Statements,
    origin: Origin,
    asked: Pick<DecisionRecord, 'request' | 'claimedUser'>,
  ): Promise<AnswerReply> {
    const { [kind]: statement } = this.#statements(origin)
    await this.#parts.journal.record({ ...from(origin), ...asked, decision })
    return this.#replier.refused(decision, statement ?? this.#statements(origin).invocations)
  }

  /** Carries an invocation out. Only after a guard allowed it. */
  async #call({ microagent, method, arguments: values = {} }: Called): Promise<unknown> {
    return microagents.get(microagent)?.methods.get(method)?.call(values, this.#host)
  }

  #statements({ by }: Origin): Statements {
    return statementsOf(this.#guards, by === 'local' ? [] : this.#networkFirst)
  }

  /** What decides about a connection, before anything that comes over it. */
  get #networkFirst(): readonly Guard<never>[] {
    const { transport, callers = CLAIMED_CALLERS } = this.#parts
    const connections = this.#guards.connections?.guards ?? []
    return [...(transport ? [transport] : []), ...connections, ...callers.guards]
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #nameOf(address: string): Promise<string | null> {
    const { policies, lookUpName } = this.#parts
    const policy = policyInForce(policies.authorization)
    if (lookUpName === undefined || !('usesNames' in policy) || !policy.usesNames) return null
    return (await lookUpName(address)).confirmed
  }

  #isMeant(node: InvocationRequest['node']): boolean {
    if (node === undefined) return true
    const { name, dns = this.node.dns, domain = this.node.domain } = node
    return name === this.node.name && dns === this.node.dns && domain === this.node.domain
  }
}

/** The user of a request, as a record has it: what was claimed, and what was confirmed of that. */
function named(
  claimedUser: string,
  { user, reasons }: Who,
): Pick<DecisionRecord, 'claimedUser' | 'verifiedUser'> {
  return reasons.length === 0 ? { claimedUser } : { claimedUser, verifiedUser: user }
}

/** Who asks, as a record has it where no host name counts. */
function from({
  by,
  address,
  clientCertificate,
}: Origin): Pick<DecisionRecord, 'by' | 'peer' | 'clientCertificate'> {
  return { by, peer: { address, verifiedName: null }, clientCertificate }
}
