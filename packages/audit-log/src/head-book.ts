import type { KeyObject } from 'node:crypto'
import { isGenuineHead, type SignedHead } from './heads.ts'

/** Kept heads by their count. */
export class HeadBook {
  readonly #hashes: ReadonlyMap<number, readonly string[]>
  /** The highest count of all; 0 without heads. */
  readonly highest: number

  private constructor(hashes: ReadonlyMap<number, readonly string[]>, highest: number) {
    this.#hashes = hashes
    this.highest = highest
  }

  /**
   * @returns Nothing when one of the heads is not signed by one of the keys, or is about another
   * log.
   */
  static of(
    heads: readonly SignedHead[],
    keys: readonly KeyObject[],
    name: string | undefined = heads[0]?.log,
  ): HeadBook | undefined {
    const hashes = new Map<number, string[]>()
    let highest = 0
    for (const head of heads) {
      if (head.log !== name || !isGenuineHead(head, keys)) return undefined
      hashes.set(head.count, [...(hashes.get(head.count) ?? []), head.hash])
      highest = Math.max(highest, head.count)
    }
    return new HeadBook(hashes, highest)
  }

  /** The hashes that heads give for the record of a sequence. */
  at(sequence: number): readonly string[] {
    return this.#hashes.get(sequence) ?? []
  }
}
