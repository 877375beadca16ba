import { ConfigError } from '@gatehouse/core'
import type { Level } from '@gatehouse/signed-request'
import type { AgentConfig, ToolConfig } from '../config/model.ts'
import { Failure } from '../failure.ts'
import { isOwn, runProgram, type ProgramResult, type RunningProgram } from './program.ts'

/** Most programs at once: 8, so that requests cannot fill the process table. */
const MAX_RUNNING = 8

/** A program that the agent may run. */
export interface Tool {
  /** The name that requests use. */
  readonly name: string
  /** The least level that a console must pass for whom it runs the tool. */
  readonly level: Level
}

/** How one run is bounded beside what the table says. */
export interface RunOptions {
  /** Longest run where it is less than that of the tool, in milliseconds. */
  readonly longestMs?: number
  /** Ends the program when it is aborted: nobody waits for it any more. */
  readonly signal?: AbortSignal
}

/** The one table of programs, whoever asks for them. Decides nothing: whoever runs one has. */
export class ToolTable {
  readonly #tools: ReadonlyMap<string, ToolConfig>
  readonly #running = new Set<RunningProgram>()

  /** @throws {@link ConfigError} when a tool is to run as somebody whom this process cannot become. */
  constructor(tools: AgentConfig['tools']) {
    for (const [name, { runAs }] of Object.entries(tools)) {
      if (runAs === undefined || isOwn(runAs) || process.geteuid?.() === 0) continue
      throw new ConfigError(`only root can run the tool \`${name}\` as another user`)
    }
    this.#tools = new Map(Object.entries(tools))
  }

  /** The tool of that name. */
  get(name: string): Tool | undefined {
    const level = this.#tools.get(name)?.level
    return level && { name, level }
  }

  /** Every tool, in the order of the config. */
  list(): readonly Tool[] {
    return [...this.#tools].map(([name, { level }]) => ({ name, level }))
  }

  /**
   * Runs a tool to its end.
   *
   * @param field - Where the request has the name, for the answer.
   * @throws Failure with `no-such-object` for a name that is not in the table, `limit-reached`, or
   *   `execution-failed` when the program cannot be started or takes too long.
   */
  async run(
    name: string,
    field: string,
    { longestMs = Number.POSITIVE_INFINITY, signal }: RunOptions = {},
  ): Promise<ProgramResult> {
    const tool = this.#tools.get(name)
    if (tool === undefined) {
      throw new Failure('no-such-object', { message: 'no tool has this name', field })
    }
    if (this.#running.size >= MAX_RUNNING) throw new Failure('limit-reached')
    if (signal?.aborted === true) {
      throw new Failure('execution-failed', { message: 'nobody waits for the tool any more' })
    }
    const running = runProgram({ ...tool, timeoutMs: Math.min(tool.timeoutMs, longestMs) })
    this.#running.add(running)
    const end = (): void => running.end()
    signal?.addEventListener('abort', end)
    try {
      return await running.result
    } finally {
      signal?.removeEventListener('abort', end)
      this.#running.delete(running)
    }
  }

  /** Ends every program that runs. */
  close(): void {
    for (const running of this.#running) running.end()
  }
}
