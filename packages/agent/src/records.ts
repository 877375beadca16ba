import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBounded } from '@gatehouse/core/files'
import type { z } from 'zod'
import { Failure } from './failure.ts'

/** Largest record in bytes: 128 KiB, the longest argument with every character escaped. */
const MAX_RECORD_BYTES = 128 * 1024

const SUFFIX = '.json'

/** Whether a file operation failed for the reason that a system code names. */
export function failedWith(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}

/**
 * A folder of small records, one JSON file each.
 *
 * Adding, replacing and removing are single steps of the file system, so that the resident process
 * and a local command can share a folder. Names have to be safe as file names; the caller checks.
 */
export class Records<Value> {
  readonly #folder: string
  readonly #schema: z.ZodType<Value>
  readonly #limit: number

  /**
   * @param folder - Made when the first record is.
   * @param schema - Form of a record.
   * @param limit - Most records.
   */
  constructor(folder: string, schema: z.ZodType<Value>, limit: number) {
    this.#folder = folder
    this.#schema = schema
    this.#limit = limit
  }

  /**
   * The record of that name.
   *
   * @throws when the file cannot be read or does not hold a record: nothing is made up in its place.
   */
  async read(name: string): Promise<Value | undefined> {
    const read = await readBounded(this.#path(name), MAX_RECORD_BYTES)
    if ('bytes' in read) return this.#schema.parse(JSON.parse(Buffer.from(read.bytes).toString()))
    if (read.failure === 'missing') return undefined
    throw new Failure('execution-failed', { cause: read.cause })
  }

  /** All records by name, sorted. */
  async list(): Promise<Map<string, Value>> {
    const found = new Map<string, Value>()
    for (const name of await this.names()) {
      // oxlint-disable-next-line no-await-in-loop -- opens one file at a time
      const value = await this.read(name)
      if (value !== undefined) found.set(name, value)
    }
    return found
  }

  /** The names of all records, sorted. */
  async names(): Promise<string[]> {
    try {
      const files = await readdir(this.#folder)
      const named = files.filter((file) => file.endsWith(SUFFIX) && !file.startsWith('.'))
      return named.map((file) => file.slice(0, -SUFFIX.length)).toSorted()
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return []
      throw error
    }
  }

  /**
   * Adds a record.
   *
   * @returns false when there is one of that name already, which stays as it is.
   * @throws Failure with `limit-reached`.
   */
  async add(name: string, value: Value): Promise<boolean> {
    const names = await this.names()
    if (names.includes(name)) return false
    if (names.length >= this.#limit) throw new Failure('limit-reached')
    const temporary = await this.#write(value)
    try {
      await link(temporary, this.#path(name))
      return true
    } catch (error) {
      if (failedWith(error, 'EEXIST')) return false
      throw error
    } finally {
      await unlink(temporary)
    }
  }

  /** Writes a record, whether there was one or not. Under the limit of {@link add} only by its caller's care. */
  async put(name: string, value: Value): Promise<void> {
    await rename(await this.#write(value), this.#path(name))
  }

  /** Removes a record; false when there is none. */
  async remove(name: string): Promise<boolean> {
    try {
      await unlink(this.#path(name))
      return true
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return false
      throw error
    }
  }

  async #write(value: Value): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const temporary = join(this.#folder, `.${randomUUID()}.tmp`)
    await writeFile(temporary, JSON.stringify(value), { mode: 0o600, flag: 'wx' })
    return temporary
  }

  #path(name: string): string {
    return join(this.#folder, name + SUFFIX)
  }
}
