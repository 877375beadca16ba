import { open } from 'node:fs/promises'
import { AuditLogError, causeCode } from '../codes.ts'
import type { Form } from './form.ts'
import { GroupCommit, type OnFull, type WriterParts } from './group-commit.ts'
import { FileLock, type LockOwner } from './lock.ts'
import { listRolled } from './rolled-names.ts'
import { RollingFile } from './rolling-file.ts'

/** Options of every log. */
export interface LogOptions {
  /**
   * Where the file in use is. Its folder must exist and belong to nobody who may not write the log.
   */
  readonly path: string
  /** Largest file in bytes; a record that would exceed it goes into a new file. */
  readonly maxBytes?: number
  /** How many rolled files are kept beside the one in use. */
  readonly maxFiles?: number
  /**
   * What becomes of records while the log cannot be written: `refuse` rejects their appends,
   * `continue` counts them and writes a gap record as soon as it can. Without a default: somebody
   * has to choose.
   */
  readonly onFull: OnFull
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
  /**
   * How many records may wait for the disk; more are refused or lost, as `onFull` says. Default
   * 100,000.
   */
  readonly maxWaiting?: number
}

/** What was found when a log was opened. */
export interface Opening {
  /** Bytes of a half-written last record that were cut off; 0 when there was none. */
  readonly repairedBytes: number
  /** Who left its lock file behind without closing the log. */
  readonly staleLock?: LockOwner
}

/** A log that is open. */
export interface OpenLog<Item, Position> {
  readonly commit: GroupCommit<Item, Position>
  readonly opening: Opening
  close(): Promise<number>
}

const DEFAULT_MAX_WAITING = 100_000

/**
 * Locks a log, repairs its end and makes it ready to write.
 *
 * @throws AuditLogError `log-in-use`, `lock-unclear`, `log-damaged` or `log-unopenable`.
 */
export async function openLog<Item, Position>(
  options: LogOptions & { readonly maxBytes: number; readonly maxFiles: number },
  form: Form<Item, Position>,
  hooks: Pick<WriterParts<Item, Position>, 'onCommit' | 'onRoll'> = {},
): Promise<OpenLog<Item, Position>> {
  const { path, onFull, maxWaiting = DEFAULT_MAX_WAITING, clock = Date.now } = options
  checkLimits({ ...options, maxWaiting })
  if (path === '') throw new AuditLogError('log-unopenable', path, { detail: 'no path' })
  const lock = await orUnopenable(path, FileLock.take(`${path}.lock`))
  const file = new RollingFile(path, options)
  try {
    const repairedBytes = await orUnopenable(path, openFiles(path, file, form))
    const parts = { path, form, file, lock, onFull, maxWaiting, clock, ...hooks }
    const commit = new GroupCommit(parts)
    const { stale } = lock
    const opening = { repairedBytes, ...(stale === undefined ? {} : { staleLock: stale }) }
    const close = async (): Promise<number> => {
      const lost = await commit.close()
      await file.close()
      await lock.release()
      return lost
    }
    return { commit, opening, close }
  } catch (error) {
    await file.close()
    await lock.release()
    throw error
  }
}

async function openFiles(
  path: string,
  file: RollingFile,
  form: Form<unknown, unknown>,
): Promise<number> {
  const repaired = await file.openExisting(async (handle) => {
    const { intactBytes } = await form.inspect(handle, path)
    return intactBytes
  })
  const [newest] = await listRolled(path)
  if (file.size === 0 && newest !== undefined) {
    const handle = await open(newest.path, 'r')
    try {
      await form.inspect(handle, newest.path)
    } finally {
      await handle.close()
    }
  }
  return repaired
}

async function orUnopenable<Value>(path: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof AuditLogError) throw cause
    throw new AuditLogError('log-unopenable', path, { detail: causeCode(cause), cause })
  }
}

function checkLimits(limits: { maxBytes: number; maxFiles: number; maxWaiting: number }): void {
  const { maxBytes, maxFiles, maxWaiting } = limits
  if (!(maxBytes > 0)) throw new TypeError('`maxBytes` is no size')
  if (!(maxWaiting > 0)) throw new TypeError('`maxWaiting` is no count')
  if (maxFiles !== Infinity && !(Number.isInteger(maxFiles) && maxFiles >= 0)) {
    throw new TypeError('`maxFiles` is no count')
  }
}
