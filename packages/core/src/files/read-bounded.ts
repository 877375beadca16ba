import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** Why a file could not be read whole. */
export type ReadFailure = 'missing' | 'unreadable' | 'too-large'

/** The bytes of a file, or why there are none. */
export type BoundedRead =
  { readonly bytes: Uint8Array } | { readonly failure: ReadFailure; readonly cause?: unknown }

/**
 * Reads a regular file of a bounded size. Nothing is read when the file is larger than that.
 *
 * A file that another takes the place of meanwhile is read to its end; one that is written to while
 * it is read is refused, for what was read may be half of the old text and half of the new.
 *
 * @param maxBytes - Largest size in bytes; a file that grows past it while it is read is refused too.
 */
export async function readBounded(path: string, maxBytes: number): Promise<BoundedRead> {
  let handle: FileHandle
  try {
    handle = await open(path, READ)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    return { failure: missing ? 'missing' : 'unreadable', cause }
  }
  try {
    return await readOpened(handle, maxBytes)
  } catch (cause) {
    return { failure: 'unreadable', cause }
  } finally {
    await handle.close()
  }
}

/** Without waiting: a pipe that nobody writes to would hold up whoever opens it. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK

async function readOpened(handle: FileHandle, maxBytes: number): Promise<BoundedRead> {
  const status = await handle.stat({ bigint: true })
  if (!status.isFile()) return { failure: 'unreadable', cause: new Error('not a regular file') }
  if (status.size > maxBytes) return { failure: 'too-large' }
  const buffer = Buffer.alloc(Number(status.size) + 1)
  let length = 0
  while (length < buffer.length) {
    // oxlint-disable-next-line no-await-in-loop -- each read starts where the last one ended
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  const { size, mtimeNs } = await handle.stat({ bigint: true })
  const isSame = size === status.size && mtimeNs === status.mtimeNs && size === BigInt(length)
  if (isSame) return { bytes: buffer.subarray(0, length) }
  return { failure: 'unreadable', cause: new Error('the file changed while it was read') }
}
