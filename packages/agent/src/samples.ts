import { appendFile, mkdir, open, readdir, rename, stat } from 'node:fs/promises'
import { freemem, loadavg, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import { readTail } from './tail.ts'
import { failedWith } from './records.ts'

/** One measurement of the system. */
export interface Sample {
  /** Instant, ISO 8601 in UTC. */
  readonly at: string
  /** Load average over 1, 5 and 15 minutes. */
  readonly load: readonly number[]
  /** Bytes. */
  readonly totalMemory: number
  /** Bytes. */
  readonly freeMemory: number
  /** Seconds since the system started. */
  readonly uptime: number
}

/** Size at which a file of samples is put aside, in bytes: 8 MiB, ten days at one sample each 10 s. */
const MAX_SAMPLE_FILE_BYTES = 8 * 1024 * 1024

/** Most bytes that are read back at once: half of the largest answer. */
const MAX_READ_BYTES = 512 * 1024

/** The collected data: one file of JSON lines for each collection, and the full one before it. */
export class SampleFiles {
  /** The folder of the files. */
  readonly folder: string

  /** @param folder - Made with the first sample. */
  constructor(folder: string) {
    this.folder = folder
  }

  /** Measures the system and appends one line. */
  async append(collection: string): Promise<void> {
    const file = this.#path(collection)
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    if ((await sizeOf(file)) > MAX_SAMPLE_FILE_BYTES) {
      await rename(file, join(this.folder, `${collection}.full.jsonl`))
    }
    await appendFile(file, `${JSON.stringify(measure())}\n`, { mode: 0o600 })
  }

  /** The newest samples that fit into one answer, the oldest first. */
  async newest(collection: string, most: number): Promise<{ samples: Sample[]; cut: boolean }> {
    try {
      const handle = await open(this.#path(collection), 'r')
      const { lines, cut } = await readTail(handle, MAX_READ_BYTES)
      return { samples: lines.slice(-most).flatMap(readSample), cut: cut || lines.length > most }
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return { samples: [], cut: false }
      throw error
    }
  }

  /** Names of all files of samples, sorted. */
  async files(): Promise<string[]> {
    try {
      const names = await readdir(this.folder)
      return names.filter((name) => name.endsWith('.jsonl')).toSorted()
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return []
      throw error
    }
  }

  #path(collection: string): string {
    return join(this.folder, `${collection}.jsonl`)
  }
}

/** A line that was only half written, when power or space ran out, is passed over. */
function readSample(line: string): Sample[] {
  try {
    return [JSON.parse(line) as Sample]
  } catch {
    return []
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return 0
    throw error
  }
}

function measure(): Sample {
  return {
    at: new Date().toISOString(),
    load: loadavg(),
    totalMemory: totalmem(),
    freeMemory: freemem(),
    uptime: uptime(),
  }
}
