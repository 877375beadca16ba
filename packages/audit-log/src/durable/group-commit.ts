import { AuditLogError, causeCode } from '../codes.ts'
import { formatTime } from '../time.ts'
import type { Form } from './form.ts'
import { LineBuffer } from './line-buffer.ts'
import type { FileLock } from './lock.ts'
import type { RollingFile } from './rolling-file.ts'

/** What to do with records while the log cannot be written. */
export type OnFull = 'refuse' | 'continue'

/** What became of an append. */
export type Receipt<Position> =
  | {
      /** The record is on disk. */
      readonly durable: true
      /** Where it stands. */
      readonly position: Position
    }
  | {
      /** The record is lost; a gap record will say so. Only with `onFull: 'continue'`. */
      readonly durable: false
      /** Why it is not on disk. */
      readonly error: AuditLogError
    }

/** How a log is doing. */
export interface LogStatus {
  /** Records that wait to be written. */
  readonly waiting: number
  /** Records lost since the last gap record. */
  readonly lost: number
  /** Why the last write failed; absent when it did not. */
  readonly failing?: AuditLogError
}

/** What a writer is made of. */
export interface WriterParts<Item, Position> {
  readonly path: string
  readonly form: Form<Item, Position>
  readonly file: RollingFile
  readonly lock: FileLock
  readonly onFull: OnFull
  readonly maxWaiting: number
  readonly clock: () => number
  /** Told where the log stands after each write. Must not throw. */
  readonly onCommit?: (position: Position) => void
  /** Told where the log stood at the end of a file that was put aside. Must not throw. */
  readonly onRoll?: (position: Position) => void
}

interface Waiting<Item, Position> {
  readonly item: Item
  readonly time: number
  readonly resolve: (receipt: Receipt<Position>) => void
  readonly reject: (error: Error) => void
}

interface Loss {
  readonly count: number
  readonly from: number
  readonly to: number
  /** What the first of them was lost by. */
  readonly cause: string
}

/** Most bytes of one write: enough to spread the cost of a sync over thousands of records. */
const MAX_WRITE_BYTES = 1024 * 1024
/** How long to wait before an attempt to write down what was lost, in milliseconds. */
const RETRY_MS = 500

