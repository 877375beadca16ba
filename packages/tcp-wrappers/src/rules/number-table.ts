/** What {@link NumberTable} and the table of texts answer for a key that they do not have. */
export const NO_KEY = -1

const FIRST_CAPACITY = 16

/** Numbers of keys for 32-bit integers, open-addressed in one typed array: key, number plus one. */
export class NumberTable {
  #slots = new Int32Array(FIRST_CAPACITY * 2)
  #mask = FIRST_CAPACITY - 1
  #size = 0

  /** The number of a key, or {@link NO_KEY}. */
  find(key: number): number {
    const slots = this.#slots
    const mask = this.#mask
    const wanted = key | 0
    for (let slot = mix(wanted) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot * 2 + 1] as number
      if (number === 0 || slots[slot * 2] === wanted) return number - 1
    }
  }

  /** Adds a key that is not there. */
  add(key: number, number: number): void {
    if (this.#size * 2 >= this.#mask) this.#grow()
    this.#put(key | 0, number + 1)
    this.#size += 1
  }

  /** Gives every key another number. */
  renumber(numbers: Int32Array): void {
    for (let at = 1; at < this.#slots.length; at += 2) {
      const stored = this.#slots[at] as number
      if (stored !== 0) this.#slots[at] = (numbers[stored - 1] as number) + 1
    }
  }

  #put(key: number, stored: number): void {
    let slot = mix(key) & this.#mask
    while (this.#slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask
    this.#slots[slot * 2] = key
    this.#slots[slot * 2 + 1] = stored
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 2)
    this.#mask = before.length - 1
    for (let at = 0; at < before.length; at += 2) {
      const stored = before[at + 1] as number
      if (stored !== 0) this.#put(before[at] as number, stored)
    }
  }
}

/** The final mix of MurmurHash3's 32-bit variant. */
export function mix(key: number): number {
  const once = Math.imul(key ^ (key >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
