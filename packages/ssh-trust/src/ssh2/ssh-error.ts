import { type HostDecision } from '../known-hosts/decide.ts'

/** Why a connection came to nothing, or to an end: code, and a sentence for people. */
export const SSH_ERROR_CODES = {
  /** Read `decision` and, for a changed key, `warning`. Nothing was sent to the host but the key exchange. */
  'host-key-refused': 'the key of the host is not accepted',
  /** Look whether the account has the key, and into the log of the host; the host says no more than this. */
  'login-refused': 'the host refuses the login',
  /** Look whether the host runs and speaks SSH; the message says how far it came. */
  'connection-failed': 'the connection failed',
  /** Look why the host does not answer; the message says how far it came. */
  'timed-out': 'the host did not answer in time',
  /** Nothing to do: the caller ended it. */
  aborted: 'the caller ended it',
  /** Make the known_hosts file writable: a first key that cannot be kept is not accepted. */
  'store-unwritable': 'the key of the host could not be written down, so the connection was ended',
  /** Look whether the host allows more sessions, and commands at all. */
  'request-refused': 'the host refuses to run the command',
  /** Mend the caller: host, port, user or login cannot be what they are. */
  'request-malformed': 'a field of the request is missing or not possible',
  /** Install `ssh2` beside this package. */
  'ssh2-missing': 'the package `ssh2` is not installed',
} as const

/** A code of {@link SSH_ERROR_CODES}. */
export type SshErrorCode = keyof typeof SSH_ERROR_CODES

/** What an {@link SshError} may carry besides its code. */
export interface SshErrorDetails {
  /** What completes the sentence; control characters are already escaped. */
  readonly message?: string
  /** As {@link SshError.decision}. */
  readonly decision?: HostDecision
  /** As {@link SshError.warning}. */
  readonly warning?: readonly string[]
  /** The error behind this one. */
  readonly cause?: unknown
}

/** Why there is no connection, or why it ended. What a peer said in it is escaped. */
export class SshError extends Error {
  /** Tell errors apart by this, not by their class. */
  readonly code: SshErrorCode
  /** What was decided about the host's key, where that was: why it was refused, or how it was accepted before this. */
  readonly decision?: HostDecision
  /**
   * Of a host with another key than the one known: lines with the known and the shown fingerprint, file and line of
   * each known key, and the safe way on.
   */
  readonly warning?: readonly string[]

  constructor(code: SshErrorCode, details: SshErrorDetails = {}) {
    const sentence = SSH_ERROR_CODES[code]
    const message = details.message === undefined ? sentence : `${sentence}: ${details.message}`
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'SshError'
    this.code = code
    if (details.decision !== undefined) this.decision = details.decision
    if (details.warning !== undefined) this.warning = details.warning
  }
}
