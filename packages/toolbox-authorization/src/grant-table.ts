/** One authorization as numbers. Its rank is its place in the order of the file. */
export interface Grant {
  readonly principal: number
  readonly toolbox: number
  readonly isGroup: boolean
  /** Number of the system or of the group. */
  readonly target: number
  readonly rank: number
}

/** Answer when nothing covers. */
export const NONE = -1

/** Targets and ranks stay below this: a pair of them fits a double exactly. */
const SPAN = 2 ** 26

/** How many times longer one of two sorted lists must be for a search in it to beat walking both. */
const MUCH_LONGER = 8

/**
 * Authorizations by pairs of principal and toolbox, each pair with its systems and its groups as
 * sorted numbers.
 *
 * A question walks the pairs of the one caller, and looks into those whose toolbox counts.
 */
export class GrantTable {
  /** First pair of each principal, and the end of the last one. */
  readonly #first: Int32Array
  readonly #toolboxes: Int32Array
  readonly #systems: PackedLists
  readonly #groups: PackedLists
  readonly #memberships: readonly Int32Array[]

  /** @param memberships - For each system the groups that it is in, sorted. */
  constructor(
    grants: readonly Grant[],
    principals: number,
    toolboxes: number,
    memberships: readonly Int32Array[],
  ) {
    this.#memberships = memberships
    const keyOf = ({ principal, toolbox }: Grant): number => principal * toolboxes + toolbox
    const keys = Float64Array.from(new Set(grants.map(keyOf))).toSorted()
    this.#toolboxes = Int32Array.from(keys, (key) => key % toolboxes)
    this.#first = new Int32Array(principals + 1)
    for (const key of keys) (this.#first[Math.floor(key / toolboxes) + 1] as number) += 1
    sumUp(this.#first)
    const pairs = new Map(Array.from(keys, (key, pair) => [key, pair]))
    const pairOf = Int32Array.from(grants, (grant) => pairs.get(keyOf(grant)) as number)
    this.#systems = new PackedLists(grants, false, pairOf, keys.length)
    this.#groups = new PackedLists(grants, true, pairOf, keys.length)
  }

  /**
   * The first authorization of the file that covers a system for a principal.
   *
   * @param toolboxes - A 1 for each toolbox that counts, by its number.
   * @param best - What was found before: only what comes earlier in the file is looked for. {@link NONE}: nothing.
   */
  find(principal: number, toolboxes: Uint8Array, system: number, best: number): number {
    const end = this.#first[principal + 1] as number
    let found = best
    for (let pair = this.#first[principal] as number; pair < end; pair += 1) {
      if (toolboxes[this.#toolboxes[pair] as number] !== 1) continue
      found = earlier(found, this.#systems.rankOf(pair, system))
      found = earlier(found, this.#groups.rankOfAny(pair, this.#memberships[system] as Int32Array))
    }
    return found
  }

  /** Every authorization that covers a system for a principal by toolboxes that count, in the order of the file. */
  list(principal: number, toolboxes: Uint8Array, system: number): number[] {
    const ranks: number[] = []
    const end = this.#first[principal + 1] as number
    for (let pair = this.#first[principal] as number; pair < end; pair += 1) {
      if (toolboxes[this.#toolboxes[pair] as number] !== 1) continue
      ranks.push(this.#systems.rankOf(pair, system))
      const groups = this.#memberships[system] as Int32Array
      for (const group of groups) ranks.push(this.#groups.rankOf(pair, group))
    }
    return [...new Set(ranks)].filter((rank) => rank !== NONE).toSorted((a, b) => a - b)
  }
}

function earlier(first: number, second: number): number {
  if (first === NONE) return second
  return second === NONE || first < second ? first : second
}

/** Turns counts behind each place into the place where each list starts. */
function sumUp(counts: Int32Array): void {
  for (let index = 1; index < counts.length; index += 1) {
    ;(counts[index] as number) += counts[index - 1] as number
  }
}

/** A sorted list of targets for each pair of principal and toolbox, with the rank of each. */
class PackedLists {
  readonly #start: Int32Array
  /** Target times {@link SPAN}, plus rank. */
  readonly #values: Float64Array

  /** @param pairOf - Number of the pair of each of the grants. */
  constructor(grants: readonly Grant[], isGroup: boolean, pairOf: Int32Array, pairs: number) {
    this.#start = new Int32Array(pairs + 1)
    for (const [index, grant] of grants.entries()) {
      if (grant.isGroup === isGroup) (this.#start[(pairOf[index] as number) + 1] as number) += 1
    }
    sumUp(this.#start)
    this.#values = new Float64Array(this.#start[pairs] as number)
    const next = this.#start.slice()
    for (const [index, grant] of grants.entries()) {
      if (grant.isGroup !== isGroup) continue
      const pair = pairOf[index] as number
      this.#values[next[pair] as number] = grant.target * SPAN + grant.rank
      ;(next[pair] as number) += 1
    }
    for (let pair = 0; pair < pairs; pair += 1) {
      const [start = 0, end = 0] = [this.#start[pair], this.#start[pair + 1]]
      if (end - start > 1) this.#values.subarray(start, end).sort()
    }
  }

  /** Rank of a target, {@link NONE} when it is not in the list. */
  rankOf(pair: number, target: number): number {
    const start = this.#start[pair] as number
    const end = this.#start[pair + 1] as number
    return start === end ? NONE : this.#search(start, end, target * SPAN)
  }

  /** Lowest rank of any of some targets, which are sorted. */
  rankOfAny(pair: number, targets: Int32Array): number {
    const start = this.#start[pair] as number
    const end = this.#start[pair + 1] as number
    if (start === end) return NONE
    if (targets.length * MUCH_LONGER < end - start) return this.#searchAny(start, end, targets)
    const values = this.#values
    let found = NONE
    let at = start
    let index = 0
    while (at < end && index < targets.length) {
      const distance = (values[at] as number) - (targets[index] as number) * SPAN
      if (distance < 0) {
        at += 1
      } else {
        if (distance < SPAN) found = earlier(found, distance)
        index += 1
      }
    }
    return found
  }

  #searchAny(start: number, end: number, targets: Int32Array): number {
    let found = NONE
    for (let index = 0; index < targets.length; index += 1) {
      found = earlier(found, this.#search(start, end, (targets[index] as number) * SPAN))
    }
    return found
  }

  #search(start: number, end: number, wanted: number): number {
    const values = this.#values
    let low = start
    let high = end
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    if (low === end) return NONE
    const rank = (values[low] as number) - wanted
    return rank < SPAN ? rank : NONE
  }
}
