import { spawn, type ChildProcess } from 'node:child_process'
import { Failure } from '../failure.ts'

/** A program and its bounds. */
export interface Program {
  /** Absolute path. */
  readonly file: string
  readonly arguments: readonly string[]
  /** Longest run in milliseconds. */
  readonly timeoutMs: number
  /** Most bytes of standard output that are kept. */
  readonly maxOutputBytes: number
  /** Default: as whoever runs this process. */
  readonly runAs?: RunAs
}

/** A user and a group by their numbers. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
}

/** What a program did. */
export interface ProgramResult {
  readonly exitCode: number
  /** The beginning of its standard output, as UTF-8. */
  readonly output: string
  /** Whether there was more output than is kept. */
  readonly truncated: boolean
}

/** A program that runs. */
export interface RunningProgram {
  /** @throws Failure with `execution-failed` when it did not start, was ended, or took too long. */
  readonly result: Promise<ProgramResult>
  /** Ends it, and every process of its group. */
  end(): void
}

/**
 * Runs one program: no shell, an empty environment, nothing to read, in a process group of its own,
 * which is killed as a whole when the time is over. Output beyond the bound is read and dropped.
 *
 * With `runAs`, the supplementary groups of this process are dropped, too: libuv calls `setgroups`.
 * What leaves the group outlives it; so does what a program left behind that ended in time.
 */
export function runProgram(program: Program): RunningProgram {
  const { file, timeoutMs, maxOutputBytes, runAs } = program
  const child = spawn(file, program.arguments, {
    cwd: '/',
    env: {},
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(runAs && !isOwn(runAs) && { uid: runAs.uid, gid: runAs.gid }),
  })
  const kept = new KeptOutput(maxOutputBytes)
  child.stdout.on('data', (chunk: Buffer) => kept.take(chunk))
  let isEnded = false
  const end = (): void => {
    isEnded = true
    killGroup(child)
    child.stdout.destroy()
  }
  const timer = setTimeout(end, timeoutMs)
  const result = new Promise<ProgramResult>((resolve, reject) => {
    child.once('error', (cause) => reject(new Failure('execution-failed', { cause })))
    child.once('close', (exitCode) => {
      if (exitCode !== null && !isEnded) resolve({ exitCode, ...kept.result })
      else reject(new Failure('execution-failed', { message: 'the program was ended' }))
    })
  })
  return { result: result.finally(() => clearTimeout(timer)), end }
}

/** Whether somebody is who runs this process: there is nothing to change then. */
export function isOwn({ uid, gid }: RunAs): boolean {
  return process.geteuid?.() === uid && process.getegid?.() === gid
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is empty: all have ended.
  }
}

/** The beginning of what a program writes. */
class KeptOutput {
  readonly #most: number
  readonly #chunks: Buffer[] = []
  #size = 0
  #truncated = false

  constructor(most: number) {
    this.#most = most
  }

  take(chunk: Buffer): void {
    const fitting = chunk.subarray(0, this.#most - this.#size)
    this.#size += fitting.length
    if (fitting.length > 0) this.#chunks.push(fitting)
    this.#truncated ||= fitting.length < chunk.length
  }

  /** A character that was cut in two is left out. */
  get result(): Pick<ProgramResult, 'output' | 'truncated'> {
    const output = new TextDecoder().decode(Buffer.concat(this.#chunks), {
      stream: this.#truncated,
    })
    return { output, truncated: this.#truncated }
  }
}
