import { compareOids, type Oid } from '../oid.ts'
import type { ViewFamily, ViewLookup } from './view-lookup.ts'
import { isExact } from './view-lookup.ts'

/**
 * The families of a view that has few, one after the other in memory in the order in which they
 * win: the first that matches decides. For a handful this is faster than any tree.
 */
export class SmallView<Value> implements ViewLookup<Value> {
  /** Of each family the length of its subtree, then the subtree. */
  readonly #numbers: Uint32Array
  /** In the same places 1 where the mask has a hole; `null` when no mask has any. */
  readonly #holes: Uint8Array | null
  readonly #values: readonly Value[]

  /** @param families - Of those with the same subtree the first that matches counts. */
  constructor(families: readonly ViewFamily<Value>[]) {
    const ordered = families.toSorted(
      (a, b) => b.subtree.length - a.subtree.length || compareOids(b.subtree, a.subtree),
    )
    const numbers = ordered.flatMap(({ subtree }) => [subtree.length, ...subtree])
    const holes = ordered.flatMap(({ subtree, mask }) => [
      0,
      ...subtree.map((_, position) => (isExact(mask, position) ? 0 : 1)),
    ])
    this.#numbers = Uint32Array.from(numbers)
    this.#holes = holes.includes(1) ? Uint8Array.from(holes) : null
    this.#values = ordered.map(({ value }) => value)
  }

  find(oid: Oid): Value | undefined {
    const numbers = this.#numbers
    let start = 0
    for (let rank = 0; start < numbers.length; rank += 1) {
      const length = numbers[start] as number
      if (length <= oid.length && this.#matches(oid, start + 1, length)) return this.#values[rank]
      start += length + 1
    }
    return undefined
  }

  #matches(oid: Oid, start: number, length: number): boolean {
    const numbers = this.#numbers
    const holes = this.#holes
    for (let position = 0; position < length; position += 1) {
      if (numbers[start + position] !== oid[position] && holes?.[start + position] !== 1) {
        return false
      }
    }
    return true
  }
}