/** Writes all records that wait in one write and one sync, and only then acknowledges them. */
export class GroupCommit<Item, Position> {
  readonly #parts: WriterParts<Item, Position>
  readonly #lines = new LineBuffer()
  #waiting: Waiting<Item, Position>[] = []
  #pending = 0
  #durable: Position
  #loss: Loss | undefined
  #failing: AuditLogError | undefined
  #running: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: WriterParts<Item, Position>) {
    this.#parts = parts
    this.#durable = parts.form.position
  }

  get status(): LogStatus {
    const status = { waiting: this.#pending, lost: this.#loss?.count ?? 0 }
    return this.#failing === undefined ? status : { ...status, failing: this.#failing }
  }

  /** Where the log stands: the last record that is on disk. */
  get durable(): Position {
    return this.#durable
  }

  /** Takes a record; settles when it is on disk, or when that failed. */
  append(item: Item, time: number): Promise<Receipt<Position>> {
    const { path, maxWaiting } = this.#parts
    if (this.#closed) return Promise.reject(new AuditLogError('log-closed', path))
    return new Promise((resolve, reject) => {
      const waiting = { item, time, resolve, reject }
      if (this.#pending >= maxWaiting) {
        this.#fail([waiting], new AuditLogError('queue-full', path))
        return
      }
      this.#waiting.push(waiting)
      this.#pending += 1
      this.#wake()
    })
  }

  /**
   * Writes what waits, and what there is to say about losses.
   *
   * @returns How many records are lost without a gap record that says so.
   */
  async close(): Promise<number> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#running
    if (this.#loss !== undefined) this.#wake()
    await this.#running
    return this.#loss?.count ?? 0
  }

  #wake(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    // What is appended in this turn of the event loop goes in the same write.
    await Promise.resolve()
    do {
      const group = this.#waiting
      this.#waiting = []
      // oxlint-disable-next-line no-await-in-loop -- the next group gathers while this one is written
      await this.#writeAll(group)
    } while (this.#waiting.length > 0)
    // In the same step as the last look at what waits: an append after it starts anew.
    this.#running = undefined
  }

  async #writeAll(group: readonly Waiting<Item, Position>[]): Promise<void> {
    let done = 0
    try {
      do {
        // oxlint-disable-next-line no-await-in-loop -- what does not fit goes into the next file
        done += await this.#writeSome(group, done)
      } while (done < group.length)
    } catch (cause) {
      this.#pending -= group.length - done
      this.#fail(group.slice(done), this.#errorOf(cause))
    }
  }

  /**
   * Writes as many of a group as fit in the file and in one write, and tells how many these were.
   */
  async #writeSome(group: readonly Waiting<Item, Position>[], from: number): Promise<number> {
    const { form, onCommit } = this.#parts
    const loss = this.#loss
    this.#loss = undefined
    const positions: Position[] = []
    try {
      await this.#write(group, from, loss, positions)
    } catch (error) {
      form.backTo(this.#durable)
      this.#loss = add(loss, this.#loss)
      throw error
    }
    this.#durable = form.position
    this.#failing = undefined
    this.#pending -= positions.length
    for (let index = 0; index < positions.length; index += 1) {
      const position = positions[index] as Position
      group[from + index]?.resolve({ durable: true, position })
    }
    onCommit?.(this.#durable)
    return positions.length
  }

  async #write(
    group: readonly Waiting<Item, Position>[],
    from: number,
    loss: Loss | undefined,
    positions: Position[],
  ): Promise<void> {
    const { form, file, lock, path } = this.#parts
    if (!lock.isHeld()) throw new AuditLogError('log-replaced', path)
    const lines = this.#lines
    lines.cutTo(0)
    if (loss !== undefined) this.#putGap(loss)
    let room = lines.size === 0 ? 0 : await this.#prepare(lines.size)
    for (let index = from; index < group.length && lines.size < MAX_WRITE_BYTES; index += 1) {
      const { item, time } = group[index] as Waiting<Item, Position>
      const before = form.position
      const start = lines.size
      form.next(item, time, lines)
      // oxlint-disable-next-line no-await-in-loop -- only for the first line of a write
      if (start === 0) room = await this.#prepare(lines.size)
      if (lines.size > room) {
        form.backTo(before)
        lines.cutTo(start)
        break
      }
      positions.push(form.position)
    }
    if (lines.size > 0) await file.write(lines.from(0))
  }

  async #prepare(bytes: number): Promise<number> {
    const { file, onRoll } = this.#parts
    const { room, rolled } = await file.prepare(bytes)
    if (rolled) onRoll?.(this.#durable)
    return room
  }

  #putGap({ count, from, to, cause }: Loss): void {
    const { form, clock } = this.#parts
    const gap = { lost: count, from: formatTime(from), to: formatTime(to), cause }
    form.next(form.gap(gap), clock(), this.#lines)
  }

  #errorOf(cause: unknown): AuditLogError {
    if (cause instanceof AuditLogError) return cause
    const { path } = this.#parts
    return new AuditLogError('log-unwritable', path, { detail: causeCode(cause), cause })
  }

  #fail(group: readonly Waiting<Item, Position>[], error: AuditLogError): void {
    this.#failing = error
    if (this.#parts.onFull === 'refuse') {
      for (const { reject } of group) reject(error)
      return
    }
    for (const { time, resolve } of group) {
      this.#loss = add(this.#loss, { count: 1, from: time, to: time, cause: causeCode(error) })
      resolve({ durable: false, error })
    }
    if (this.#loss !== undefined && !this.#closed) {
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#wake(), RETRY_MS).unref()
    }
  }
}

function add(loss: Loss | undefined, later: Loss | undefined): Loss | undefined {
  if (loss === undefined || later === undefined) return loss ?? later
  return { ...loss, count: loss.count + later.count, to: later.to }
}
