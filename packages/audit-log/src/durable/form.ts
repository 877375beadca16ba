import type { FileHandle } from 'node:fs/promises'
import type { LineBuffer } from './line-buffer.ts'

/** What was lost while a log could not be written. */
export interface Gap {
  /** How many records. */
  readonly lost: number
  /** When the first of them was appended, ISO 8601 in UTC. */
  readonly from: string
  /** When the last of them was appended. */
  readonly to: string
  /** The system's name of the error behind it, such as `ENOSPC`. */
  readonly cause: string
}

/** What a look at an existing file found. */
export interface Inspection {
  /** Size up to the end of the last whole record, in bytes. What stands behind it is cut off. */
  readonly intactBytes: number
}

/**
 * How items become the text of a log. Holds what the next line depends on.
 *
 * Lines are made when they are written, in the order of the appends, and made anew after a failure.
 */
export interface Form<Item, Position> {
  /** Where the log stands: what a receipt tells of the line made last. */
  readonly position: Position
  /** Puts the text of an item behind others, its last newline included, and moves the position on. */
  next(item: Item, time: number, lines: LineBuffer): void
  /** Goes back to an earlier position, because what was made since is not on disk. */
  backTo(position: Position): void
  /** The item that says what was lost. */
  gap(gap: Gap): Item
  /**
   * Looks through the file in use, or through the newest rolled one if there is none in use, and
   * takes up the position at its end.
   */
  inspect(handle: FileHandle, path: string): Promise<Inspection>
}
