import { NONE } from './name-index.ts'
import { RuleList } from './rule-list.ts'
import { RuleMap } from './rule-map.ts'
import type { Lookup, Rule } from './rule.ts'

/**
 * Users with more lines than this are asked by hash, the others by reading their lines, which lie
 * side by side: a few cache lines in sequence cost less than as many probes all over memory.
 */
const MOST_LISTED = 16

/** All grants, or all restrictions. The cost of a look-up does not grow with the number of lines. */
export class RuleTable {
  readonly #few: RuleList
  readonly #many: RuleMap
  readonly #isMany: Uint8Array

  /**
   * @param rules - In file order.
   * @param users - Largest number of a user.
   */
  constructor(rules: readonly Rule[], users: number) {
    const counts = new Int32Array(users + 1)
    for (const { user } of rules) counts[user] = (counts[user] as number) + 1
    this.#isMany = Uint8Array.from(counts, (count) => (count > MOST_LISTED ? 1 : 0))
    this.#few = new RuleList(
      rules.filter(({ user }) => this.#isMany[user] === 0),
      users,
    )
    this.#many = new RuleMap(
      rules.filter(({ user }) => this.#isMany[user] === 1),
      users,
    )
  }

  /** Whether any line is for this user. */
  hasUser(user: number): boolean {
    return user !== NONE && (this.#isMany[user] === 1 || this.#few.hasUser(user))
  }

  /**
   * Finds for each operation the first line of one user that covers a request.
   *
   * @param into - For each operation the order of the first line known, 0 for none; lowered.
   */
  find(user: number, lookup: Lookup, into: Int32Array): void {
    if (user === NONE) return
    if (this.#isMany[user] === 1) this.#many.find(user, lookup, into)
    else this.#few.find(user, lookup, into)
  }
}
