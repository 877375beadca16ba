import type { FileHandle } from 'node:fs/promises'

/** One line of a file, as bytes. */
export interface Line {
  /** Without the newline; valid only until the next line is read. */
  readonly bytes: Buffer
  /** Line number, from 1. */
  readonly number: number
  /** Where the line begins, in bytes from the start of the file. */
  readonly offset: number
  /** Whether a newline ends it; only the last line of a file may have none. */
  readonly complete: boolean
}

const CHUNK_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/**
 * Reads a file line by line with bounded memory.
 *
 * @param maxBytes - Longest line. Of a longer one the visitor sees that many bytes, as incomplete;
 * reading ends there.
 * @param visit - Returns `false` to stop reading.
 */
export async function eachLine(
  handle: FileHandle,
  maxBytes: number,
  visit: (line: Line) => boolean,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, maxBytes + 1))
  let kept = 0
  let position = 0
  let number = 1
  let offset = 0
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each read starts where the last one ended
    const { bytesRead } = await handle.read(buffer, kept, buffer.length - kept, position)
    if (bytesRead === 0) break
    position += bytesRead
    const filled = buffer.subarray(0, kept + bytesRead)
    let start = 0
    for (;;) {
      const end = filled.indexOf(NEWLINE, start)
      if (end < 0 || end - start > maxBytes) break
      const bytes = filled.subarray(start, end)
      if (!visit({ bytes, number, offset, complete: true })) return
      offset += end - start + 1
      number += 1
      start = end + 1
    }
    kept = filled.length - start
    buffer.copyWithin(0, start, filled.length)
    if (kept > maxBytes) break
  }
  if (kept > 0) {
    visit({ bytes: buffer.subarray(0, Math.min(kept, maxBytes)), number, offset, complete: false })
  }
}
