import type { AuthorizationTable } from './authorization-table.ts'
import type { Memberships } from './memberships.ts'

/** Answer when nothing covers. */
export const NONE = -1

/** Integers of a row: scope, toolbox and rank. */
const WIDTH = 3
const TOOLBOX = 1
const RANK = 2

/** How many rows of a principal, or groups of a system, are looked at one by one: fewer steps than a search would take. */
const FEW = 16

/**
 * Authorizations by principal, those of a principal side by side, by scope and then rank: with very
 * many of them nothing is in the cache, and one question reads one place.
 */
export class GrantTable {
  readonly #cells: Int32Array
  /** The row where those of each principal start; they end where those of the next one start. */
  readonly #starts: Int32Array
  readonly #systems: number
  readonly #memberships: Memberships
  /** The rows that were found last, as many as the count says. */
  #found = new Int32Array(16)
  #count = 0

  constructor(
    table: AuthorizationTable,
    counts: { readonly principals: number; readonly systems: number; readonly groups: number },
    memberships: Memberships,
  ) {
    const { principals, systems, groups } = counts
    this.#systems = systems
    this.#memberships = memberships
    const byScope = sortBy(inOrder(table.size), table.scopes(), systems + groups)
    const sorted = sortBy(byScope.ranks, table.principals(), principals)
    this.#starts = sorted.starts
    this.#cells = new Int32Array(table.size * WIDTH)
    for (let row = 0; row < table.size; row += 1) {
      const rank = sorted.ranks[row] as number
      this.#cells[row * WIDTH] = table.scopeOf(rank)
      this.#cells[row * WIDTH + TOOLBOX] = table.toolboxOf(rank)
      this.#cells[row * WIDTH + RANK] = rank
    }
  }

  /** Looks up what principals have on a system; {@link first} and {@link all} answer for this until the next call. */
  ask(principals: readonly number[], system: number): void {
    this.#count = 0
    for (let at = 0; at < principals.length; at += 1) {
      this.#collect(principals[at] as number, system)
    }
  }

  /**
   * The first authorization of the file among those asked about, or {@link NONE}.
   *
   * @param toolboxes - A 1 for each toolbox that counts, by its number, from a place on.
   */
  first(toolboxes: Uint8Array, from = 0): number {
    const cells = this.#cells
    let first = NONE
    for (let index = 0; index < this.#count; index += 1) {
      const at = (this.#found[index] as number) * WIDTH
      if (toolboxes[from + (cells[at + TOOLBOX] as number)] !== 1) continue
      const rank = cells[at + RANK] as number
      if (first === NONE || rank < first) first = rank
    }
    return first
  }

  /** Every authorization asked about by toolboxes that count, in the order of the file. */
  all(toolboxes: Uint8Array): number[] {
    return Array.from(this.#found.subarray(0, this.#count))
      .filter((row) => toolboxes[this.#cells[row * WIDTH + TOOLBOX] as number] === 1)
      .map((row) => this.#rankOf(row))
      .toSorted((a, b) => a - b)
  }

  /** {@link first} for one principal on a system. */
  find(principal: number, toolboxes: Uint8Array, system: number): number {
    this.ask([principal], system)
    return this.first(toolboxes)
  }

  /** {@link all} for one principal on a system. */
  list(principal: number, toolboxes: Uint8Array, system: number): number[] {
    this.ask([principal], system)
    return this.all(toolboxes)
  }

  /** Every authorization of a principal, by scope. */
  of(principal: number): number[] {
    const start = this.#starts[principal] as number
    const length = (this.#starts[principal + 1] as number) - start
    return Array.from({ length }, (_, index) => this.#rankOf(start + index))
  }

  #scopeOf(row: number): number {
    return this.#cells[row * WIDTH] as number
  }

  #rankOf(row: number): number {
    return this.#cells[row * WIDTH + RANK] as number
  }

  /** Adds the rows of a principal on a system and on its groups. */
  #collect(principal: number, system: number): void {
    const start = this.#starts[principal] as number
    const end = this.#starts[principal + 1] as number
    const groups = this.#memberships.startOf(system + 1) - this.#memberships.startOf(system)
    if (end - start > FEW || groups > FEW) this.#collectFromMany(system, start, end)
    else this.#collectFromFew(system, start, end)
  }

  /** Goes through the rows and the groups of the system side by side: both are sorted. */
  #collectFromFew(system: number, start: number, end: number): void {
    const memberships = this.#memberships
    const placeEnd = memberships.startOf(system + 1)
    let place = memberships.startOf(system)
    for (let row = start; row < end; row += 1) {
      const scope = this.#scopeOf(row)
      const group = scope - this.#systems
      if (group < 0) {
        if (scope === system) this.#add(row)
        continue
      }
      while (place < placeEnd && memberships.at(place) < group) place += 1
      if (place === placeEnd) return
      if (memberships.at(place) === group) this.#add(row)
    }
  }

  /** Looks for the rows of each group of the system, or for the group of each row, whichever are fewer. */
  #collectFromMany(system: number, start: number, end: number): void {
    let row = this.#addAll(system, start, end)
    const memberships = this.#memberships
    const placeEnd = memberships.startOf(system + 1)
    let place = memberships.startOf(system)
    if (placeEnd - place <= end - row) {
      for (; place < placeEnd && row < end; place += 1) {
        row = this.#addAll(this.#systems + memberships.at(place), row, end)
      }
      return
    }
    for (row = this.#seek(this.#systems, row, end); row < end; row += 1) {
      if (memberships.has(system, this.#scopeOf(row) - this.#systems)) this.#add(row)
    }
  }

  /** Adds the rows of a scope from one on, and gives the first one behind them. */
  #addAll(scope: number, from: number, end: number): number {
    let row = this.#seek(scope, from, end)
    for (; row < end && this.#scopeOf(row) === scope; row += 1) this.#add(row)
    return row
  }

  #add(row: number): void {
    if (this.#count === this.#found.length) {
      const larger = new Int32Array(this.#count * 2)
      larger.set(this.#found)
      this.#found = larger
    }
    this.#found[this.#count] = row
    this.#count += 1
  }

  /** The first row from one on whose scope is not below another, found by larger and larger steps. */
  #seek(scope: number, from: number, end: number): number {
    let low = from
    let step = 1
    while (low + step <= end && this.#scopeOf(low + step - 1) < scope) {
      low += step
      step *= 2
    }
    let high = Math.min(low + step, end)
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#scopeOf(middle) < scope) low = middle + 1
      else high = middle
    }
    return low
  }
}

function inOrder(length: number): Int32Array {
  const ranks = new Int32Array(length)
  for (let rank = 0; rank < length; rank += 1) ranks[rank] = rank
  return ranks
}

/**
 * Sorts ranks by the key of each, those of the same key left in their order.
 *
 * @param keys - By rank, each below `count`.
 * @returns The ranks, and where those of each key start.
 */
function sortBy(
  ranks: Int32Array,
  keys: Int32Array,
  count: number,
): { readonly ranks: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(count + 1)
  for (let rank = 0; rank < keys.length; rank += 1) {
    ;(starts[(keys[rank] as number) + 1] as number) += 1
  }
  for (let key = 0; key < count; key += 1) (starts[key + 1] as number) += starts[key] as number
  const next = starts.slice()
  const sorted = new Int32Array(ranks.length)
  for (let at = 0; at < ranks.length; at += 1) {
    const rank = ranks[at] as number
    const key = keys[rank] as number
    sorted[next[key] as number] = rank
    ;(next[key] as number) += 1
  }
  return { ranks: sorted, starts }
}
