const TABLE = {
  /** Stop the other process, or give this one a log of its own. */
  'log-in-use': 'another process writes this log',
  /**
   * Look whether the owner named in the lock file still runs; if not, remove the lock file by hand.
   */
  'lock-unclear': 'the lock file does not tell whether its owner still runs',
  /** Mend the path, the owner or the mode of the log or of its folder. */
  'log-unopenable': 'the log cannot be opened',
  /** Verify the log, keep its files as evidence elsewhere, and begin anew. */
  'log-damaged': 'the log does not hold an intact chain of records',
  /** Make room, or mend the disk; appending works again as soon as writing does. */
  'log-unwritable': 'the record is not known to be on disk',
  /**
   * Something moved, replaced or unlocked the log under a running writer: find out what, then open
   * it again.
   */
  'log-replaced': 'the log or its lock file is no longer the one that was opened',
  /** The disk is slower than the records come: see why, or raise `maxWaiting`. */
  'queue-full': 'too many records wait to be written',
  /** Shorten what is recorded, or raise `maxRecordBytes`. */
  'record-too-large': 'the record is larger than the limit',
  /** Mend the program: appending after `close` has no effect. */
  'log-closed': 'the log is closed',
} as const

/**
 * Why a log could not be opened or a record not be kept, with a sentence for each. Part of the
 * interface.
 */
export const AUDIT_LOG_CODES: typeof TABLE = TABLE

/** A code of {@link AUDIT_LOG_CODES}. */
export type AuditLogCode = keyof typeof AUDIT_LOG_CODES

/**
 * A log could not be opened, or an append is not known to be on disk. Tell them apart by `code`.
 */
export class AuditLogError extends Error {
  /** Stable, machine-readable kind of the error. */
  readonly code: AuditLogCode
  /** The file that it is about. */
  readonly file: string

  /**
   * @param details.detail - A fragment that completes the sentence of the code.
   * @param details.cause - The error behind this one, usually the system's.
   */
  constructor(
    code: AuditLogCode,
    file: string,
    details: { readonly detail?: string; readonly cause?: unknown } = {},
  ) {
    const { detail } = details
    const sentence = detail === undefined ? TABLE[code] : `${TABLE[code]}: ${detail}`
    super(sentence, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'AuditLogError'
    this.code = code
    this.file = file
  }
}

/** The system's name of an error, such as `ENOSPC`, or its class. */
export function causeCode(error: unknown): string {
  const { code, name, cause } = error as NodeJS.ErrnoException
  if (error instanceof AuditLogError && cause !== undefined) return causeCode(cause)
  return code ?? name ?? 'unknown'
}
