import {
  claimed,
  ConfigError,
  deny,
  GUARANTEES,
  type Decision,
  type Deny,
  type Guard,
} from '@gatehouse/core'
import type { AgentNode, Impact } from '../model.ts'
import { malformedInvocationField } from '../request.ts'
import { readDecision, readDescription, readUnpacked } from './answers.ts'
import { ask, type Bounds } from './ask.ts'
import type {
  Authorizer,
  AuthorizerOptions,
  NodeDecision,
  PackedInvocation,
  PolicyFailure,
  Received,
  ReceiveOptions,
} from './authorizer-model.ts'
import type { PlugInCode } from './codes.ts'
import {
  MAX_PACKED_BYTES,
  type AgentPolicy,
  type Operation,
  type OperationArguments,
  type Packet,
  type PolicyDescription,
} from './model.ts'
import { malformedNode, nodesOf } from './operation.ts'

/**
 * Starts the policies of an agent.
 *
 * @throws ConfigError (`ERR_CONFIG`) when a policy does not start or describes itself badly, two have
 *   one class name, or an option cannot be. Policies that had started are shut down again.
 */
export async function openAuthorizer(options: AuthorizerOptions): Promise<Authorizer> {
  checkOptions(options)
  const authorizer = new PolicyAuthorizer(options)
  await authorizer.open()
  return Object.freeze({
    policies: authorizer.descriptions,
    guard: authorizer.guard(),
    receive: (packet: Packet, how: ReceiveOptions = {}) => authorizer.receive(packet, how),
    authorize: (packet: Packet, how: ReceiveOptions = {}) => authorizer.authorize(packet, how),
    close: () => authorizer.close(),
  })
}

