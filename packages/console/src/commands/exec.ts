import { ConfigError } from '@gatehouse/core'
import { executeThroughConsole } from '../console-client.ts'
import type { Account } from '../exec/account.ts'
import { execute, type Execution, type ExecutionRequest } from '../exec/execution.ts'
import { exitCodeOfTask } from '../exec/outcome.ts'
import { EXIT, gravest, type ExitCode } from '../exit-code.ts'
import { jsonLine } from '../render.ts'
import { renderExecution } from '../render-task.ts'
import { systemsFile } from '../systems.ts'
import { painter, type Terminal } from '../terminal.ts'
import { argumentsOf } from './arguments.ts'
import { operatorIn, type OperatorOptions } from './operator-options.ts'
import { remoteConsole, systemsPath, type RemoteOptions } from './remote.ts'

/** Options of `exec`. */
export interface ExecOptions extends OperatorOptions, RemoteOptions {
  /** Systems, separated by commas, or `all`. */
  readonly on: string
  /** The system whose settings the others get. */
  readonly from?: string
  /** Arguments of the tool as `name=value`. */
  readonly argument?: readonly string[]
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse exec TOOL --on SYSTEMS …`: runs a tool on systems by Secure Task Execution. */
export async function executeTool(
  tool: string,
  options: ExecOptions,
  { terminal, account }: { readonly terminal: Terminal; readonly account: Account },
): Promise<ExitCode> {
  const { on: systems, from, argument } = options
  const request: ExecutionRequest = {
    tool,
    systems,
    ...(from !== undefined && { from }),
    ...(argument !== undefined && { arguments: argumentsOf(argument) }),
  }
  const execution = await carryOut(request, options, { terminal, account })
  if (options.json === true) {
    terminal.out(jsonLine({ command: 'exec', ...execution }))
  } else {
    terminal.out(`${renderExecution(execution, painter(terminal.colour)).join('\n')}\n`)
  }
  if (execution.permission.outcome === 'deny') return EXIT.deny
  return gravest(execution.results.map(exitCodeOfTask))
}

async function carryOut(
  request: ExecutionRequest,
  options: ExecOptions,
  { terminal, account }: { readonly terminal: Terminal; readonly account: Account },
): Promise<Execution> {
  const { env } = terminal
  const url = options.console ?? (options.toolbox ? undefined : env['GATEHOUSE_CONSOLE'])
  const operator = operatorIn(options, account)
  if (url === undefined) {
    if (operator === undefined) throw new ConfigError('`--toolbox` is missing, or `--console`')
    return execute(request, systemsFile(systemsPath(options.systems, terminal)), operator)
  }
  if (operator !== undefined) {
    throw new ConfigError('`--toolbox` goes without `--console`, which has its own')
  }
  return executeThroughConsole(await remoteConsole(url, options, terminal), request)
}
