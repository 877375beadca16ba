/** Whole numbers from 0 to 2^32 - 1, one after the other in one typed array. */
export class GrowingList {
  #items = new Uint32Array(64)
  #length = 0

  /** How many there are. */
  get length(): number {
    return this.#length
  }

  /** Adds one at the end. */
  push(item: number): void {
    if (this.#length === this.#items.length) {
      const larger = new Uint32Array(this.#length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.#length] = item
    this.#length += 1
  }

  /** Sets bits of the last one. */
  markLast(bits: number): void {
    const last = this.#length - 1
    this.#items[last] = (this.#items[last] as number) | bits
  }

  /** All of them, in memory of their size. */
  toArray(): Uint32Array {
    return this.#items.slice(0, this.#length)
  }
}