const DEFAULT_TIMEOUT_MS = 5000
/** What a timer of Node can wait. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

function checkOptions({ policies, nodes, timeoutMs, maxPackedBytes }: AuthorizerOptions): void {
  if (policies.length === 0) throw new ConfigError('an agent needs a security policy')
  if (nodes.length === 0) throw new ConfigError('an agent needs a node')
  const field = malformedNode(nodes)
  if (field !== undefined) throw new ConfigError(`a node of the agent has no proper \`${field}\``)
  const names = nodes.map(({ name, dns, domain }) => `${name}:${dns}:${domain}`)
  if (new Set(names).size < names.length) throw new ConfigError('the agent has a node twice')
  for (const [name, value] of Object.entries({ timeoutMs, maxPackedBytes })) {
    if (value !== undefined && !(value >= 1 && value <= MAX_TIMEOUT_MS)) {
      throw new ConfigError(`\`${name}\` is not a number from 1`)
    }
  }
}

interface OpenPolicy {
  readonly policy: AgentPolicy
  readonly description: PolicyDescription
}

type Step = PolicyFailure['step']

class PolicyAuthorizer {
  readonly #options: AuthorizerOptions
  readonly #nodes: readonly AgentNode[]
  readonly #timeoutMs: number
  readonly #open: OpenPolicy[] = []
  /** By the class names that policies have or accept. */
  readonly #byClass = new Map<string, OpenPolicy>()
  #isClosed = false

  constructor(options: AuthorizerOptions) {
    this.#options = options
    this.#nodes = options.nodes.map(({ name, dns, domain }) => Object.freeze({ name, dns, domain }))
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  }

  get descriptions(): readonly PolicyDescription[] {
    return Object.freeze(this.#open.map(({ description }) => description))
  }

  async open(): Promise<void> {
    const started: AgentPolicy[] = []
    try {
      for (const policy of this.#options.policies) {
        started.push(policy)
        // oxlint-disable-next-line no-await-in-loop -- a policy may rest on what an earlier one started
        const description = readDescription(await this.#start(policy))
        if (this.#byClass.has(description.className)) {
          throw new ConfigError(`two security policies are called \`${description.className}\``)
        }
        const open = { policy, description }
        this.#open.push(open)
        this.#byClass.set(description.className, open)
      }
    } catch (error) {
      await Promise.all(started.map((policy) => this.#shutDown(policy, 'a policy')))
      throw error
    }
    for (const open of this.#open) {
      for (const name of open.description.accepts ?? []) {
        if (!this.#byClass.has(name)) this.#byClass.set(name, open)
      }
    }
  }

  async #start(policy: AgentPolicy): Promise<unknown> {
    const asked = await ask(async () => {
      await policy.initialize?.()
      return policy.describe()
    }, this.#bounds())
    if ('answer' in asked) return asked.answer
    const { failure, cause } = asked
    throw new ConfigError(`a security policy did not start: ${failure}`, { cause })
  }

  guard(): Guard<PackedInvocation> {
    const descriptions = this.descriptions
    const reliances = descriptions.flatMap(({ reliesOn }) => reliesOn)
    const openings = descriptions.flatMap((description) => description.openings ?? [])
    return Object.freeze({
      name: 'hawk-policies',
      provides: GUARANTEES.filter((guarantee) =>
        descriptions.every(({ provides }) => provides.includes(guarantee)),
      ),
      reliesOn: reliances.filter(
        ({ guarantee, of }, index) =>
          reliances.findIndex((each) => each.guarantee === guarantee && each.of === of) === index,
      ),
      openings: [...new Set(openings)],
      check: (request: PackedInvocation) => this.#decide(request),
    })
  }

  async receive(packet: Packet, { signal }: ReceiveOptions): Promise<Received> {
    if (this.#isClosed) return CLOSED
    const { policyClass, packed } = Object(packet) as Partial<Packet>
    if (typeof policyClass !== 'string') return refuse('packet-malformed', 'policyClass')
    if (!(packed instanceof Uint8Array)) return refuse('packet-malformed', 'packed')
    if (packed.length > (this.#options.maxPackedBytes ?? MAX_PACKED_BYTES)) {
      return refuse('packet-too-large', 'packed')
    }
    const open = this.#byClass.get(policyClass)
    if (open === undefined) return refuse('policy-unknown', 'policyClass')
    const own = Uint8Array.from(packed)
    const bounds = this.#bounds(signal)
    const unpacked = await this.#ask(open, 'unpack', bounds, async (waiting) =>
      readUnpacked(await open.policy.unpack(own, { policyClass, signal: waiting })),
    )
    if ('outcome' in unpacked) return unpacked
    const { id, user, operation } = unpacked
    if ('fault' in operation) return refuse(operation.fault, operation.field)
    const scope = operation.kind === 'node' ? ('point-to-point' as const) : ('group' as const)
    const { microagent, method, arguments: given = NO_ARGUMENTS } = operation
    const more = signal === undefined ? {} : { signal }
    const [first, ...rest] = this.#namedBy(operation).map((node) => {
      const asked = { user: claimed(user), node, scope, microagent, method, arguments: given }
      return Object.freeze({ ...asked, policyClass, id, operation, ...more })
    })
    if (first === undefined) return refuse('operation-not-for-this-agent', fieldOf(operation))
    if (malformedInvocationField(first) !== undefined) {
      return this.#failed(open, 'unpack', { failure: 'policy-answer-malformed' })
    }
    return Object.freeze({
      outcome: 'received',
      requests: Object.freeze([first, ...rest] as const),
    })
  }

  async authorize(
    packet: Packet,
    options: ReceiveOptions,
  ): Promise<readonly [NodeDecision, ...NodeDecision[]]> {
    const received = await this.receive(packet, options)
    const decisions: NodeDecision[] =
      received.outcome === 'deny'
        ? this.#nodes.map((node) => Object.freeze({ node, decision: received }))
        : await Promise.all(
            received.requests.map(async (request) => {
              const decision = await this.#decide(request)
              return Object.freeze({ node: request.node, decision, request })
            }),
          )
    return Object.freeze(decisions) as unknown as readonly [NodeDecision, ...NodeDecision[]]
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.all(
      this.#open.map(({ policy, description }) => this.#shutDown(policy, description.className)),
    )
  }

  async #decide(request: PackedInvocation): Promise<Decision> {
    if (this.#isClosed) return CLOSED
    const { policyClass, id, operation, node, scope } = request
    const open = this.#byClass.get(policyClass)
    if (open === undefined) return refuse('policy-unknown', 'policyClass')
    const impact = this.#impactOf(request)
    if (typeof impact !== 'string') return impact
    return this.#ask(open, 'validateId', this.#bounds(request.signal), async (signal) => {
      const call = { policyClass, node, scope, impact, signal }
      return readDecision(await open.policy.validateId(id, operation, call))
    })
  }

  #impactOf({ microagent, method }: PackedInvocation): Impact | Deny {
    const methods = this.#options.microagents.get(microagent)
    if (methods === undefined) return deny({ code: 'unknown-microagent', source: AGENT_TABLE })
    return methods.get(method) ?? deny({ code: 'unknown-method', source: AGENT_TABLE })
  }

  #namedBy(operation: Operation): AgentNode[] {
    const named = nodesOf(operation)
    return this.#nodes.filter((own) =>
      named.some(
        ({ name, dns, domain }) => name === own.name && dns === own.dns && domain === own.domain,
      ),
    )
  }

  async #ask<Answer>(
    open: OpenPolicy,
    step: Step,
    bounds: Bounds,
    call: (signal: AbortSignal) => Promise<Answer | undefined>,
  ): Promise<Answer | Deny> {
    const asked = await ask(call, bounds)
    if (!('answer' in asked)) return this.#failed(open, step, asked)
    const { answer } = asked
    return answer ?? this.#failed(open, step, { failure: 'policy-answer-malformed' })
  }

  #failed(
    { description: { className } }: OpenPolicy,
    step: Step,
    { failure: code, cause }: { readonly failure: PlugInCode; readonly cause?: unknown },
  ): Deny {
    this.#tell({ className, step, code, ...(cause === undefined ? {} : { cause }) })
    return deny({ code, source: POLICY_TABLE, facts: { policy: className, step } })
  }

  async #shutDown(policy: AgentPolicy, className: string): Promise<void> {
    const asked = await ask(async () => policy.shutdown?.(), this.#bounds())
    if ('answer' in asked) return
    const { failure: code, cause } = asked
    this.#tell({ className, step: 'shutdown', code, ...(cause === undefined ? {} : { cause }) })
  }

  #tell(failure: PolicyFailure): void {
    try {
      this.#options.onFailure?.(failure)
    } catch {
      // A log that fails must not turn a refusal into an error.
    }
  }

  #bounds(signal?: AbortSignal): Bounds {
    return { timeoutMs: this.#timeoutMs, ...(signal === undefined ? {} : { signal }) }
  }
}

const AGENT_TABLE = { table: 'microagents' } as const
const POLICY_TABLE = { table: 'security policies' } as const
const CLOSED = deny({ code: 'policies-closed', source: POLICY_TABLE })
const NO_ARGUMENTS: OperationArguments = Object.freeze({})

function refuse(code: PlugInCode, field: string): Deny<PlugInCode> {
  return deny({ code, source: { request: field } })
}

function fieldOf({ kind }: Operation): string {
  return kind === 'node' ? 'operation.node' : 'operation.nodes'
}
