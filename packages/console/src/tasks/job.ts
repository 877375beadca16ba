import type { HostDecision } from '@gatehouse/ssh-trust'
import { describeHost } from '@gatehouse/ssh-trust'
import type { StatedDecision } from '../kinds/stated.ts'
import { KeptOutput, type Output } from './kept-output.ts'
import type { Work } from './plan.ts'
import {
  RUN_CODES,
  type OutputStream,
  type RunEnd,
  type RunFailure,
  type RunOrder,
} from './runner.ts'

/**
 * Where a run stands. `done`: ended with exit code 0. `cancelled`: never started. `killed`: its connection
 * was ended; what it began on the system may go on.
 */
export type RunState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'killed'

/** One run of a job, on one system. */
export interface RunResult extends Output {
  /** Name of the system. */
  readonly system: string
  /** Account there. */
  readonly account: string
  /** Where it stands. */
  readonly state: RunState
  /** Exit code, where there is one. */
  readonly exitCode?: number
  /** Signal that ended it. */
  readonly signal?: string
  /** Why it failed. */
  readonly failure?: RunFailure
  /** How the key of the system was decided. */
  readonly host?: StatedDecision
}

/** A job as it stands. */
export interface JobView {
  /** Stands for it in commands, and is `MX_TASKID` of its tool. */
  readonly id: string
  /** Name of the tool. */
  readonly tool: string
  /** Who asked. */
  readonly user: string
  /** Systems that it is for. */
  readonly targets: readonly string[]
  /** `waiting` until it is among those that run at once, `ended` when all of its runs have. */
  readonly state: 'waiting' | 'running' | 'ended'
  /** When it was asked for, began and ended: ISO 8601, UTC. */
  readonly times: { readonly asked: string; readonly began?: string; readonly ended?: string }
  /** Its runs: one for each target, or one on the management server. */
  readonly runs: readonly RunResult[]
  /** Whether the audit log could not take what came of it. */
  readonly unrecorded?: true
}

/** Gets what a job does while it does it. */
export interface JobListener {
  /** Takes output; the system waits while a promise is pending. Unescaped. */
  readonly onOutput?: (
    system: string,
    chunk: Uint8Array,
    stream: OutputStream,
  ) => void | Promise<void>
  /** Takes where a run stands, at each change. */
  readonly onRun?: (run: RunResult) => void
}

/** One run of a job. Each change of its state is in one place, and none leads back. */
export class Run {
  readonly order: RunOrder
  readonly #kept: KeptOutput
  readonly #tell: (run: Run) => void
  readonly #abort = new AbortController()
  readonly #ended: Promise<void>
  #settle: () => void = () => undefined
  #state: RunState = 'waiting'
  #end: RunEnd | undefined
  #host: HostDecision | undefined

  constructor(order: RunOrder, maxBytes: number, tell: (run: Run) => void) {
    this.order = order
    this.#kept = new KeptOutput(maxBytes)
    this.#tell = tell
    this.#ended = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  get state(): RunState {
    return this.#state
  }

  /** Resolves when the run has ended, whatever its runner does. */
  get ended(): Promise<void> {
    return this.#ended
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Whether it was waiting: only then it is to be started. */
  begin(): boolean {
    if (this.#state !== 'waiting') return false
    this.#become('running')
    return true
  }

  /** Keeps output while it runs; whether it does. */
  take(chunk: Uint8Array, stream: OutputStream): boolean {
    if (this.#state !== 'running') return false
    this.#kept.take(chunk, stream)
    return true
  }

  sawHost(decision: HostDecision): void {
    if (this.#state === 'running') this.#host = decision
  }

  finish(end: RunEnd): void {
    if (this.#state !== 'running' && this.#state !== 'waiting') return
    this.#end = withFailure(end)
    this.#become('failure' in this.#end ? 'failed' : 'done')
  }

  cancel(): void {
    if (this.#state === 'waiting') this.#become('cancelled')
  }

  kill(): void {
    if (this.#state === 'waiting') this.#become('cancelled')
    if (this.#state === 'running') this.#become('killed')
  }

  get result(): RunResult {
    const { system, account } = this.order
    const end = this.#end
    return {
      system: system.name,
      account,
      state: this.#state,
      ...(end !== undefined &&
        'exitCode' in end &&
        end.exitCode !== null && { exitCode: end.exitCode }),
      ...(end !== undefined && 'signal' in end && end.signal !== null && { signal: end.signal }),
      ...(end !== undefined && 'failure' in end && { failure: end.failure }),
      ...(this.#host && { host: stated(this.#host) }),
      ...this.#kept.output,
    }
  }

  #become(state: RunState): void {
    this.#state = state
    if (state !== 'running') {
      this.#settle()
      this.#abort.abort()
    }
    this.#tell(this)
  }
}

/** How a run ended: only exit code 0 is no failure. */
type Ending = RunEnd & { readonly failure?: RunFailure }

function withFailure(end: RunEnd): Ending {
  if ('failure' in end) return end
  const { exitCode, signal } = end
  if (exitCode === 0 && signal === null) return end
  const code =
    signal === null ? (exitCode === null ? 'outcome-unknown' : 'exit-code') : 'ended-by-signal'
  return { ...end, failure: { code, message: RUN_CODES[code] } }
}

function stated({ outcome, reasons }: HostDecision): StatedDecision {
  return {
    outcome,
    reasons: reasons.map((reason) => ({ ...reason, sentence: describeHost(reason) })),
  }
}

/** A job: runs of one tool, for one user. */
export class Job {
  readonly id: string
  readonly work: Work
  readonly runs: readonly Run[]
  readonly ended: Promise<void>
  #times: JobView['times']
  #unrecorded = false

  constructor(id: string, work: Work, runs: readonly Run[], asked: string) {
    this.id = id
    this.work = work
    this.runs = runs
    this.#times = { asked }
    this.ended = Promise.all(runs.map((run) => run.ended)).then(() => undefined)
  }

  began(at: string): void {
    this.#times = { ...this.#times, began: at }
  }

  noteEnd(at: string): void {
    this.#times = { ...this.#times, ended: at }
  }

  noteUnrecorded(): void {
    this.#unrecorded = true
  }

  /** Whether it was among those that run at once. */
  get hasBegun(): boolean {
    return this.#times.began !== undefined
  }

  /** Whether all of its runs have ended. */
  get isEnded(): boolean {
    return this.runs.every(({ state }) => state !== 'waiting' && state !== 'running')
  }

  /** When it ended, ISO 8601; empty until then. */
  get endedAt(): string {
    return this.#times.ended ?? ''
  }

  get view(): JobView {
    const { tool, user, targets } = this.work
    const waits = this.hasBegun ? 'running' : 'waiting'
    return {
      id: this.id,
      tool,
      user,
      targets,
      state: this.isEnded ? 'ended' : waits,
      times: this.#times,
      runs: this.runs.map(({ result }) => result),
      ...(this.#unrecorded && { unrecorded: true }),
    }
  }
}
