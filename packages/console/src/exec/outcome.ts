import { ERRORS } from '@gatehouse/protocol'
import { EXIT, exitCodeOfFailure, type ExitCode } from '../exit-code.ts'
import type { TaskResult } from '../signed-client/web-agent.ts'

/** The exit code that stands for what one system did. */
export function exitCodeOfTask(result: TaskResult): ExitCode {
  if ('failure' in result) return exitCodeOfFailure(result.failure)
  const { outcome, error } = result.answer
  if (error !== undefined) return ERRORS[error.code].status < 500 ? EXIT.usage : EXIT.internal
  if (outcome === 'deny') return EXIT.deny
  const run = runIn(result.answer.result)
  return run === undefined || run.exitCode === 0 ? EXIT.allow : EXIT.internal
}

/** What a program did. */
export interface ProgramRun {
  /** Its exit code. */
  readonly exitCode: number
  /** What it wrote, both streams. Unescaped. */
  readonly output: string
  /** Whether it wrote more than is kept. */
  readonly truncated: boolean
}

/** The run of a program that a result tells of; undefined for a result of another form. */
export function runIn(result: unknown): ProgramRun | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  const { exitCode, output, truncated } = result as Partial<ProgramRun>
  const isRun =
    typeof exitCode === 'number' && typeof output === 'string' && typeof truncated === 'boolean'
  return isRun ? { exitCode, output, truncated } : undefined
}
