import type { Permission } from '../exec/operator.ts'
import type { StatedDecision } from '../kinds/stated.ts'
import type { JobView, RunState } from './job.ts'
import type { TaskOrder } from './plan.ts'

/** What a running console is asked to do about jobs. */
export type TaskRequest =
  | { readonly do: 'run'; readonly order: TaskOrder }
  | { readonly do: 'list' }
  | { readonly do: 'show' | 'cancel' | 'kill'; readonly id: string }

/** A job without what its runs wrote. */
export interface JobSummary extends Pick<JobView, 'id' | 'tool' | 'user' | 'state' | 'times'> {
  /** How many runs are in each state; those without a run are left out. */
  readonly runs: Readonly<Partial<Record<RunState, number>>>
}

/** What it answers. */
export type TaskAnswer =
  | {
      /** Of `run`. */
      readonly permission: Permission
      /** Undefined after a deny. */
      readonly job?: JobView
    }
  | {
      /** Of `list`: the newest first. */
      readonly jobs: readonly JobSummary[]
    }
  | {
      /** Of `show`. */
      readonly shown: JobView
    }
  | {
      /** Of `cancel` and `kill`. */
      readonly decision: StatedDecision
      /** As it stands now. */
      readonly shown: JobView
    }

/** A job without what its runs wrote. */
export function summaryOf({ id, tool, user, state, times, runs }: JobView): JobSummary {
  const counts: Partial<Record<RunState, number>> = {}
  for (const run of runs) counts[run.state] = (counts[run.state] ?? 0) + 1
  return { id, tool, user, state, times, runs: counts }
}
