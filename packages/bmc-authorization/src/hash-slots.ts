/** What a slot holds that holds nothing. */
export const NOTHING = -1

/** Numbers by hash, open-addressed in one typed array. Whoever knows what they stand for compares them. */
export class HashSlots {
  /** In pairs: a hash, and the number plus one; 0 where the slot is free. */
  #pairs: Int32Array = new Int32Array(32)
  #size = 0

  /** The slot of the first number with a hash, or the free one that ends the search. */
  first(hash: number): number {
    return this.#from((hash << 1) & (this.#pairs.length - 1), hash)
  }

  /** The slot of the next number with the hash, or the free one that ends the search. */
  next(slot: number, hash: number): number {
    return this.#from((slot + 2) & (this.#pairs.length - 1), hash)
  }

  /** The number in a slot; {@link NOTHING} when it is free. */
  at(slot: number): number {
    return (this.#pairs[slot + 1] as number) - 1
  }

  /** Puts a number in the free slot that ended a search for its hash. */
  insert(slot: number, hash: number, number: number): void {
    this.#pairs[slot] = hash
    this.#pairs[slot + 1] = number + 1
    this.#size += 1
    if (this.#size * 8 > this.#pairs.length * 3) this.#grow()
  }

  #from(start: number, hash: number): number {
    const pairs = this.#pairs
    const mask = pairs.length - 1
    let slot = start
    while (pairs[slot + 1] !== 0 && pairs[slot] !== hash) slot = (slot + 2) & mask
    return slot
  }

  #grow(): void {
    const old = this.#pairs
    const pairs = new Int32Array(old.length * 2)
    const mask = pairs.length - 1
    for (let index = 0; index < old.length; index += 2) {
      const number = old[index + 1] as number
      if (number === 0) continue
      let slot = ((old[index] as number) << 1) & mask
      while (pairs[slot + 1] !== 0) slot = (slot + 2) & mask
      pairs[slot] = old[index] as number
      pairs[slot + 1] = number
    }
    this.#pairs = pairs
  }
}
