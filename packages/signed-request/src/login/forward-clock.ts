/** How far behind a time may be without being a clock set back: requests at once carry times a little apart. */
const TOLERANCE_MS = 1_000

/**
 * Time that only goes forward, made from a clock that may be set back.
 *
 * Setting it back counts as no time passing: what has ended stays ended, and what is new lives as long
 * as it should. Setting it forward ends things early.
 */
export class ForwardClock {
  #now = Number.NEGATIVE_INFINITY
  #ahead = 0

  /** The latest reading. */
  get latest(): number {
    return this.#now
  }

  /**
   * @returns Milliseconds since no moment in particular; never less than before.
   * @throws RangeError for a `Date` that is no time.
   */
  read(at: Date): number {
    const time = at.getTime() + this.#ahead
    if (Number.isNaN(time)) throw new RangeError('a time has to be one')
    if (time > this.#now) this.#now = time
    else if (this.#now - time > TOLERANCE_MS) this.#ahead += this.#now - time
    return this.#now
  }
}
