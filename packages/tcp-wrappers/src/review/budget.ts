import { LimitError } from '@gatehouse/core'

/** Steps that one review may take; a review of some thousand rules takes a few millions. */
const MOST_STEPS = 100_000_000

/** Ends a review that would take without end: rules can be written so that no quick way is known. */
export class Budget {
  #left = MOST_STEPS

  /** @throws LimitError when the steps are used up. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new LimitError('rules too entangled to review: too many steps')
  }
}
