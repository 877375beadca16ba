import { NO_RULE } from './intervals.ts'
import type { Address, AddressPattern } from './model.ts'
import { RuleTable } from './rule-table.ts'

/** Addresses that any of some patterns cover. Built once, never changed. */
export class AddressSet {
  readonly #rules: RuleTable

  private constructor(rules: RuleTable) {
    this.#rules = rules
  }

  /**
   * Merges patterns into one set, of any number and overlapping at will.
   *
   * @throws `LimitError` (`ERR_LIMIT`) for more than {@link MAX_DISTINCT_MASKS} different masks
   *   with holes in one family.
   */
  static of(patterns: Iterable<AddressPattern>): AddressSet {
    return new AddressSet(new RuleTable(Array.from(patterns, (pattern) => ({ pattern, rank: 0 }))))
  }

  /**
   * Whether the address is in the set.
   *
   * Text that is no address is in no set, hence not in a deny list either: refuse such a peer by
   * {@link parseAddress} before asking.
   */
  has(address: string | Address): boolean {
    return this.#rules.find(address) !== NO_RULE
  }
}
