/** How much a {@link RateLimit} lets through. */
export interface RateLimitOptions {
  /** On average, for each second. */
  readonly perSecond: number
  /** At once, after a rest. Default `perSecond`, 1 at least. */
  readonly burst?: number
  /** Milliseconds that only rise. Default `performance.now`. */
  readonly now?: () => number
}

/** A token bucket. */
export class RateLimit {
  readonly #perMs: number
  readonly #burst: number
  readonly #now: () => number
  #tokens: number
  #at: number

  /** @throws TypeError for a rate or burst that is no number from 0. */
  constructor({ perSecond, burst = Math.max(perSecond, 1), now }: RateLimitOptions) {
    if (!(perSecond >= 0) || !(burst >= 0)) throw new TypeError('a rate that is no number from 0')
    this.#perMs = perSecond / 1000
    this.#burst = burst
    this.#now = now ?? (() => performance.now())
    this.#tokens = burst
    this.#at = this.#now()
  }

  /** Whether one more may pass now; counts it when it may. */
  take(): boolean {
    const now = this.#now()
    const earned = Math.max(now - this.#at, 0) * this.#perMs
    this.#tokens = Math.min(this.#tokens + earned, this.#burst)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
