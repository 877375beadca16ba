import { escapeControls } from '@gatehouse/core'
import type { FileHandle } from 'node:fs/promises'
import { AuditLogError } from './codes.ts'
import type { Form, Gap, Inspection } from './durable/form.ts'
import type { LogStatus, Receipt } from './durable/group-commit.ts'
import type { LineBuffer } from './durable/line-buffer.ts'
import { eachLine } from './durable/lines.ts'
import { openLog, type LogOptions, type Opening } from './durable/open.ts'
import { readClock } from './time.ts'

/**
 * Options of {@link openTextLog}. `maxBytes` is 1024 KB and `maxFiles` 5 by default, as Hawk's
 * logs.
 */
export interface TextLogOptions extends LogOptions {
  /**
   * Makes the text that stands for lost ones. Default: a line with their number, times and cause;
   * none for records of more lines.
   */
  readonly formatGap?: (gap: Gap) => string | readonly string[]
  /** Longest text of one append, in bytes. Default 64 KiB, less than 1 MiB. */
  readonly maxRecordBytes?: number
  /**
   * How a record begins and how many lines it has, when that is not one: a record that lacks lines
   * is a half-written one, and is cut off when the log is opened.
   */
  readonly record?: RecordShape
}

/** The shape of records of more than one line. */
export interface RecordShape {
  /** What the first line of each record begins with, and no other line. */
  readonly start: string
  /** How many lines each record has. */
  readonly lines: number
}

/** Lines of text, open for appending by this process alone: no chain, and nothing to verify. */
export interface TextLog {
  /** What was found when the log was opened. */
  readonly opening: Opening
  /** How it is doing now. */
  readonly status: LogStatus
  /**
   * Appends a text and settles when it is on disk, or when that failed.
   *
   * The caller formats it. What is no printable text is escaped, as `escapeControls` does: a text
   * has as many lines as a record has, whatever a peer put in it.
   *
   * @param text - One line, or an array with each line of a record.
   * @throws AuditLogError (as a rejection) as {@link AuditLog.append} does; TypeError for a wrong
   * number of lines.
   */
  append(text: string | readonly string[]): Promise<Receipt<null>>
  /**
   * Writes what waits and gives the log free.
   *
   * @returns How many records are lost that no line tells of.
   */
  close(): Promise<number>
}

/** Limits of a rolling Hawk log where nothing else is said: 1024 KB, and five rolled files. */
export const HAWK_LOG_LIMITS: { readonly maxBytes: number; readonly maxFiles: number } = {
  maxBytes: 1024 * 1024,
  maxFiles: 5,
}

/** Bytes of a size in KB (1024 bytes) or MB (1024 KB), as `-log_max_size` gives it. */
export function sizeInBytes(size: { readonly amount: number; readonly unit: 'KB' | 'MB' }): number {
  return size.amount * (size.unit === 'KB' ? 1024 : 1024 * 1024)
}

const DEFAULT_MAX_RECORD_BYTES = 64 * 1024
const MAX_TEXT_LINE_BYTES = 1024 * 1024

/**
 * Opens a log of text lines, such as `Trusted.log`, that rolls as Hawk's logs do: `Trusted.log`
 * becomes `Trusted1.log`, that `Trusted2.log`, and the highest is dropped.
 *
 * @throws AuditLogError `log-in-use`, `lock-unclear` or `log-unopenable`; TypeError for options
 * that make no sense.
 */
export async function openTextLog(options: TextLogOptions): Promise<TextLog> {
  const { path, clock = Date.now, maxRecordBytes = DEFAULT_MAX_RECORD_BYTES } = options
  const { record: shape = { start: '', lines: 1 }, formatGap = sayGap } = options
  if (shape.lines !== 1 && options.formatGap === undefined) {
    throw new TypeError('records of several lines need `formatGap`')
  }
  if (!(maxRecordBytes > 0 && maxRecordBytes < MAX_TEXT_LINE_BYTES)) {
    throw new TypeError('`maxRecordBytes` is no size of a record')
  }
  const form = new TextForm(shape, (gap) => toText(formatGap(gap), shape.lines))
  const log = await openLog({ ...HAWK_LOG_LIMITS, ...options }, form)
  const { commit, opening } = log
  return {
    opening,
    get status() {
      return commit.status
    },
    async append(given) {
      const text = toText(given, shape.lines)
      if (Buffer.byteLength(text) > maxRecordBytes) {
        throw new AuditLogError('record-too-large', path, { detail: `${maxRecordBytes} bytes` })
      }
      return commit.append(text, readClock(clock))
    },
    close: () => log.close(),
  }
}

function toText(given: string | readonly string[], lines: number): string {
  const parts = typeof given === 'string' ? [given] : given
  if (parts.length !== lines) throw new TypeError(`a record of this log has ${lines} lines`)
  return `${parts.map(escapeControls).join('\n')}\n`
}

function sayGap({ lost, from, to, cause }: Gap): string {
  return `# ${lost} records lost between ${from} and ${to}: ${cause}`
}

class TextForm implements Form<string, null> {
  readonly position = null
  readonly gap: (gap: Gap) => string
  readonly #shape: RecordShape

  constructor(shape: RecordShape, gap: (gap: Gap) => string) {
    this.#shape = shape
    this.gap = gap
  }

  next(text: string, _time: number, lines: LineBuffer): void {
    lines.put(text, 'utf8')
  }

  backTo(): void {}

  /**
   * A last line without its end, or with a zero byte, is half-written, and so is a last record that
   * lacks lines.
   */
  async inspect(handle: FileHandle, path: string): Promise<Inspection> {
    const start = Buffer.from(this.#shape.start)
    let intactBytes = 0
    let recordStart = 0
    let linesOfRecord = this.#shape.lines
    let isLong = false
    await eachLine(handle, MAX_TEXT_LINE_BYTES, ({ bytes, offset, complete }) => {
      isLong = !complete && bytes.length >= MAX_TEXT_LINE_BYTES
      if (!complete || bytes.includes(0)) return true
      if (bytes.subarray(0, start.length).equals(start)) {
        recordStart = offset
        linesOfRecord = 0
      }
      linesOfRecord += 1
      intactBytes = offset + bytes.length + 1
      return true
    })
    if (isLong) throw new AuditLogError('log-damaged', path, { detail: 'a line is too long' })
    return { intactBytes: linesOfRecord < this.#shape.lines ? recordStart : intactBytes }
  }
}
