import { sizeOf } from './format.ts'
import { NO_RULE } from './intervals.ts'
import { openPattern, type Address, type AddressPattern } from './model.ts'
import { RuleTable } from './rule-table.ts'

/**
 * Which of several rules that cover an address wins: the first in the given order, or the one that
 * covers the fewest addresses (of equal ones the first).
 */
export type Precedence = 'first' | 'most-specific'

/** A rule and what it stands for, such as its line. */
export interface IndexEntry<Value> {
  /** The addresses that the rule is about. */
  readonly pattern: AddressPattern
  /** What {@link AddressIndex.find} answers when this rule wins. */
  readonly value: Value
}

/** The winning rule of each address. Built once, never changed. */
export class AddressIndex<Value> {
  readonly #rules: RuleTable
  /** By rank. */
  readonly #values: readonly Value[]

  private constructor(ordered: readonly IndexEntry<Value>[]) {
    this.#rules = new RuleTable(ordered.map(({ pattern }, rank) => ({ pattern, rank })))
    this.#values = ordered.map(({ value }) => value)
  }

  /**
   * Builds the index of some rules, of any number and overlapping at will.
   *
   * @throws `LimitError` (`ERR_LIMIT`) for more than {@link MAX_DISTINCT_MASKS} different masks
   *   with holes in one family.
   */
  static of<Value>(
    entries: Iterable<IndexEntry<Value>>,
    precedence: Precedence,
  ): AddressIndex<Value> {
    const given = [...entries]
    return new AddressIndex(precedence === 'first' ? given : bySize(given))
  }

  /**
   * The value of the rule that wins for an address.
   *
   * @returns `undefined` when no rule covers it, and for text that is no address: refuse such a peer
   *   by {@link parseAddress} before asking.
   */
  find(address: string | Address): Value | undefined {
    const rank = this.#rules.find(address)
    return rank === NO_RULE ? undefined : this.#values[rank]
  }
}

function bySize<Value>(entries: readonly IndexEntry<Value>[]): IndexEntry<Value>[] {
  const sized = entries.map((entry) => ({ entry, size: sizeOf(openPattern(entry.pattern)) }))
  sized.sort((a, b) => (a.size < b.size ? -1 : Number(a.size > b.size)))
  return sized.map(({ entry }) => entry)
}
