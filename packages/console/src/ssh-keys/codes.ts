import { escapeControls } from '@gatehouse/core'
import { SSH_ERROR_CODES, type SshError, type SshErrorCode } from '@gatehouse/ssh-trust/ssh2'

/** Why a key was not placed in an account, or not taken out of it, beside the codes of `SshError`. */
export const PLACING_CODES = {
  /** Give the key to the agent's own trusted key file, on the system. */
  'no-shell':
    'a Gatehouse agent is there, which has no shell: its trusted keys are edited on the system',
  /** Mend the systems file, or what it names. */
  'settings-unusable': 'the settings for SSH cannot be used',
  /** Log in with a key or password that may run commands: this line forces another, or the shell runs none. */
  'commands-not-run':
    'the account does not run commands of the console: a forced command, or no POSIX shell',
  /** Look what hangs there: a start file of the login shell, a file system. */
  'command-hangs': 'a command on the system did not end within a minute',
  /** Make the home of the account. */
  'home-missing': 'the account has no home',
  /** Replace the link by a file; nothing is written through links. */
  'path-unusable': '`.ssh` is no folder or `authorized_keys` no file: a link, or something else',
  /** Give the file to its account. */
  'not-owned': '`authorized_keys` or its folder belongs to another account',
  /** Look into the permissions of the file. */
  'file-unreadable': 'the account cannot read its `authorized_keys`',
  /** Look what is in the file. */
  'file-too-large': '`authorized_keys` is larger than 1 MiB',
  /** Repeat it; if nobody works there, remove `~/.ssh/.authorized_keys.lock`. */
  'target-busy': 'another console works with the file: `~/.ssh/.authorized_keys.lock` is there',
  /** Repeat it. */
  'changed-meanwhile': 'somebody else changed the file again and again',
  /** Install it: `cmp` is of POSIX. */
  'tool-missing': 'the system has no `cmp`',
  /** Look for a full disk, a quota, a read-only file system. */
  'write-failed': 'the file could not be written',
  /** Look at the file on the system: it holds the old text or the new one, whole. */
  'outcome-unknown': 'the connection ended, or the system hung, while the file was replaced',
  /** Leave options out, or have the system updated. */
  'options-refused': 'the options cannot be written for this sshd',
  /** Compare the options; `--replace` writes those that were asked for. */
  'key-has-other-options': 'the key stands there with other options',
  /** Look why: `from=` without this console, another AuthorizedKeysFile, an account that may not log in. */
  'new-key-refused': 'the system refuses the login with the key that was written',
  /** Log in and look at the file: the line of the new key is still there. */
  'key-left': 'the login with the new key failed, and its line could not be taken out again',
  /** Look where sshd takes the key from: an authorized_keys file of another name, or a command. */
  'old-line-missing': '`authorized_keys` has no line with the old key',
  /** Leave one line with the old key, then resume. */
  'old-line-ambiguous':
    'the old key stands in lines with different options, as an authority, or malformed',
  /** Enter the system in the systems file again, or `--forget` it. */
  'system-unknown': 'the systems file does not have the system, or no `ssh` of it',
  /** Report it: a defect on our side. */
  'internal-error': 'the console failed',
} as const

/** A key of {@link PLACING_CODES}, or a code of `SshError`. */
type PlacingCode = keyof typeof PLACING_CODES | SshErrorCode

/** What is in the account now: nothing was changed, that cannot be told, or a line of ours was left. */
export type AccountState = 'unchanged' | 'unknown' | 'new-line-left'

/** Why something is not done at one account. */
export interface PlacingFailure {
  /** What kind of thing it is. */
  readonly code: PlacingCode
  /** For people. Escaped. */
  readonly message: string
  /** What is in the account now. */
  readonly account: AccountState
  /** Of a host with another key than before: the fingerprints, where the old one stands, and the safe way on. */
  readonly warning?: readonly string[]
}

/** Ends the work at one account. */
export class PlacingError extends Error {
  /** As {@link PlacingFailure.code}. */
  readonly code: keyof typeof PLACING_CODES
  /** As {@link PlacingFailure.account}. */
  readonly account: AccountState

  constructor(
    code: keyof typeof PLACING_CODES,
    { detail, account = 'unchanged', cause }: PlacingDetails = {},
  ) {
    const sentence = PLACING_CODES[code]
    super(detail === undefined ? sentence : `${sentence}: ${detail}`, { cause })
    this.name = 'PlacingError'
    this.code = code
    this.account = account
  }
}

interface PlacingDetails {
  readonly detail?: string
  /** Default `unchanged`. */
  readonly account?: AccountState
  readonly cause?: unknown
}

/** What an error at one account comes to. */
export function placingFailure(error: unknown): PlacingFailure {
  const { code, message = '', warning } = error as Partial<SshError>
  if (error instanceof PlacingError) {
    return { code: error.code, message: escapeControls(message), account: error.account }
  }
  if (typeof code === 'string' && code in SSH_ERROR_CODES) {
    const told = { code, message: escapeControls(message), account: 'unchanged' } as const
    return warning === undefined ? told : { ...told, warning: warning.map(escapeControls) }
  }
  const isOurs = typeof code === 'string' && (code as string).startsWith('ERR_')
  const kind = isOurs ? 'settings-unusable' : 'internal-error'
  const told = isOurs ? escapeControls(message) : PLACING_CODES['internal-error']
  return { code: kind, message: told, account: 'unchanged' }
}
