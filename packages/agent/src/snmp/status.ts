import type { AuditState } from '../audit/journal.ts'
import type { Count } from '../audit/tally.ts'
import type { ResidentAgent, RunningAgent } from '../running-agent.ts'

/** What a part is, by its number in the table. */
export const KINDS = { listener: 1, microagent: 2, policy: 3, record: 4 } as const

/**
 * How a part is doing, by its number in the table. `degraded`: a policy file has errors and the last good
 * policy stays, or decisions are carried out that cannot be recorded.
 */
export const STATES = { up: 1, down: 2, degraded: 3 } as const

/** A part of the agent, as its table shows it. */
export interface Part {
  readonly kind: keyof typeof KINDS
  /** Unique among its kind. */
  readonly name: string
  readonly state: keyof typeof STATES
  /** Decisions since the agent started; nothing where it makes none. */
  readonly count?: Count
}

/** What an agent tells of itself. */
export type AgentShown = Pick<ResidentAgent, 'policies' | 'audit'> &
  Pick<RunningAgent, 'agentAddress' | 'daemonAddress' | 'webAgentAddress' | 'sshAddress'>

/** What the parts are told by. */
export interface StatusParts {
  readonly agent: () => AgentShown
  /** Names of the microagents. */
  readonly microagents: readonly string[]
  /** Decisions of a part, or about a microagent. */
  readonly countOf: (name: string) => Count
}

/** Every part of an agent and how it is doing: always the same parts in the same order. */
export class Status {
  readonly #parts: StatusParts
  /** Files that could not be used when they were last read, while a policy of theirs is in force. */
  #faulty: ReadonlySet<string> = new Set()

  constructor(parts: StatusParts) {
    this.#parts = parts
  }

  /** Hears of the last reading of the policy files. */
  heard(faulty: Iterable<string>): void {
    this.#faulty = new Set(faulty)
  }

  /** All parts now. */
  get now(): readonly Part[] {
    const { microagents, countOf } = this.#parts
    const agent = this.#parts.agent()
    const listener = (name: string, by: string, place: object | undefined): Part => ({
      kind: 'listener',
      name,
      state: place === undefined ? 'down' : 'up',
      count: countOf(by),
    })
    const { daemonAddress, agentAddress, webAgentAddress, sshAddress } = agent
    return [
      listener('service daemon', 'daemon', daemonAddress),
      listener('agent', 'agent', agentAddress),
      ...(webAgentAddress ? [listener('web agent', 'web-agent', webAgentAddress)] : []),
      ...(sshAddress ? [listener('ssh', 'ssh', sshAddress)] : []),
      listener('snmp', 'snmp', {}),
      ...microagents.map((name): Part => ({
        kind: 'microagent',
        name,
        state: agentAddress === undefined ? 'down' : 'up',
        count: countOf(name),
      })),
      ...agent.policies.map(({ file, inForce }): Part => ({
        kind: 'policy',
        name: file,
        state: inForce ? (this.#faulty.has(file) ? 'degraded' : 'up') : 'down',
      })),
      { kind: 'record', name: 'audit', state: stateOf(agent.audit) },
    ]
  }
}

function stateOf({ failing, onFull }: AuditState): Part['state'] {
  if (failing === undefined) return 'up'
  return onFull === 'refuse' ? 'down' : 'degraded'
}

/** Hears of a part that is doing otherwise, and of its row in the table. */
type OnChange = (part: Part, row: number) => void

/** Looks at the parts now and then, and tells which of them are doing otherwise than before. */
export class StatusWatch {
  readonly #status: Pick<Status, 'now'>
  readonly #onChange: OnChange
  #states: ReadonlyMap<string, Part['state']> = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(status: Pick<Status, 'now'>, onChange: OnChange) {
    this.#status = status
    this.#onChange = onChange
  }

  /** Looks at once, tells nobody, and then looks every so often. */
  start(everyMs: number = LOOK_MS): void {
    this.#states = statesOf(this.#status.now)
    this.#timer = setInterval(() => this.look(), everyMs).unref()
  }

  /** Looks, and tells. */
  look(): void {
    const { now } = this.#status
    const before = this.#states
    this.#states = statesOf(now)
    for (const [at, part] of now.entries()) {
      const state = before.get(keyOf(part))
      // A part that was not there is no change: files of keys come and go with accounts.
      if (state !== undefined && state !== part.state) this.#onChange(part, at + 1)
    }
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Time between two looks, in milliseconds. */
const LOOK_MS = 1_000

function statesOf(parts: readonly Part[]): ReadonlyMap<string, Part['state']> {
  return new Map(parts.map((part) => [keyOf(part), part.state]))
}

function keyOf({ kind, name }: Part): string {
  return `${kind} ${name}`
}
