const EMPTY = -1

/** Numbers for keys of four integers, open-addressed in one typed array. */
export class QuadTable {
  readonly #keys: Int32Array
  readonly #mask: number

  /** @param most - How many different keys will be inserted at most. */
  constructor(most: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)))
    this.#keys = new Int32Array(capacity * 4).fill(EMPTY)
    this.#mask = capacity - 1
  }

  /** The largest number that a key can have. */
  get capacity(): number {
    return this.#mask + 1
  }

  /** Number of a key, from 1, or 0 if it was never inserted. The integers are not negative. */
  find(a: number, b: number, c: number, d: number): number {
    const slot = this.#probe(a, b, c, d)
    return this.#keys[slot * 4] === EMPTY ? 0 : slot + 1
  }

  /** Inserts a key if it is new. @returns Its number, from 1. */
  insert(a: number, b: number, c: number, d: number): number {
    const slot = this.#probe(a, b, c, d)
    const at = slot * 4
    this.#keys[at] = a
    this.#keys[at + 1] = b
    this.#keys[at + 2] = c
    this.#keys[at + 3] = d
    return slot + 1
  }

  #probe(a: number, b: number, c: number, d: number): number {
    const keys = this.#keys
    const mask = this.#mask
    let slot = hash(a, b, c, d) & mask
    for (;;) {
      const at = slot * 4
      const found = keys[at]
      if (found === EMPTY) return slot
      if (found === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return slot
      slot = (slot + 1) & mask
    }
  }
}

/** Multipliers and final mix of MurmurHash3's 32-bit variant. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0xcc9e2d51) ^ Math.imul(b, 0x1b873593)
  mixed ^= Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
