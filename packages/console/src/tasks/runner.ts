import type { HostDecision } from '@gatehouse/ssh-trust'
import type { SshErrorCode } from '@gatehouse/ssh-trust/ssh2'
import type { System } from '../systems.ts'
import type { WithSsh } from './ssh-settings.ts'

/** Why a run of a tool on a system is not done, beside the codes of `SshError`. */
export const RUN_CODES = {
  /** Look into the output. */
  'exit-code': 'the program ended with another code than 0',
  /** Look into the logs of the system. */
  'ended-by-signal': 'a signal ended the program',
  /** Look into the system: the command was sent, and may have been carried out. */
  'outcome-unknown': 'the connection ended before the program did',
  /** Nothing to do, or raise the limit: what the program does there may go on. */
  'run-too-long': 'the program ran longer than the limit',
  /** Mend the systems file, or what it names. */
  'settings-unusable': 'the settings for SSH cannot be used',
  /** Make the audit log writable: without it nothing is started. */
  'audit-failed': 'the run could not be recorded, and was not started',
  /** Report it: a defect on our side. */
  'internal-error': 'the console failed',
} as const

/** A key of {@link RUN_CODES}, or a code of `SshError`. */
export type RunFailureCode = keyof typeof RUN_CODES | SshErrorCode

/** Why a run is not done. */
export interface RunFailure {
  /** What kind of thing it is. */
  readonly code: RunFailureCode
  /** For people. Escaped. */
  readonly message: string
  /** Of a host with another key than before: old and new fingerprint, where the old one stands, and the safe way on. */
  readonly warning?: readonly string[]
}

/** One run of a command on one system. */
export interface RunOrder {
  /** Where. */
  readonly system: WithSsh<System>
  /** As whom. */
  readonly account: string
  /** A line for a shell, or the name of a tool. */
  readonly command: string
  /** Variables to send by `env` requests. */
  readonly environment: Readonly<Record<string, string>>
}

/** What a runner tells while a command runs. */
export interface RunHooks {
  /** Ends the command and its connection. */
  readonly signal: AbortSignal
  /** How the key of the system was decided. */
  readonly onHost: (decision: HostDecision) => void
  /** Takes output; the system waits while a promise is pending. */
  readonly onOutput: (chunk: Uint8Array, stream: OutputStream) => void | Promise<void>
}

/** One of the two streams of a program. */
export type OutputStream = 'stdout' | 'stderr'

/** How a run ended. */
export type RunEnd =
  | {
      /** Exit code; `null` when the system did not say. */
      readonly exitCode: number | null
      /** Signal that ended it. */
      readonly signal: string | null
    }
  | { readonly failure: RunFailure }

/** Runs one command on one system, once. Never rejects for what a system does. */
export type Runner = (order: RunOrder, hooks: RunHooks) => Promise<RunEnd>
