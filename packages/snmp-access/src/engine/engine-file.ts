import { randomBytes } from 'node:crypto'
import { ConfigError } from '@gatehouse/core'
import { readBounded, replaceFile, withLock } from '@gatehouse/core/files'
import { MAX_BOOTS, type EngineClock } from '../message/index.ts'

/** How an {@link EngineFile} is opened. */
export interface EngineFileOptions {
  /** Engine id for a new file, 5 to 32 octets, not all 0 and not all 255. A file that has another refuses. Default: random. */
  readonly id?: Uint8Array
  /** Milliseconds that only rise. Default `performance.now`. */
  readonly now?: () => number
}

interface EngineRecord {
  readonly id: Uint8Array
  readonly boots: number
}

const MAX_FILE_BYTES = 4096
const FORM =
  /^gatehouse-snmp-engine 1\nid (?<id>(?:[0-9a-f]{2}){5,32})\nboots (?<boots>\d{1,10})\n$/

/**
 * Who an SNMP engine is, and how often it was started, kept in a file (RFC 3414 section 2.2).
 *
 * A message with authentication is taken only near the clock of boots and seconds, so that a recorded
 * one cannot be sent again: boots must never be the same twice. Each engine needs a file of its own.
 */
export class EngineFile {
  /** The engine id. Keys of users are made for it: a new one makes the keys of managers that hold localised ones void. */
  readonly id: Uint8Array
  /** How often the engine was started, this time among them. */
  readonly boots: number
  readonly #now: () => number
  readonly #begin: number

  private constructor({ id, boots }: EngineRecord, now: () => number) {
    this.id = id
    this.boots = boots
    this.#now = now
    this.#begin = now()
  }

  /**
   * Counts one more start and writes it down before it returns. A file that is missing is made, for
   * its owner alone.
   *
   * @throws ConfigError when the file cannot be read or written, is damaged, has another id than the
   *   one given, or has counted 2^31 - 2 starts: then the engine needs a new id.
   * @throws TypeError for an id that cannot be one.
   */
  static async open(path: string, options: EngineFileOptions = {}): Promise<EngineFile> {
    const { id, now = () => performance.now() } = options
    if (id !== undefined && !isEngineId(id)) throw new TypeError('not an engine id')
    const record = await withLock(`${path}.lock`, async () => {
      const started = startOf(await read(path), id, path)
      await replaceFile(path, format(started), { mode: 0o600 })
      return started
    })
    return new EngineFile(record, now)
  }

  /** A reading of the clock. */
  clock(): EngineClock {
    const seconds = Math.floor((this.#now() - this.#begin) / 1000)
    return { id: this.id, boots: this.boots, time: Math.min(seconds, MAX_BOOTS) }
  }
}

async function read(path: string): Promise<EngineRecord | undefined> {
  const file = await readBounded(path, MAX_FILE_BYTES)
  if ('failure' in file) {
    if (file.failure === 'missing') return undefined
    const what = `the engine file \`${path}\` cannot be read: ${file.failure}`
    throw new ConfigError(what, { source: { file: path }, cause: file.cause })
  }
  const { id, boots } = FORM.exec(Buffer.from(file.bytes).toString('latin1'))?.groups ?? {}
  const octets = Buffer.from(id ?? '', 'hex')
  if (boots === undefined || !isEngineId(octets)) {
    const what = `the engine file \`${path}\` is damaged; a new one makes a new engine id`
    throw new ConfigError(what, { source: { file: path } })
  }
  return { id: octets, boots: Number(boots) }
}

function startOf(
  known: EngineRecord | undefined,
  id: Uint8Array | undefined,
  path: string,
): EngineRecord {
  if (known === undefined) return { id: id ?? randomEngineId(), boots: 1 }
  const source = { file: path }
  if (id !== undefined && Buffer.compare(known.id, id) !== 0) {
    throw new ConfigError(`the engine file \`${path}\` is that of another engine id`, { source })
  }
  const boots = known.boots + 1
  // RFC 3414 section 2.2.2: at the highest count nothing is in time any more.
  if (boots < MAX_BOOTS) return { id: known.id, boots }
  throw new ConfigError(`the engine of \`${path}\` was started too often: it needs a new id`, {
    source,
  })
}

function format({ id, boots }: EngineRecord): string {
  return `gatehouse-snmp-engine 1\nid ${Buffer.from(id).toString('hex')}\nboots ${boots}\n`
}

/** RFC 3411, SnmpEngineID: octets of one's own under the enterprise number 0, which is nobody's. */
function randomEngineId(): Uint8Array {
  return Buffer.concat([Buffer.from([0x80, 0, 0, 0, 5]), randomBytes(16)])
}

function isEngineId(id: Uint8Array): boolean {
  const isSized = id.length >= 5 && id.length <= 32
  return isSized && !id.every((octet) => octet === 0) && !id.every((octet) => octet === 255)
}
