import { paint, type Span } from './intervals.ts'
import { wordsOfBigint } from './ipv6.ts'
import type { Words } from './model.ts'

/** The winning rule of each IPv6 address, by binary search. */
export class Ipv6Intervals {
  /** Four words for each interval: its first address. */
  readonly #starts: Uint32Array
  readonly #ranks: Int32Array

  /** @param spans - The best rank first. */
  constructor(spans: readonly Span<bigint>[]) {
    const { starts, ranks } = paint(spans, 0n)
    const count = starts.at(-1) === 1n << 128n ? starts.length - 1 : starts.length
    this.#starts = Uint32Array.from(starts.slice(0, count).flatMap(wordsOfBigint))
    this.#ranks = Int32Array.from(ranks.slice(0, count))
  }

  /** The rank of the rule that wins for an address, or `NO_RULE`. */
  find(words: Words): number {
    let low = 0
    let high = this.#ranks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.#startsAtOrBelow(middle, words)) low = middle
      else high = middle - 1
    }
    return this.#ranks[low] as number
  }

  #startsAtOrBelow(interval: number, [a, b, c, d]: Words): boolean {
    const at = interval * 4
    const starts = this.#starts
    if (starts[at] !== a) return (starts[at] as number) < a
    if (starts[at + 1] !== b) return (starts[at + 1] as number) < b
    if (starts[at + 2] !== c) return (starts[at + 2] as number) < c
    return (starts[at + 3] as number) <= d
  }
}
