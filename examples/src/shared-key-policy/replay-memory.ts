/** Which messages were seen, for as long as their time stamp lets them in. Holds a bounded number. */
export class ReplayMemory {
  readonly #most: number
  /** Until when each is kept, in the order in which they came. */
  readonly #seen = new Map<string, number>()

  /** @param most - How many to hold. */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * Takes a message in.
   *
   * @param until - Instant from which its time stamp keeps it out. Must not go back between calls.
   * @returns `replayed` when it was seen, `full` when it cannot be remembered: both are to be refused.
   */
  take(message: string, now: number, until: number): 'new' | 'replayed' | 'full' {
    for (const [old, end] of this.#seen) {
      if (end >= now) break
      this.#seen.delete(old)
    }
    if (this.#seen.has(message)) return 'replayed'
    if (this.#seen.size >= this.#most) return 'full'
    this.#seen.set(message, until)
    return 'new'
  }
}
