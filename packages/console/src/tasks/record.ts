import { decisionEvent, mxTaskMessage, type AuditEvent } from '@gatehouse/audit-log'
import { formatSource, type Decision } from '@gatehouse/core'
import type { Permission } from '../exec/operator.ts'
import type { Job, RunResult } from './job.ts'
import type { TaskOrder } from './plan.ts'

/** Takes what is to be kept about jobs: an audit log, for one. Rejects when it cannot. */
export type Recorder = (event: AuditEvent) => Promise<unknown>

/** Most characters of each stream, or of names, in a record: with both, and escaped, it stays below the limit of one. */
const MAX_TEXT_CHARACTERS = 4096

/** Who wants to run a tool, and may not. */
export function refusalEvent(
  { tool, systems }: TaskOrder,
  user: string,
  permission: Permission,
): AuditEvent {
  return {
    event: 'decision',
    ...decided(permission),
    by: 'task-facility',
    claimedUser: user,
    operation: 'task.run',
    target: tool,
    ...(systems !== undefined && { facts: { systems: systems.slice(0, MAX_TEXT_CHARACTERS) } }),
  }
}

/** What is recorded before anything of a job is sent. */
export function startEvent({ id, work }: Job): AuditEvent {
  return {
    event: 'task.start',
    ...decided(work.permission),
    ...about(id, work),
    facts: { task: id, targets: count(work.targets) },
  }
}

/** Who wants to stop a job, and whether it is stopped. */
export function stopEvent(
  { id, work }: Job,
  how: 'cancel' | 'kill',
  { user, decision }: { readonly user: string; readonly decision: Decision },
): AuditEvent {
  const facts = { task: id, how, startedBy: work.user }
  return decisionEvent(decision, {
    by: 'task-facility',
    claimedUser: user,
    operation: `task.${how}`,
    target: work.tool,
    facts,
  })
}

/** What came of one run. Its output stands in it unless the definition of the tool says otherwise. */
export function runEvent({ id, work }: Job, run: RunResult): AuditEvent {
  const { system, account, state, exitCode, signal, failure, host, truncated } = run
  const output = [run.stdout, run.stderr]
    .map((text) => text.slice(0, MAX_TEXT_CHARACTERS))
    .filter((text) => text !== '')
    .join('\n')
  const isCut =
    truncated || [run.stdout, run.stderr].some((one) => one.length > MAX_TEXT_CHARACTERS)
  const keyCode = host?.reasons[0]?.code
  return {
    event: 'task.run',
    outcome: state === 'done' ? 'success' : 'failure',
    codes: [failure?.code ?? state],
    ...about(id, work),
    target: system,
    message: mxTaskMessage(
      { tool: work.tool, ...(exitCode !== undefined && { exitCode }), output },
      work.logsOutput,
    ),
    facts: {
      task: id,
      state,
      account,
      ...(signal !== undefined && { signal }),
      ...(keyCode !== undefined && { hostKey: keyCode }),
      ...(work.logsOutput && isCut && { output: 'cut' }),
    },
  }
}

/** What came of a job as a whole. */
export function endEvent({ id, work, view }: Job): AuditEvent {
  const { began, ended } = view.times
  const isDone = view.runs.every(({ state }) => state === 'done')
  return {
    event: 'task.end',
    outcome: isDone ? 'success' : 'failure',
    ...about(id, work),
    facts: {
      task: id,
      done: count(view.runs.filter(({ state }) => state === 'done')),
      of: count(view.runs),
      ...(began !== undefined && { began }),
      ...(ended !== undefined && { ended }),
    },
  }
}

function decided({
  outcome,
  reasons,
}: Permission): Pick<AuditEvent, 'outcome' | 'codes' | 'source'> {
  const source = reasons[0]?.source
  return {
    outcome,
    codes: reasons.map(({ code }) => code),
    ...(source !== undefined && { source: formatSource(source) }),
  }
}

function about(
  id: string,
  { tool, user }: Job['work'],
): Pick<AuditEvent, 'by' | 'claimedUser' | 'operation' | 'message'> {
  return { by: 'task-facility', claimedUser: user, operation: tool, message: `task ${id}` }
}

function count(list: readonly unknown[]): string {
  return String(list.length)
}
