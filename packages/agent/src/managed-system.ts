import * as bmc from '@gatehouse/bmc-authorization'
import {
  claimed,
  escapeControls,
  policyInForce,
  type Decision,
  type Statement,
} from '@gatehouse/core'
import type { AgentNode } from '@gatehouse/hawk-trusted'
import {
  errorBody,
  ERRORS,
  MAX_ANSWER_BYTES,
  type ActionRequest,
  type Answer,
  type ErrorAnswer,
  type ErrorBody,
  type InvocationRequest,
  type StatementAnswer,
} from '@gatehouse/protocol'
import type { AgentControl } from './actions/control.ts'
import { IN_TURN, ownershipFacts } from './actions/ownership.ts'
import { actions, DEFAULT_TARGET, type RunAction } from './actions/table.ts'
import { Unrecorded, type Journal } from './audit/journal.ts'
import { CommandRunner } from './command-runner.ts'
import type { AgentConfig } from './config.ts'
import { Failure } from './failure.ts'
import { answerOf, createGuards, statementsOf, type Guards } from './guards.ts'
import type { PeerName } from './listeners/peer-name.ts'
import type { DecisionRecord, Log } from './log.ts'
import type { Host } from './microagents/method.ts'
import { microagents } from './microagents/table.ts'
import type { Policies, ReloadResult } from './policies.ts'
import type { Store } from './store.ts'

/** An answer with the HTTP status that fits it. */
export interface Reply {
  /** HTTP status. */
  readonly status: number
  /** A decision with what came of it, or why there is none. */
  readonly body: Answer | ErrorAnswer | StatementAnswer
}

/** Where a request comes from, and who handles it. */
export interface Origin {
  /** Which part of the agent decides. */
  readonly by: DecisionRecord['by']
  /** Peer address in canonical form: of the socket, or 127.0.0.1 for a local command. */
  readonly address: string
  /** The agent behind the daemon, where there is one to start and stop. */
  readonly control?: AgentControl
}

/** What a managed system is made of. */
export interface Parts {
  readonly config: AgentConfig
  readonly policies: Policies
  readonly store: Store
  /** Records each decision before anything comes of it. */
  readonly journal: Journal
  readonly log: Log
  /** Finds the forward-confirmed host name of an address. Default: none is ever looked for. */
  readonly lookUpName?: (address: string) => Promise<PeerName>
}

/** Asks the guards, and carries out what they allow: the same for every way in. */
export class ManagedSystem {
  /** Identity of the system. */
  readonly node: AgentNode
  readonly #parts: Parts
  readonly #host: Host
  #guards: Guards
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    const { config, policies, store } = parts
    this.node = { name: config.name, dns: config.dns, domain: config.domain }
    this.#parts = parts
    this.#guards = createGuards(config, policies)
    this.#host = {
      node: this.node,
      startedAt: Date.now(),
      store,
      commands: new CommandRunner(config.custom.commands),
      fileStatRoots: config.fileStat.roots,
      logfileRoots: config.logfile.roots,
      microagents,
    }
  }

  /** What the guards promise now for what comes over the network, if anything does. */
  get statement(): StatementAnswer {
    return { system: this.node, ...statementsOf(this.#guards, 'network') }
  }

  /** Reads the policy files again; each policy is replaced whole or stays as it is. */
  async reload(): Promise<ReloadResult> {
    const { config, policies, journal } = this.#parts
    const result = await policies.reload()
    this.#guards = createGuards(config, policies)
    await journal.follow()
    return result
  }

  /**
   * Decides an action, and carries it out when that is allowed.
   *
   * @param run - What to carry out. Default: what the table of actions says.
   */
  act(request: ActionRequest, origin: Origin, run?: RunAction): Promise<Reply> {
    return this.#answering(async () => {
      const peer = { address: origin.address, verifiedName: await this.#nameOf(origin.address) }
      const work = () => this.#actNow(request, origin, peer, run)
      return IN_TURN.has(request.action) ? this.#inTurn(work) : work()
    })
  }

  async #actNow(
    { user, action, target }: ActionRequest,
    origin: Origin,
    peer: bmc.Peer,
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
    const decision = await this.#guards.actions.check(question)
    const levels = bmc.explain(policy, question)
    await journal.record({
      by: origin.by,
      peer,
      claimedUser: user,
      request: target === undefined ? { action } : { action, target },
      decision,
      policy: policies.hashOf(policy),
      levels: { granted: levels.granted, needed: levels.needed },
    })
    return this.#carryOut(decision, statement, () => run({ caller, target, ...world }))
  }

  /** Decides an invocation for this system alone, and carries it out when that is allowed. */
  invoke(request: InvocationRequest, origin: Origin): Promise<Reply> {
    return this.#answering(async () => {
      if (!this.#isMeant(request.node)) return errorReply(errorBody('not-this-system'))
      const { user, microagent, method, scope } = request
      const { policies, journal } = this.#parts
      const { invocations: statement } = this.#statements(origin)
      const question = { user: claimed(user), node: this.node, scope, microagent, method }
      const policy = policyInForce(policies.trusted)
      // The guard looks at the policy in this same step: it is the one that decides.
      const decision = await this.#guards.invocations.check(question)
      await journal.record({
        by: origin.by,
        peer: { address: origin.address, verifiedName: null },
        claimedUser: user,
        request: { microagent, method, scope },
        decision,
        policy: policies.hashOf(policy),
      })
      const run = microagents.get(microagent)?.methods.get(method)
      return this.#carryOut(decision, statement, () =>
        Promise.resolve(run?.call(request.arguments ?? {}, this.#host)),
      )
    })
  }

  #statements({ by }: Origin): Pick<StatementAnswer, 'actions' | 'invocations'> {
    return statementsOf(this.#guards, by === 'local' ? 'local' : 'network')
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

  async #carryOut(
    decision: Decision,
    statement: Statement,
    run: () => Promise<unknown>,
  ): Promise<Reply> {
    const answer: Answer = {
      system: this.node,
      ...answerOf(decision, this.#parts.config.answers),
      statement,
    }
    if (decision.outcome !== 'allow') return { status: 403, body: answer }
    try {
      const body = { ...answer, result: (await run()) ?? null }
      const bytes = Buffer.byteLength(JSON.stringify(body))
      if (bytes <= MAX_ANSWER_BYTES) return { status: 200, body }
      throw new Failure('execution-failed', { message: 'the result is too large for an answer' })
    } catch (error) {
      return this.#failed(answer, error)
    }
  }

  #failed(answer: Answer, cause: unknown): Reply {
    const { code, message, field } =
      cause instanceof Failure ? cause : new Failure('execution-failed', { cause })
    const status = ERRORS[code].status
    if (status >= 500) {
      const origin = cause instanceof Failure ? (cause.cause ?? cause) : cause
      this.#parts.log.error('request not carried out', {
        event: 'execution-failed',
        code,
        detail: escapeControls(String(origin)),
      })
    }
    const error = errorBody(code, field === undefined ? { message } : { message, field })
    return { status, body: { ...answer, error } }
  }

  /** Whatever goes wrong before there is a decision, nothing was carried out. */
  async #answering(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Unrecorded) return errorReply(errorBody('audit-unavailable'))
      this.#parts.log.error('request not decided', {
        event: 'internal-error',
        detail: escapeControls(String(error)),
      })
      return errorReply(errorBody('internal-error'))
    }
  }
}

/** The reply to a request that no guard was asked about. */
export function errorReply(error: ErrorBody): Reply {
  return { status: ERRORS[error.code].status, body: { error } }
}
