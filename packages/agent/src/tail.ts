import type { FileHandle } from 'node:fs/promises'

/** The last lines of a file. */
export interface Tail {
  /** Whole lines without their ends, in the order of the file. A last line without its end counts. */
  readonly lines: string[]
  /** Whether the file has more before them. */
  readonly cut: boolean
}

/**
 * Reads the end of a file and closes it.
 *
 * @param maxBytes - Most bytes that are read; a line that they start in the middle of is left out.
 */
export async function readTail(handle: FileHandle, maxBytes: number): Promise<Tail> {
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - maxBytes)
    const buffer = Buffer.alloc(Math.min(size, maxBytes))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    if (lines.at(-1) === '') lines.pop()
    if (start > 0) lines.shift()
    return { lines, cut: start > 0 }
  } finally {
    await handle.close()
  }
}
