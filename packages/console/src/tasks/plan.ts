import { ConfigError, type Reason, type SourceRef } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import { decideTargets, requestOf, type Operator, type Permission } from '../exec/operator.ts'
import { ALL_SYSTEMS, selectSystems, type System, type SystemDirectory } from '../systems.ts'
import { commandLine } from './command-line.ts'
import { taskVariables } from './environment.ts'
import type { RunOrder } from './runner.ts'
import type { WithSsh } from './ssh-settings.ts'

/** A tool to be run by SSH, and where. */
export interface TaskOrder {
  /** Name of the tool, as its definition has it. */
  readonly tool: string
  /** Names separated by commas, or `all`: every system with `ssh`. Default: the targets of the definition. */
  readonly systems?: string
  /** Arguments of the tool, by the name or the number of its parameter. */
  readonly arguments?: Readonly<Record<string, string>>
  /** X display of who asks. Default: none. */
  readonly display?: string
}

/** What is decided about an order. */
export interface Plan {
  /** Whether it may be carried out, on all of its targets or none. */
  readonly permission: Permission
  /** What is to be done; undefined after a deny. */
  readonly work?: Work
}

/** What a job does. */
export interface Work {
  /** By what it may be done. */
  readonly permission: Permission
  /** Name of the tool. */
  readonly tool: string
  /** Who asked. */
  readonly user: string
  /** Names of the systems that it is for. */
  readonly targets: readonly string[]
  /** Whether output goes to the audit log. */
  readonly logsOutput: boolean
  /** Its runs. */
  readonly orders: readonly RunOrder[]
}

/** Why a tool that its user may run is not run. */
export const TASK_CODES = {
  /** Give no arguments: an agent has the tools of its own table, which take none. */
  'arguments-not-taken': 'an agent takes the name of a tool, and no arguments',
  /** Write `acts-on-cms="true"` into the definition: then its users need an authorization for the management server. */
  'cms-undecided':
    'the tool runs on the management server for targets of its own, and its definition does not ask who may there',
  /** Name the display by printable ASCII, such as `host:0`, or leave it out. */
  'display-malformed': 'the name of the display cannot be passed on',
} as const

/** A key of {@link TASK_CODES}. */
export type TaskCode = keyof typeof TASK_CODES

/** Most targets of one job. */
const MAX_TARGETS = 1000

/**
 * Decides an order by the operator's files as they are now, and makes its command lines. Nothing is sent.
 *
 * @param taskId - What the job is going to be called.
 * @throws ConfigError for systems that are unknown or have no `ssh`; ParseError for files with errors.
 */
export async function planTask(
  order: TaskOrder,
  taskId: string,
  { user, state: read }: Operator,
  directory: SystemDirectory,
): Promise<Plan> {
  const state = await read()
  const { tool: name } = order
  const named = await namedSystems(directory, order)
  const targeted = { tool: name, targets: named.map((system) => system.name) }
  const permission = decideTargets(state, user, targeted)
  const tool = state.tools.find((one) => one.name === name)
  if (permission.outcome === 'deny' || tool === undefined) return { permission }
  const isForAll = tool.type === 'msa'
  if (isForAll && tool.acceptsTargets) {
    const onCms = decideTargets(state, user, { tool: name, targets: [state.cms] })
    if (onCms.outcome === 'deny') return { permission: onCms }
  }
  const targets =
    order.systems === undefined
      ? await defaultSystems(directory, toolbox.targetsOf(state, requestOf(user, targeted)))
      : named
  const names = targets.map((target) => target.name)
  if (isForAll && !tool.acceptsTargets && !tool.actsOnCms && !names.some(isCms(state))) {
    const { refusal } = unfit('cms-undecided', tool.source)
    return { permission: { outcome: 'deny', reasons: [refusal], lines: [] } }
  }
  if (names.length > MAX_TARGETS) throw new ConfigError(`more than ${MAX_TARGETS} systems`)
  const systems = isForAll
    ? await defaultSystems(directory, [state.cms]).then(reachable)
    : reachable(targets)
  const prepared = isDisplay(order.display)
    ? prepare(tool, order, systems)
    : unfit('display-malformed', { request: 'display' })
  if ('refusal' in prepared) {
    return { permission: { outcome: 'deny', reasons: [prepared.refusal], lines: [] } }
  }
  const facts = { user, taskId, tool: name, cms: state.cms }
  const orders = systems.map((system) => {
    const task = taskVariables({
      ...facts,
      targets: isForAll ? names : [system.name],
      ...(order.display !== undefined && { display: order.display }),
    })
    const account = tool.executeAsUser ?? system.ssh.account ?? user
    const { command, values } = prepared
    if (system.ssh.runs === 'tools' || command === undefined) {
      return { system, account, command: name, environment: task }
    }
    const line = commandLine({ command, values, task })
    return { system, account, command: line, environment: {} }
  })
  return {
    permission,
    work: { permission, tool: name, user, targets: names, logsOutput: tool.logsOutput, orders },
  }
}

