import { ConfigError } from '@gatehouse/core'
import { describeInvalid, TaskRequestSchema, type TaskRequest } from '@gatehouse/protocol'
import type { State } from '@gatehouse/toolbox-authorization'
import { eachSystem } from '../calls.ts'
import { failed } from '../http-client.ts'
import { sendTask, webAgentClient, type TaskResult } from '../signed-client/web-agent.ts'
import { ALL_SYSTEMS, selectSystems, type SignedSystem, type SystemDirectory } from '../systems.ts'
import { decideTool, type Operator, type Permission } from './operator.ts'
import { REPLICATE, settingsIn, type ReplicatedSettings } from './replication.ts'

/** A tool, and where it is to run. */
export interface ExecutionRequest {
  /** Name of the tool, as its definition has it. */
  readonly tool: string
  /** Names of systems separated by commas, or `all`: every system with a web agent. */
  readonly systems: string
  /** Name of the system whose settings the others get; of the tool Replicate Agent Settings only. */
  readonly from?: string
  /** Arguments of the tool by name. */
  readonly arguments?: Readonly<Record<string, string>>
}

/** What came of it. */
export interface Execution {
  /** Whether the user may run the tool on all of the systems; nothing was sent after a deny. */
  readonly permission: Permission
  /** What was replicated, where that was asked for. */
  readonly settings?: ReplicatedSettings
  /** One for each system that something was sent to, that of `from` first. */
  readonly results: readonly TaskResult[]
}

/**
 * Runs a tool on systems by Secure Task Execution.
 *
 * Before anything is sent, the operator's files decide about all systems at once, all or none; then
 * each system decides for itself.
 *
 * @throws ConfigError for systems that are unknown or have no web agent, and for a request that cannot be
 *   sent; ParseError for files with errors.
 */
export async function execute(
  request: ExecutionRequest,
  directory: SystemDirectory,
  { user, state }: Operator,
): Promise<Execution> {
  const { tool, from } = request
  const selected = await signedSystems(directory, request.systems)
  const source = from === undefined ? undefined : await sourceFor(directory, from, request)
  if (tool === REPLICATE && source === undefined) {
    throw new ConfigError(`\`${REPLICATE}\` needs \`--from\`, the system whose settings it takes`)
  }
  const needed = [...(source === undefined ? [] : [source]), ...selected]
  const permission = permit(await state(), needed)
  const { level } = permission
  if (level === undefined) return { permission, results: [] }
  const task = (target: string, given: TaskRequest['arguments']): TaskRequest => ({
    user,
    level,
    tool,
    target,
    ...(given !== undefined && { arguments: given }),
  })
  return source === undefined ? runAll() : replicate(source)

  function permit(known: State, systems: readonly SignedSystem[]): Permission {
    const targets = systems.map(({ name }) => name)
    return decideTool(known, user, { tool, targets, use: 'secure-task' })
  }

  async function runAll(): Promise<Execution> {
    const tasks = selected.map((system) => ({ system, task: task(system.name, request.arguments) }))
    return { permission, results: await sendAll(tasks) }
  }

  async function replicate(of: SignedSystem): Promise<Execution> {
    const [read] = await sendAll([{ system: of, task: task(of.name, { read: 'settings' }) }])
    if (read === undefined || 'failure' in read || !('result' in read.answer)) {
      return { permission, results: read === undefined ? [] : [read] }
    }
    const settings = settingsIn(read.answer.result)
    if (settings === undefined) {
      const what = failed('answer-invalid', 'the system gives settings that cannot be read')
      return { permission, results: [{ system: of.name, ...what }] }
    }
    const { text, ...told } = settings
    const { result: _result, ...answer } = read.answer
    const tasks = selected.map((system) => {
      return { system, task: task(system.name, { settings: text }) }
    })
    const results = [{ ...read, answer }, ...(await sendAll(tasks))]
    return { permission, settings: told, results }
  }
}

interface Assignment {
  readonly system: SignedSystem
  readonly task: TaskRequest
}

/** Sends tasks to systems that were decided about. Each is looked at first: either all can be sent, or none is. */
async function sendAll(tasks: readonly Assignment[]): Promise<TaskResult[]> {
  for (const { task } of tasks) {
    const parsed = TaskRequestSchema.safeParse(task)
    if (!parsed.success) {
      throw new ConfigError(`the task cannot be sent: ${describeInvalid(parsed.error).message}`)
    }
  }
  return eachSystem<TaskResult, Assignment>(tasks, async ({ system, task }) => {
    const client = webAgentClient(system)
    try {
      return await sendTask(client, system.name, task)
    } finally {
      client.close()
    }
  })
}

async function sourceFor(
  directory: SystemDirectory,
  name: string,
  { tool, systems, arguments: given }: ExecutionRequest,
): Promise<SignedSystem> {
  if (tool !== REPLICATE || given !== undefined) {
    throw new ConfigError(`\`--from\` goes with \`${REPLICATE}\`, and without arguments`)
  }
  const [source, other] = await signedSystems(directory, name)
  if (source === undefined || other !== undefined || name === ALL_SYSTEMS) {
    throw new ConfigError('`--from` names one system')
  }
  if (systems.split(',').some((one) => one.trim() === source.name)) {
    throw new ConfigError(`\`${source.name}\` is both where settings come from and where they go`)
  }
  return source
}

/** @throws ConfigError when one that is named has no web agent, or none of all has. */
async function signedSystems(
  directory: SystemDirectory,
  names: string,
): Promise<readonly SignedSystem[]> {
  const selected = await selectSystems(directory, names)
  const signed = selected.filter((system): system is SignedSystem => system.webAgent !== undefined)
  if (names === ALL_SYSTEMS && signed.length > 0) return signed
  const without = selected.find(({ webAgent }) => webAgent === undefined)
  if (without === undefined) return signed
  throw new ConfigError(`system \`${without.name}\` has no \`webAgent\` in the systems file`)
}
