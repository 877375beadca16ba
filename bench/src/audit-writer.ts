import type { AuditEvent } from '@gatehouse/audit-log'

/** A way to keep audit records. */
export interface AuditWriter {
  /** What is measured, such as `pino, sync`. */
  readonly name: string
  /** What holds when `append` has told that it is done. */
  readonly promise: string
  /** Opens a log in an empty folder. */
  readonly open: (folder: string) => OpenLog | Promise<OpenLog>
}

/** A log to measure. */
export interface OpenLog {
  /** Appends; settles, or returns, when the writer says that it is done. */
  readonly append: (event: AuditEvent) => Promise<unknown> | void
  /** Writes what waits. */
  readonly close: () => void | Promise<void>
}
