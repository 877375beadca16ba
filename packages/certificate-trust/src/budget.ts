/** What a verification may spend on what peers send. */
export interface Limits {
  /** Signatures checked. Default 100: RFC-conformant chains need at most ten, cross-signed meshes some dozens. */
  readonly signatures: number
  /**
   * What candidates for an issuer may cost that turn out not to have signed, in checks with P-256: a
   * check with P-384 counts 8, with P-521 20. Default 40: some keys of an authority have one name and no
   * identifier, never dozens.
   */
  readonly misses: number
  /** Candidate issuers looked at. Default 20,000: each costs about a microsecond. */
  readonly pathSteps: number
  /** Names compared with constraints. Default 250,000, as in webpki: 100 names under 2,500 subtrees. */
  readonly nameComparisons: number
}

/** Limits that hold unless others are given. */
export const DEFAULT_LIMITS: Limits = {
  signatures: 100,
  misses: 40,
  pathSteps: 20_000,
  nameComparisons: 250_000,
}

/** Thrown when a limit is reached; ends the search, whatever was found until then. */
export class BudgetExhausted extends Error {
  readonly limit: keyof Limits

  constructor(limit: keyof Limits) {
    super(limit)
    this.limit = limit
  }
}

/** Counts down what one verification spends. */
export class Budget {
  readonly #left: Record<keyof Limits, number>

  constructor(limits: Limits) {
    this.#left = { ...limits }
  }

  /** @throws {@link BudgetExhausted} when nothing is left. */
  spend(limit: keyof Limits, cost = 1): void {
    if (this.#left[limit] <= 0) throw new BudgetExhausted(limit)
    this.#left[limit] -= cost
  }
}
