import { randomBytes } from 'node:crypto'
import { ConfigError } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import PQueue from 'p-queue'
import { requestOf, type Operator, type Permission } from '../exec/operator.ts'
import type { StatedDecision } from '../kinds/stated.ts'
import type { SystemDirectory } from '../systems.ts'
import { Job, Run, type JobListener, type JobView } from './job.ts'
import { planTask, type TaskOrder, type Work } from './plan.ts'
import { endEvent, refusalEvent, runEvent, startEvent, stopEvent, type Recorder } from './record.ts'
import { RUN_CODES, type RunEnd, type Runner, type RunFailureCode } from './runner.ts'

/** What a task facility works with. */
export interface FacilityOptions {
  /** The systems that it knows. */
  readonly systems: SystemDirectory
  /** Runs one command on one system. */
  readonly runner: Runner
  /** Keeps what was done. Default: nobody. */
  readonly record?: Recorder
  /** Longest run on one system in milliseconds. Default one hour. */
  readonly maxRunMs?: number
  /** The time. Default: the clock of this machine. */
  readonly now?: () => Date
}

/** What became of an order. */
export interface Started {
  /** Whether it may be carried out; nothing was sent after a deny. */
  readonly permission: Permission
  /** The job as it stands at first; undefined after a deny. */
  readonly job?: JobView
  /** Resolves when the job has ended and is recorded; undefined after a deny. */
  readonly finished?: Promise<JobView>
}

/** Most jobs at once, for all users together; the vendor's number. */
export const MAX_JOBS_AT_ONCE = 10

/** Most systems of one job at once: with ten jobs a hundred connections. */
const MAX_RUNS_AT_ONCE = 10

/** Most jobs that wait; more are refused. */
const MAX_WAITING_JOBS = 1000

/** Most jobs that are kept when they have ended. */
export const MAX_ENDED_JOBS = 64

/** Most bytes of each stream of a run, and of all runs of a job, that are kept. */
const MAX_STREAM_BYTES = 64 * 1024
const MAX_JOB_BYTES = 1024 * 1024

const MAX_RUN_MS = 60 * 60 * 1000

/**
 * Runs tools on systems by SSH, as the vendor's Distributed Task Facility does: ten jobs at once and the
 * rest in order, a run never twice, each result by itself.
 *
 * Who may is decided by the operator's files, all targets or none, before anything is sent. Jobs are in
 * memory: they end with the facility, and what they began on systems may go on.
 */
export class TaskFacility {
  readonly #options: Required<Omit<FacilityOptions, 'record'>>
  readonly #record: Recorder | undefined
  readonly #queue = new PQueue({ concurrency: MAX_JOBS_AT_ONCE })
  readonly #jobs = new Map<string, Job>()
  readonly #finishing = new Set<Promise<JobView>>()
  #isClosed = false

