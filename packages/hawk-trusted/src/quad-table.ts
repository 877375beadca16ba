/** Integers in one slot: the four of the key, then four of the caller's. 32 bytes, half a cache line. */
const STRIDE = 8
const EMPTY = -1

/** A map from four small integers to four others, open-addressed in one typed array. */
export class QuadTable {
  readonly #slots: Int32Array
  readonly #mask: number

  /** @param most - How many different keys will be inserted at most. */
  constructor(most: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)))
    this.#slots = new Int32Array(capacity * STRIDE)
    for (let at = 0; at < this.#slots.length; at += STRIDE) this.#slots[at] = EMPTY
    this.#mask = capacity - 1
  }

  /** Number of the key, from 1, or 0 if it was never inserted. Keys are not negative. */
  find(a: number, b: number, c: number, d: number): number {
    const at = this.#probe(a, b, c, d)
    return this.#slots[at] === EMPTY ? 0 : at / STRIDE + 1
  }

  /** Inserts a key if it is new. @returns Its number, from 1. */
  insert(a: number, b: number, c: number, d: number): number {
    const at = this.#probe(a, b, c, d)
    this.#slots.set([a, b, c, d], at)
    return at / STRIDE + 1
  }

  /**
   * Lowers four numbers to the values of a key where those are smaller; 0 stands for none on both
   * sides. Does nothing if the key was never inserted.
   */
  mergeFirst(a: number, b: number, c: number, d: number, into: Int32Array): void {
    const slots = this.#slots
    const at = this.#probe(a, b, c, d)
    if (slots[at] === EMPTY) return
    for (let field = 0; field < 4; field += 1) {
      const value = slots[at + 4 + field] as number
      const known = into[field] as number
      if (value !== 0 && (known === 0 || value < known)) into[field] = value
    }
  }

  /** Sets one of the four values of an inserted key to the first value offered. */
  setFirst(number: number, field: number, value: number): void {
    const at = (number - 1) * STRIDE + 4 + field
    if (this.#slots[at] === 0) this.#slots[at] = value
  }

  #probe(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = hash(a, b, c, d) & mask
    for (;;) {
      const at = slot * STRIDE
      const found = slots[at]
      if (found === EMPTY) return at
      if (found === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d)
        return at
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
