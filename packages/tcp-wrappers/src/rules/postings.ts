import { GrowingList } from './growing-list.ts'

/** What stands beside the number of a rule: the number of its list of daemons, and two flags. */
export const LIST_BITS = 0x3fffffff
/** Every client with the key matches the clients of the rule. */
export const CERTAIN = 0x40000000
/** The rule is the last one of its key; makes the number negative. */
const LAST = 0x80000000

/** What the postings have to know of a rule. */
export interface PostedRule {
  /** The number of its list of daemons. */
  readonly list: number
  /** Whether every client with one of its keys matches its clients. */
  readonly isCertain: boolean
}

/** Rules under their keys. */
export interface Postings {
  /** For each rule two numbers: its own, and what stands beside it. A key's rules ascend. */
  readonly items: Int32Array
  /** For each key, where its first rule stands among the items; -1 when it has none. */
  readonly starts: Int32Array
}

/** Collects rules under keys. */
export class PostingList {
  readonly #keys = new GrowingList()
  readonly #rules = new GrowingList()

  /** Adds a rule under a key; rules come in their order. */
  add(key: number, rule: number): void {
    this.#keys.push(key)
    this.#rules.push(rule)
  }

  /**
   * Sorts them by key. Behind a rule that its key alone decides, one for the same daemons has
   * nothing to say, and is left out.
   */
  seal(keyCount: number, listCount: number, ruleOf: (rule: number) => PostedRule): Postings {
    const sorted = sortByKey(this.#keys.toArray(), this.#rules.toArray(), keyCount)
    const starts = new Int32Array(keyCount).fill(-1)
    const items = new GrowingList()
    const settledAt = new Int32Array(listCount).fill(-1)
    for (let key = 0; key < keyCount; key += 1) {
      const start = items.length
      const end = sorted.starts[key + 1] as number
      for (let at = sorted.starts[key] as number; at < end; at += 1) {
        const rule = sorted.rules[at] as number
        const { list, isCertain } = ruleOf(rule)
        if (settledAt[list] === key) continue
        if (isCertain) settledAt[list] = key
        items.push(rule)
        items.push(isCertain ? list | CERTAIN : list)
      }
      if (items.length === start) continue
      items.markLast(LAST)
      starts[key] = start
    }
    return { items: Int32Array.from(items.toArray()), starts }
  }
}

interface Sorted {
  readonly starts: Uint32Array
  readonly rules: Uint32Array
}

/** A counting sort, which leaves the rules of each key in order. */
function sortByKey(keys: Uint32Array, rules: Uint32Array, keyCount: number): Sorted {
  const starts = new Uint32Array(keyCount + 1)
  for (const key of keys) starts[key + 1] = (starts[key + 1] as number) + 1
  for (let key = 0; key < keyCount; key += 1) {
    starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number)
  }
  const next = starts.slice()
  const sorted = new Uint32Array(rules.length)
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as number
    const at = next[key] as number
    sorted[at] = rules[index] as number
    next[key] = at + 1
  }
  return { starts, rules: sorted }
}
