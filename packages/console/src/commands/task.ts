import { setTimeout as wait } from 'node:timers/promises'
import { AuditLogError, openAuditLog, type AuditLog } from '@gatehouse/audit-log'
import { ConfigError, escapeControls } from '@gatehouse/core'
import { taskThroughConsole, type RemoteConsole } from '../console-client.ts'
import type { Account } from '../exec/account.ts'
import type { Operator, Permission } from '../exec/operator.ts'
import { EXIT, gravest, type ExitCode } from '../exit-code.ts'
import { jsonLine, renderDecision } from '../render.ts'
import { systemsFile } from '../systems.ts'
import { TaskFacility } from '../tasks/facility.ts'
import type { JobView } from '../tasks/job.ts'
import type { TaskOrder } from '../tasks/plan.ts'
import type { Recorder } from '../tasks/record.ts'
import { exitCodeOfRun, LinePrinter, renderJob, renderJobs } from '../tasks/render-job.ts'
import { sshRunner } from '../tasks/ssh-runner.ts'
import { painter, type Terminal } from '../terminal.ts'
import { argumentsOf } from './arguments.ts'
import { operatorIn, type OperatorOptions } from './operator-options.ts'
import { remoteConsole, systemsPath, type RemoteOptions } from './remote.ts'

/** Options of the commands to a running console. */
export interface TaskOptions extends RemoteOptions {
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Options of `task run`. */
export interface TaskRunOptions extends OperatorOptions, TaskOptions {
  /** Systems, separated by commas, or `all`. Default: the targets of the tool's definition. */
  readonly on?: string
  /** Arguments of the tool as `name=value`. */
  readonly argument?: readonly string[]
  /** Path of an audit log that takes what is done. */
  readonly audit?: string
  /** Leave the job to the running console. */
  readonly detach?: boolean
}

interface Surroundings {
  readonly terminal: Terminal
  readonly account: Account
}

/** `gatehouse task run TOOL --on SYSTEMS …`: runs a tool on systems by SSH. */
export async function runTask(
  tool: string,
  options: TaskRunOptions,
  { terminal, account }: Surroundings,
): Promise<ExitCode> {
  const { on: systems, argument } = options
  const display = terminal.env['DISPLAY']
  const order: TaskOrder = {
    tool,
    ...(systems !== undefined && { systems }),
    ...(argument !== undefined && { arguments: argumentsOf(argument) }),
    ...(display !== undefined && display !== '' && { display }),
  }
  const url = options.console ?? (options.toolbox ? undefined : terminal.env['GATEHOUSE_CONSOLE'])
  const operator = operatorIn(options, account)
  if (url === undefined) {
    if (operator === undefined) throw new ConfigError('`--toolbox` is missing, or `--console`')
    if (options.detach === true) throw new ConfigError('`--detach` goes with `--console`')
    return runHere(order, operator, options, terminal)
  }
  if (operator !== undefined || options.audit !== undefined) {
    throw new ConfigError('`--toolbox` and `--audit` go without `--console`, which has its own')
  }
  return runThere(order, await remoteConsole(url, options, terminal), options, terminal)
}

async function runHere(
  order: TaskOrder,
  operator: Operator,
  options: TaskRunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { record, close } = await openRecorder(options.audit)
  const tasks = new TaskFacility({
    systems: systemsFile(systemsPath(options.systems, terminal)),
    runner: sshRunner(),
    ...(record && { record }),
  })
  const printer = new LinePrinter(options.json === true ? () => undefined : terminal.out)
  try {
    const { permission, finished } = await tasks.start(order, operator, {
      onOutput: (system, chunk, stream) => printer.take(system, chunk, stream),
    })
    const job = await finished
    printer.end()
    return report(permission, job, { withOutput: false, options, terminal })
  } finally {
    await tasks.close()
    await close()
  }
}

/**
 * The audit log at a path, which has to take each record before something is done.
 *
 * @throws ConfigError when it cannot be opened, is damaged, or another process writes it.
 */
export async function openRecorder(
  path: string | undefined,
): Promise<{ readonly record?: Recorder; readonly close: () => Promise<void> }> {
  if (path === undefined) return { close: () => Promise.resolve() }
  const log = await openLog(path)
  return {
    record: (event) => log.append(event),
    close: async () => {
      await log.close()
    },
  }
}

async function openLog(path: string): Promise<AuditLog> {
  try {
    return await openAuditLog({ path, onFull: 'refuse' })
  } catch (cause) {
    if (!(cause instanceof AuditLogError)) throw cause
    const { code, message } = cause
    const source = { file: path }
    throw new ConfigError(`audit log \`${path}\`: ${message} [${code}]`, { source, cause })
  }
}

/** How often a running console is asked whether a job has ended. */
const ASKED_AGAIN_MS = 500

async function runThere(
  order: TaskOrder,
  console: RemoteConsole,
  options: TaskRunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const answer = await taskThroughConsole(console, { do: 'run', order })
  if (!('permission' in answer)) throw new ConfigError('the console answers another question')
  let { job } = answer
  while (job !== undefined && job.state !== 'ended' && options.detach !== true) {
    // oxlint-disable-next-line no-await-in-loop -- asked until it has ended
    await wait(ASKED_AGAIN_MS)
    // oxlint-disable-next-line no-await-in-loop
    job = await shown(console, { do: 'show', id: job.id })
  }
  return report(answer.permission, job, { withOutput: true, options, terminal })
}

async function shown(
  console: RemoteConsole,
  request: { readonly do: 'show'; readonly id: string },
): Promise<JobView> {
  const answer = await taskThroughConsole(console, request)
  if ('shown' in answer) return answer.shown
  throw new ConfigError('the console answers another question')
}

function report(
  permission: Permission,
  job: JobView | undefined,
  {
    withOutput,
    options,
    terminal,
  }: { withOutput: boolean; options: TaskOptions; terminal: Terminal },
): ExitCode {
  if (options.json === true) {
    terminal.out(jsonLine({ command: 'task run', permission, ...(job && { job }) }))
  } else {
    const paint = painter(terminal.colour)
    const denied = [
      ...renderDecision(permission, paint),
      ...permission.lines.map((line) => `       ${escapeControls(line)}`),
      'nothing was sent',
    ]
    const lines = job === undefined ? denied : renderJob(job, paint, { withOutput })
    terminal.out(`${lines.join('\n')}\n`)
  }
  return job === undefined ? EXIT.deny : gravest(job.runs.map(exitCodeOfRun))
}

/** `gatehouse task list`: the jobs of a running console. */
export async function listTasks(options: TaskOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await taskThroughConsole(await theConsole(options, terminal), { do: 'list' })
  if (!('jobs' in answer)) throw new ConfigError('the console answers another question')
  const { jobs } = answer
  terminal.out(
    options.json === true
      ? jsonLine({ command: 'task list', jobs })
      : `${renderJobs(jobs).join('\n')}\n`,
  )
  return EXIT.allow
}

/** `gatehouse task show JOB`: a job of a running console, as it stands. */
export async function showTask(
  id: string,
  options: TaskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const job = await shown(await theConsole(options, terminal), { do: 'show', id })
  const lines = renderJob(job, painter(terminal.colour), { withOutput: true })
  terminal.out(
    options.json === true ? jsonLine({ command: 'task show', job }) : `${lines.join('\n')}\n`,
  )
  return gravest(job.runs.map(exitCodeOfRun))
}

/** `gatehouse task cancel JOB` and `task kill JOB`. */
export async function stopTask(
  how: 'cancel' | 'kill',
  id: string,
  options: TaskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const answer = await taskThroughConsole(await theConsole(options, terminal), { do: how, id })
  if (!('decision' in answer)) throw new ConfigError('the console answers another question')
  const { decision, shown: job } = answer
  const paint = painter(terminal.colour)
  const lines = [
    ...renderDecision(decision, paint),
    ...renderJob(job, paint, { withOutput: false }),
  ]
  terminal.out(
    options.json === true
      ? jsonLine({ command: `task ${how}`, decision, job })
      : `${lines.join('\n')}\n`,
  )
  return EXIT[decision.outcome]
}

async function theConsole(options: TaskOptions, terminal: Terminal): Promise<RemoteConsole> {
  const url = options.console ?? terminal.env['GATEHOUSE_CONSOLE']
  if (url === undefined) throw new ConfigError('`--console` is missing, or GATEHOUSE_CONSOLE')
  return remoteConsole(url, options, terminal)
}