  constructor({ systems, runner, record, maxRunMs, now }: FacilityOptions) {
    this.#options = {
      systems,
      runner,
      maxRunMs: maxRunMs ?? MAX_RUN_MS,
      now: now ?? ((): Date => new Date()),
    }
    this.#record = record
  }

  /** Jobs as they stand, the newest first. */
  get jobs(): readonly JobView[] {
    return [...this.#jobs.values()].map(({ view }) => view).toReversed()
  }

  /** One job as it stands. */
  find(id: string): JobView | undefined {
    return this.#jobs.get(id)?.view
  }

  /**
   * Takes an order in.
   *
   * @throws ConfigError for systems that are unknown or have no `ssh`, when too many jobs wait, and after
   *   the end of the facility; ParseError for files with errors.
   */
  async start(order: TaskOrder, operator: Operator, listener: JobListener = {}): Promise<Started> {
    const id = randomBytes(6).toString('hex')
    const { permission, work } = await planTask(order, id, operator, this.#options.systems)
    if (work === undefined) {
      await this.#keep(() => refusalEvent(order, operator.user, permission))
      return { permission }
    }
    if (this.#isClosed) throw new ConfigError('the console is ending, and starts no task')
    if (this.#queue.size >= MAX_WAITING_JOBS) throw new ConfigError('too many tasks wait')
    const job = this.#jobOf(id, work, listener)
    this.#jobs.set(id, job)
    this.#dropOldest()
    const carriedOut = this.#queue.add(() => this.#carryOut(job, listener))
    const finished = job.ended
      .then(() => (job.hasBegun ? carriedOut : undefined))
      .then(() => this.#end(job))
    this.#finishing.add(finished)
    void finished.then(() => this.#finishing.delete(finished))
    return { permission, job: job.view, finished }
  }

  /**
   * Cancels a job, or kills it. Cancelled, it starts no further run; killed, it ends the connections of
   * those that run as well.
   *
   * @returns Whether the operator may: who asked for the job, or has full rights.
   * @throws ConfigError for a job that is unknown; ParseError for files with errors.
   */
  async stop(
    id: string,
    how: 'cancel' | 'kill',
    { user, state }: Operator,
  ): Promise<StatedDecision> {
    const job = this.#jobs.get(id)
    if (job === undefined) throw new ConfigError(`there is no task \`${id.slice(0, 64)}\``)
    const decision = toolbox.checkConfiguration(await state(), {
      ...requestOf(user, { tool: job.work.tool, targets: [] }),
      action: 'jobs.cancel',
      startedByCaller: job.work.user === user,
    })
    await this.#keepOf(job, () => stopEvent(job, how, { user, decision }))
    if (decision.outcome === 'allow') {
      for (const run of job.runs) run[how]()
    }
    const reasons = decision.reasons.map((reason) => ({
      ...reason,
      sentence: toolbox.describe(reason),
    }))
    return { outcome: decision.outcome, reasons }
  }

  /** Ends every job, and starts none any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of this.#jobs.values()) {
      for (const run of job.runs) run.kill()
    }
    await Promise.all([this.#queue.onIdle(), ...this.#finishing])
  }

  #jobOf(id: string, work: Work, listener: JobListener): Job {
    const share = Math.floor(MAX_JOB_BYTES / (2 * Math.max(1, work.orders.length)))
    const most = Math.min(MAX_STREAM_BYTES, share)
    const tell = (run: Run): void => {
      try {
        listener.onRun?.(run.result)
      } catch {
        // Whoever looks on has no say in what a run does.
      }
    }
    const runs = work.orders.map((order) => new Run(order, most, tell))
    return new Job(id, work, runs, this.#now())
  }

  /** Runs what waits, some at once. */
  async #carryOut(job: Job, listener: JobListener): Promise<void> {
    if (job.isEnded) return
    job.began(this.#now())
    if (!(await this.#keepOf(job, () => startEvent(job)))) {
      for (const run of job.runs) run.finish(failed('audit-failed'))
    }
    const waiting = job.runs.values()
    const work = async (): Promise<void> => {
      for (const run of waiting) {
        // oxlint-disable-next-line no-await-in-loop -- one worker has one run at a time
        await this.#carryOutRun(run, listener)
        // oxlint-disable-next-line no-await-in-loop
        await this.#keepOf(job, () => runEvent(job, run.result))
      }
    }
    await Promise.all(Array.from({ length: MAX_RUNS_AT_ONCE }, work))
  }

  async #carryOutRun(run: Run, { onOutput }: JobListener): Promise<void> {
    if (!run.begin()) return
    const { runner, maxRunMs } = this.#options
    const timer = setTimeout(() => run.finish(failed('run-too-long')), maxRunMs)
    const ending = endOf(runner, run, (chunk, stream) =>
      run.take(chunk, stream) ? onOutput?.(run.order.system.name, chunk, stream) : undefined,
    )
    void ending.then((end) => run.finish(end))
    await run.ended
    clearTimeout(timer)
  }

  async #end(job: Job): Promise<JobView> {
    job.noteEnd(this.#now())
    await this.#keepOf(job, () => endEvent(job))
    this.#dropOldest()
    return job.view
  }

  /** As {@link #keep}, of a job, which is told when it was not. */
  async #keepOf(job: Job, event: () => Parameters<Recorder>[0]): Promise<boolean> {
    const isKept = await this.#keep(event)
    if (!isKept) job.noteUnrecorded()
    return isKept
  }

  /** Whether a record was kept; without a recorder nothing has to be. */
  async #keep(event: () => Parameters<Recorder>[0]): Promise<boolean> {
    try {
      await this.#record?.(event())
      return true
    } catch {
      return false
    }
  }

  #dropOldest(): void {
    const ended = [...this.#jobs.values()]
      .filter(({ isEnded }) => isEnded)
      .toSorted((one, other) => one.endedAt.localeCompare(other.endedAt))
    for (const { id } of ended.slice(0, Math.max(0, ended.length - MAX_ENDED_JOBS))) {
      this.#jobs.delete(id)
    }
  }

  #now(): string {
    return this.#options.now().toISOString()
  }
}

async function endOf(
  runner: Runner,
  run: Run,
  onOutput: Parameters<Runner>[1]['onOutput'],
): Promise<RunEnd> {
  try {
    const onHost = (decision: Parameters<Run['sawHost']>[0]): void => run.sawHost(decision)
    return await runner(run.order, { signal: run.signal, onHost, onOutput })
  } catch {
    return failed('internal-error')
  }
}

function failed(code: RunFailureCode & keyof typeof RUN_CODES): RunEnd {
  return { failure: { code, message: RUN_CODES[code] } }
}
