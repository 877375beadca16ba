import { execFile, type ExecFileException } from 'node:child_process'
import type { AllowedCommand } from './config.ts'
import { Failure } from './failure.ts'

/** Most output of a program that is kept, in bytes: 64 KiB. One that writes more is ended. */
const MAX_OUTPUT_BYTES = 64 * 1024

/** Most programs at once: 8, so that requests cannot fill the process table. */
const MAX_RUNNING = 8

/** What a program did. */
export interface CommandResult {
  readonly exitCode: number
  /** Standard output, as UTF-8. */
  readonly output: string
}

/** Runs the programs of an allow-list: by absolute path, without a shell, in an empty environment. */
export class CommandRunner {
  readonly #commands: ReadonlyMap<string, AllowedCommand>
  #running = 0

  /** @param commands - The allow-list: programs by the name that requests use. */
  constructor(commands: Readonly<Record<string, AllowedCommand>>) {
    this.#commands = new Map(Object.entries(commands))
  }

  /**
   * Runs one program to its end.
   *
   * @param name - A name of the allow-list.
   * @throws Failure with `no-such-object` for any other name, `limit-reached`, or `execution-failed`
   *   when the program cannot be started, takes too long or writes too much.
   */
  async run(name: string): Promise<CommandResult> {
    const command = this.#commands.get(name)
    if (command === undefined) {
      const message = 'no command of the allow-list has this name'
      throw new Failure('no-such-object', { message, field: 'arguments.command' })
    }
    if (this.#running >= MAX_RUNNING) throw new Failure('limit-reached')
    this.#running += 1
    try {
      return await runOnce(command)
    } finally {
      this.#running -= 1
    }
  }
}

function runOnce(command: AllowedCommand): Promise<CommandResult> {
  const options = {
    shell: false,
    env: {},
    cwd: '/',
    timeout: command.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  } as const
  return new Promise((resolve, reject) => {
    const child = execFile(command.file, command.arguments, options, (error, output) => {
      const exitCode = exitCodeOf(error)
      if (exitCode !== undefined) resolve({ exitCode, output })
      else reject(new Failure('execution-failed', { cause: error }))
    })
    child.stdin?.end()
  })
}

/** A program that ended by itself has an exit code; one that did not start or was ended has none. */
function exitCodeOf(error: ExecFileException | null): number | undefined {
  if (error === null) return 0
  return typeof error.code === 'number' && error.signal === null ? error.code : undefined
}
