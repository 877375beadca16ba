import { randomBytes } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import type { ReplayStore, UsedValue, UseOutcome } from '../replay-store.ts'

/** Gives that many random bytes. */
export type RandomSource = (bytes: number) => Uint8Array

/** Options of {@link memoryReplayStore}. */
export interface MemoryReplayStoreOptions {
  /** Most used values that are remembered at once. Default 100,000: some 1,600 requests a second. */
  readonly limit?: number
  /** Source of the key. Default: that of `node:crypto`. */
  readonly random?: RandomSource
}

/** Values are forgotten together whose ends lie within one second. */
const BUCKET_MS = 1000

/**
 * A replay store in memory: for one process that may forget all values, and their key, when it ends.
 *
 * @throws RangeError for a limit that is no positive integer.
 */
export function memoryReplayStore({
  limit = 100_000,
  random = randomBytes,
}: MemoryReplayStoreOptions = {}): ReplayStore {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError('`limit` is no positive integer')
  return new MemoryReplayStore(limit, new Secret(Uint8Array.from(random(32))))
}

class MemoryReplayStore implements ReplayStore {
  readonly key: Secret<Uint8Array>
  readonly #limit: number
  /** Used values by the second in which they end. */
  readonly #buckets = new Map<number, Set<string>>()
  #size = 0
  /** Whatever ends by then may be forgotten already. */
  #horizon = Number.NEGATIVE_INFINITY
  #nextForgetting = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(limit: number, key: Secret<Uint8Array>) {
    this.#limit = limit
    this.key = key
  }

  use({ id, end }: UsedValue, at: Date): Promise<UseOutcome> {
    const now = at.getTime()
    if (this.#isClosed) return Promise.reject(new Error('the replay store is closed'))
    if (Number.isNaN(now) || !Number.isSafeInteger(end)) {
      return Promise.reject(new RangeError('a use needs a date, and a value an end'))
    }
    return Promise.resolve(this.#use(id, end, now))
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#buckets.clear()
    return Promise.resolve()
  }

  #use(id: string, end: number, now: number): UseOutcome {
    if (now >= this.#nextForgetting) this.#forget(now)
    if (end <= now || end <= this.#horizon) return 'expired'
    const second = Math.ceil(end / BUCKET_MS)
    const bucket = this.#buckets.get(second)
    if (bucket?.has(id) === true) return 'used'
    if (this.#size >= this.#limit) return 'full'
    if (bucket === undefined) {
      this.#buckets.set(second, new Set([id]))
      this.#nextForgetting = Math.min(this.#nextForgetting, second * BUCKET_MS)
    } else bucket.add(id)
    this.#size += 1
    return 'first'
  }

  /** Drops the seconds that are over; the horizon moves with them. */
  #forget(now: number): void {
    let next = Number.POSITIVE_INFINITY
    for (const [second, bucket] of this.#buckets) {
      const last = second * BUCKET_MS
      if (last > now) {
        next = Math.min(next, last)
      } else {
        this.#buckets.delete(second)
        this.#size -= bucket.size
        this.#horizon = Math.max(this.#horizon, last)
      }
    }
    this.#nextForgetting = next
  }
}
