import { basename } from 'node:path'
import { ChainForm, encodeLogEvent } from './chain-form.ts'
import type { ChainState } from './chain.ts'
import { AuditLogError } from './codes.ts'
import type { LogStatus, Receipt } from './durable/group-commit.ts'
import { openLog, type LogOptions, type Opening } from './durable/open.ts'
import { encodeEvent, MAX_EVENT_BYTES } from './encode.ts'
import { HeadKeeper, type HeadOptions } from './heads.ts'
import { LOG_EVENTS, type AuditEvent } from './record.ts'
import { readClock } from './time.ts'

/**
 * Options of {@link openAuditLog}. `maxBytes` is 64 MiB by default, and no rolled file is dropped
 * unless `maxFiles` says so.
 */
export interface AuditLogOptions extends LogOptions {
  /**
   * Largest record in bytes, its chain fields not counted. Default 64 KiB, at most 1 MiB less 1
   * KiB.
   */
  readonly maxRecordBytes?: number
  /** Signs where the log stands. Default: nothing is signed, and a cut tail goes unnoticed. */
  readonly heads?: HeadOptions
  /** Name of the log in its heads. Default: the name of the file. */
  readonly name?: string
}

/** How a chained log is doing. */
export interface AuditLogStatus extends LogStatus {
  /** Signed heads that their sink has not taken. */
  readonly headsWaiting: number
}

/** What was left over when a log was closed. */
export interface Closing {
  /** Records lost that no gap record tells of. */
  readonly lost: number
  /** Signed heads that their sink did not take. */
  readonly headsWaiting: number
}

/** A chained log, open for appending by this process alone. */
export interface AuditLog {
  /** What was found when the log was opened. */
  readonly opening: Opening
  /** How it is doing now. */
  readonly status: AuditLogStatus
  /** Where it stands: the last record on disk. */
  readonly head: ChainState
  /**
   * Appends a record and settles when it is on disk, or when that failed.
   *
   * @throws AuditLogError (as a rejection) with `onFull: 'refuse'`: the record is not known to be
   * on disk. Also `record-too-large` and `log-closed`; and TypeError for an event with unknown or
   * mistyped fields.
   */
  append(event: AuditEvent): Promise<Receipt<ChainState>>
  /** Writes what waits, hands over the last head, and gives the log free. */
  close(): Promise<Closing>
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024
const DEFAULT_MAX_RECORD_BYTES = 64 * 1024

/**
 * Opens a log of chained records, one line of JSON each.
 *
 * @throws AuditLogError `log-in-use`, `lock-unclear`, `log-damaged` or `log-unopenable`; TypeError
 * for options that make no sense.
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { path, clock = Date.now, maxRecordBytes = DEFAULT_MAX_RECORD_BYTES } = options
  if (!(maxRecordBytes > 0 && maxRecordBytes <= MAX_EVENT_BYTES)) {
    throw new TypeError('`maxRecordBytes` is no size of a record')
  }
  const form = new ChainForm()
  let keeper: HeadKeeper | undefined
  const log = await openLog({ maxBytes: DEFAULT_MAX_BYTES, maxFiles: Infinity, ...options }, form, {
    onCommit: (state) => keeper?.note(state),
    onRoll: () => keeper?.sign(),
  })
  const { commit, opening } = log
  try {
    const { heads, name = basename(path) } = options
    if (heads !== undefined) keeper = new HeadKeeper(name, heads, form.position)
    if (opening.repairedBytes > 0) await noteRepair()
  } catch (error) {
    await log.close()
    throw error
  }

  async function noteRepair(): Promise<void> {
    const facts = { bytes: String(opening.repairedBytes) }
    await commit.append(encodeLogEvent(LOG_EVENTS.repaired, facts), readClock(clock))
  }

  // No async function: its promise around the promise costs as much as the encoding.
  function append(event: AuditEvent): Promise<Receipt<ChainState>> {
    try {
      const fields = encodeOwn(event)
      return commit.append(fields, readClock(clock))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  function encodeOwn(event: AuditEvent): string {
    const fields = encodeEvent(event, maxRecordBytes)
    if (fields === undefined) {
      throw new AuditLogError('record-too-large', path, { detail: `${maxRecordBytes} bytes` })
    }
    if (event.event.startsWith('log.')) throw new TypeError('`log.` is kept for the log itself')
    return fields
  }

  return {
    opening,
    append,
    get status() {
      return { ...commit.status, headsWaiting: keeper?.waiting ?? 0 }
    },
    get head() {
      return commit.durable
    },
    async close() {
      const lost = await log.close()
      return { lost, headsWaiting: (await keeper?.close()) ?? 0 }
    },
  }
}
