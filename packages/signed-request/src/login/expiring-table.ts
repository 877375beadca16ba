/** Something that ends. */
export interface Ending {
  /** When, on a {@link ForwardClock}. */
  end: number
}

/**
 * A table with a hard bound that drops nothing which is alive.
 *
 * What has ended stays, so that its reason can be given, until its room is needed.
 */
export class ExpiringTable<Entry extends Ending> {
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()
  /** Before this moment no entry ends by itself, so looking for one is no use. */
  #nextEnd = Number.POSITIVE_INFINITY

  /** @throws RangeError unless the limit is a whole number from 1. */
  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit has to be 1 or more')
    this.#limit = limit
  }

  /** The entry, alive or not, unless its room was needed. */
  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  /** All entries, alive or not. */
  values(): Iterable<Entry> {
    return this.#entries.values()
  }

  /** Adds an entry; `false` when there are as many alive as may be. */
  add(key: string, entry: Entry, now: number): boolean {
    if (this.#entries.size >= this.#limit && now >= this.#nextEnd) this.#dropEnded(now)
    if (this.#entries.size >= this.#limit) return false
    this.#entries.set(key, entry)
    this.#nextEnd = Math.min(this.#nextEnd, entry.end)
    return true
  }

  /** Ends an entry now. */
  end(entry: Entry, now: number): void {
    entry.end = Math.min(entry.end, now)
    this.#nextEnd = Math.min(this.#nextEnd, entry.end)
  }

  /** Looks at each entry once: at most as many as the limit, and only when one may have ended since. */
  #dropEnded(now: number): void {
    this.#nextEnd = Number.POSITIVE_INFINITY
    for (const [key, { end }] of this.#entries) {
      if (end <= now) this.#entries.delete(key)
      else this.#nextEnd = Math.min(this.#nextEnd, end)
    }
  }
}
