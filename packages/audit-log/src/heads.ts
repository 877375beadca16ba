import { sign, verify, type KeyObject } from 'node:crypto'
import type { ChainState } from './chain.ts'
import { formatTime } from './time.ts'

/**
 * How many records a log had and what the last one's hash was, signed. Keep it away from the log.
 */
export interface SignedHead {
  /** Name of the log, so that the head of one cannot stand for another. */
  readonly log: string
  /** Sequence of the last record. */
  readonly count: number
  /** Hash of the last record. */
  readonly hash: string
  /** Time of the last record, ISO 8601 in UTC. */
  readonly time: string
  /** Ed25519 signature in base64. */
  readonly signature: string
}

/**
 * Takes a head to where it is kept. A throw or a rejection: it is offered again with the next one.
 */
export type HeadSink = (head: SignedHead) => void | Promise<void>

/** How heads are signed and kept. */
export interface HeadOptions {
  /** Private Ed25519 key. */
  readonly key: KeyObject
  /** Where heads go: another machine, another account, at least another file. */
  readonly sink: HeadSink
  /** Sign after so many records. Default 1,000. */
  readonly everyRecords?: number
  /** Sign at the latest so many milliseconds after a record. Default 10,000. */
  readonly everyMs?: number
}

const MAX_KEPT_BACK = 1000

/** Whether a head is signed by one of some keys. */
export function isGenuineHead(head: SignedHead, keys: readonly KeyObject[]): boolean {
  const signature = Buffer.from(head.signature, 'base64')
  return keys.some((key) => verify(null, payload(head), key, signature))
}

/** A head as one line of JSON, without a newline. */
export function formatHead(head: SignedHead): string {
  const { log, count, hash, time, signature } = head
  return JSON.stringify({ log, count, hash, time, signature })
}

/**
 * Reads what {@link formatHead} wrote. Signatures are not checked here.
 *
 * @returns Nothing for any other text.
 */
export function parseHead(line: string): SignedHead | undefined {
  try {
    const { log, count, hash, time, signature } = JSON.parse(line) as SignedHead
    const texts = [log, hash, time, signature]
    const isHead = texts.every((text) => typeof text === 'string') && Number.isSafeInteger(count)
    return isHead && count > 0 ? { log, count, hash, time, signature } : undefined
  } catch {
    return undefined
  }
}

function payload({ log, count, hash, time }: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(JSON.stringify(['gatehouse-audit-head-1', log, count, hash, time]))
}

/** Signs where a chain stands, every so often, and hands the heads on one after the other. */
export class HeadKeeper {
  readonly #log: string
  readonly #options: Required<HeadOptions>
  readonly #waiting: SignedHead[] = []
  #newest: ChainState
  #signed: number
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined

  /** @throws TypeError when the key is no private Ed25519 key. */
  constructor(log: string, options: HeadOptions, from: ChainState) {
    const { key } = options
    if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') {
      throw new TypeError('`heads.key` is no private Ed25519 key')
    }
    this.#log = log
    this.#options = { everyRecords: 1000, everyMs: 10_000, ...options }
    this.#newest = from
    this.#signed = from.sequence
  }

  /** Heads that the sink has not taken yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Takes note of records on disk. */
  note(state: ChainState): void {
    const { everyRecords, everyMs } = this.#options
    this.#newest = state
    if (state.sequence - this.#signed >= everyRecords) this.sign()
    else this.#timer ??= setTimeout(() => this.sign(), everyMs).unref()
  }

  /** Signs where the chain stands now, unless that is signed already. */
  sign(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { sequence, hash, time } = this.#newest
    if (sequence === this.#signed) return
    this.#signed = sequence
    const head = { log: this.#log, count: sequence, hash, time: formatTime(time) }
    const signature = sign(null, payload(head), this.#options.key).toString('base64')
    this.#waiting.push({ ...head, signature })
    // Each head covers all records before it, so the older ones are worth less.
    if (this.#waiting.length > MAX_KEPT_BACK) this.#waiting.shift()
    this.#sending ??= this.#send()
  }

  /**
   * Signs what is not signed yet and offers all heads to the sink.
   *
   * @returns How many it did not take.
   */
  async close(): Promise<number> {
    this.sign()
    await this.#sending
    await this.#send()
    return this.#waiting.length
  }

  async #send(): Promise<void> {
    await Promise.resolve()
    try {
      for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        await this.#options.sink(head)
        if (this.#waiting[0] === head) this.#waiting.shift()
      }
    } catch {
      // The head stays, `waiting` shows it, and it is offered again.
    }
    this.#sending = undefined
  }
}