function isCms({ cms }: toolbox.State): (name: string) => boolean {
  return (name) => name.toLowerCase() === cms.toLowerCase()
}

function isDisplay(display = ''): boolean {
  return /^[\x20-\x7e]*$/.test(display)
}

/** The systems that an order names; with `all` those that are reached by SSH, if there are any. */
export async function namedSystems(
  directory: SystemDirectory,
  { systems }: Pick<TaskOrder, 'systems'>,
): Promise<readonly System[]> {
  if (systems === undefined) return []
  const selected = await selectSystems(directory, systems)
  const withSsh = selected.filter(hasSsh)
  return systems === ALL_SYSTEMS && withSsh.length > 0 ? withSsh : selected
}

/** Systems that the operator's files name, as the directory has them: case does not count in host names. */
async function defaultSystems(
  directory: SystemDirectory,
  names: readonly string[],
): Promise<readonly System[]> {
  const known = new Map((await directory.list()).map((one) => [one.name.toLowerCase(), one]))
  return names.map((name) => {
    const system = known.get(name.toLowerCase())
    if (system !== undefined) return system
    throw new ConfigError(`the systems file has no system \`${name.slice(0, 64)}\``)
  })
}

/** Whether a system is reached by SSH. */
export function hasSsh(system: System): system is WithSsh<System> {
  return system.ssh !== undefined
}

/** The systems with what is needed to reach them. @throws ConfigError when one of them is not reached by SSH. */
export function reachable(systems: readonly System[]): readonly WithSsh<System>[] {
  const without = systems.find((system) => !hasSsh(system))
  if (without === undefined) return systems.filter(hasSsh)
  throw new ConfigError(`system \`${without.name}\` has no \`ssh\` in the systems file`)
}

type Prepared =
  | { readonly command: toolbox.ToolCommand | undefined; readonly values: readonly string[] }
  | { readonly refusal: Permission['reasons'][number] }

/** The command and its arguments; an agent needs neither, and has its own commands. */
function prepare(
  tool: toolbox.Tool,
  { arguments: given = {} }: TaskOrder,
  systems: readonly WithSsh<System>[],
): Prepared {
  const read = toolbox.commandOf(tool)
  if ('refusal' in read) {
    const isNeeded = systems.some(({ ssh }) => ssh.runs === 'shell')
    if (isNeeded || read.refusal.code !== 'command-missing') return refused(read.refusal)
  }
  const hasArguments = Object.keys(given).length > 0
  if (hasArguments && systems.some(({ ssh }) => ssh.runs === 'tools')) {
    return unfit('arguments-not-taken', { request: 'arguments' })
  }
  if ('refusal' in read) return { command: undefined, values: [] }
  const { command } = read
  if (systems.every(({ ssh }) => ssh.runs === 'tools')) return { command, values: [] }
  const values = toolbox.argumentsOf(command, given)
  return 'refusal' in values ? refused(values.refusal) : { command, ...values }
}

function unfit(code: TaskCode, source: SourceRef): Extract<Prepared, { refusal: unknown }> {
  return { refusal: { code, source, sentence: TASK_CODES[code] } }
}

function refused(reason: Reason<toolbox.ToolCommandCode>): Prepared {
  return { refusal: { ...reason, sentence: toolbox.describeCommand(reason) } }
}
