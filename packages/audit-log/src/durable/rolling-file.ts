import { constants, type BigIntStats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AuditLogError } from '../codes.ts'
import { isSameFile } from './lock.ts'
import { shift } from './rolled-names.ts'

const MODE = 0o600
/**
 * Read as well, for the look at open; a symbolic link is not followed where the system can tell.
 */
const FLAGS = constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

/** When a file is put aside. */
export interface RollingOptions {
  readonly maxBytes: number
  readonly maxFiles: number
}

/** What {@link RollingFile.prepare} came to. */
interface Prepared {
  /** Bytes that the file takes before it is full. */
  readonly room: number
  /** Whether a file was put aside since the last time that this was asked. */
  readonly rolled: boolean
}

interface OpenFile {
  readonly handle: FileHandle
  readonly identity: BigIntStats
}

/**
 * The file in use of a log: what it holds up to `size` is on disk, and everything behind that is
 * cut off before anything else is written.
 */
export class RollingFile {
  readonly #path: string
  readonly #options: RollingOptions
  #file: OpenFile | undefined
  #size = 0
  #hasTail = false
  #folderChanged = false
  #rolled = false

  constructor(path: string, options: RollingOptions) {
    this.#path = path
    this.#options = options
  }

  /** Bytes that are on disk in the file in use. */
  get size(): number {
    return this.#size
  }

  /**
   * Opens the file if there is one.
   *
   * @param inspect - Tells how many of its bytes are whole records; the rest is cut off.
   * @returns How many bytes were cut off.
   */
  async openExisting(inspect: (handle: FileHandle) => Promise<number>): Promise<number> {
    try {
      this.#file = await openRegular(this.#path, FLAGS)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      throw error
    }
    const { handle, identity } = this.#file
    this.#size = await inspect(handle)
    const excess = Number(identity.size) - this.#size
    this.#hasTail = excess > 0
    await this.#cutTail()
    if (excess > 0) await handle.datasync()
    return excess
  }

  /**
   * Makes the file ready for a line: whole records only, created if need be, and put aside first
   * when the line would make it larger than the limit. An empty file takes a line of any size.
   *
   * @throws AuditLogError `log-replaced` when the path no longer leads to the open file.
   */
  async prepare(lineBytes: number): Promise<Prepared> {
    const { maxBytes, maxFiles } = this.#options
    if (this.#file !== undefined && !isSameFile(this.#path, this.#file.identity)) {
      throw new AuditLogError('log-replaced', this.#path)
    }
    await this.#cutTail()
    if (this.#size > 0 && this.#size + lineBytes > maxBytes) {
      this.#folderChanged = true
      await shift(this.#path, maxFiles)
      this.#rolled = true
      await this.close()
    }
    await this.#create()
    const rolled = this.#rolled
    this.#rolled = false
    return { room: Math.max(this.#size === 0 ? lineBytes : 0, maxBytes - this.#size), rolled }
  }

  /**
   * Writes behind what is there, and returns when it is on disk.
   *
   * On an error nothing of it is kept, now or before the next write. What a failed write or sync
   * left in memory is cut off as well: after a failed sync it may seem to be on disk and not be.
   */
  async write(bytes: Buffer): Promise<void> {
    const { handle } = this.#file as OpenFile
    this.#hasTail = true
    try {
      let written = 0
      while (written < bytes.length) {
        // oxlint-disable-next-line no-await-in-loop -- the rest of a short write
        const { bytesWritten } = await handle.write(bytes, written)
        written += bytesWritten
      }
      await handle.datasync()
      if (this.#folderChanged) await this.#syncFolder()
    } catch (error) {
      await this.#cutTail().catch(() => undefined)
      throw error
    }
    this.#size += bytes.length
    this.#hasTail = false
  }

  /** Closes the file in use, if there is one. */
  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    this.#size = 0
    this.#hasTail = false
    await file?.handle.close()
  }

  async #cutTail(): Promise<void> {
    if (!this.#hasTail || this.#file === undefined) return
    await this.#file.handle.truncate(this.#size)
    this.#hasTail = false
  }

  async #create(): Promise<void> {
    if (this.#file !== undefined) return
    this.#file = await openRegular(this.#path, FLAGS | constants.O_CREAT | constants.O_EXCL)
    this.#size = 0
    this.#folderChanged = true
  }

  async #syncFolder(): Promise<void> {
    if (process.platform !== 'win32') {
      const folder = await open(dirname(this.#path), 'r')
      try {
        await folder.sync()
      } finally {
        await folder.close()
      }
    }
    this.#folderChanged = false
  }
}

async function openRegular(path: string, flags: number): Promise<OpenFile> {
  const handle = await open(path, flags, MODE)
  try {
    const identity = await handle.stat({ bigint: true })
    if (!identity.isFile()) throw new AuditLogError('log-unopenable', path, { detail: 'no file' })
    return { handle, identity }
  } catch (error) {
    await handle.close()
    throw error
  }
}
