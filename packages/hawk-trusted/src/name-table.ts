import { readName, sizeOf } from '@gatehouse/core/names'

/** Place of a name that no line has. */
export const NONE = -1

/**
 * Finds names in a pool of integers, where each stands in a record of its own: first so many
 * integers of whoever keeps the pool, then the name as `readName` writes it.
 *
 * Faster than a `Map` when there are many names and those asked for are new strings: a find reads
 * one slot and one record, and what the record says next is then at hand. Reading the name and
 * looking for it are two steps, so that several tables can be asked for several names with all the
 * reading first: the processor then waits for their slots and records at the same time.
 */
export class NameTable {
  readonly #pool: Int32Array
  readonly #head: number
  /** Hash of a name and place of its record, {@link NONE} in an empty slot. */
  readonly #slots: Int32Array
  readonly #mask: number
  readonly #longest: number
  /** The name that was read last. */
  readonly #words: Int32Array
  #hash = 0
  #isTooLong = true

  /**
   * @param head - How many integers of a record stand before the name.
   * @param records - Where the record of each name starts.
   */
  constructor(pool: Int32Array, head: number, records: ReadonlyMap<string, number>) {
    this.#pool = pool
    this.#head = head
    this.#mask = 2 ** Math.ceil(Math.log2(records.size * 1.5 + 2)) - 1
    this.#slots = new Int32Array((this.#mask + 1) * 2).fill(NONE)
    let longest = 0
    for (const name of records.keys()) longest = Math.max(longest, name.length)
    this.#longest = longest
    this.#words = new Int32Array(sizeOf(longest))
    for (const [name, record] of records) {
      const hash = readName(name, this.#words)
      let slot = hash & this.#mask
      while (this.#slots[slot * 2 + 1] !== NONE) slot = (slot + 1) & this.#mask
      this.#slots[slot * 2] = hash
      this.#slots[slot * 2 + 1] = record
    }
  }

  /** Reads the name that is to be found next. */
  read(name: string): void {
    this.#isTooLong = name.length > this.#longest
    if (!this.#isTooLong) this.#hash = readName(name, this.#words)
  }

  /** Place of the record of the name read last, or {@link NONE}. */
  find(): number {
    if (this.#isTooLong) return NONE
    const slots = this.#slots
    const mask = this.#mask
    const hash = this.#hash
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const record = slots[slot * 2 + 1] as number
      if (record === NONE) return NONE
      if (slots[slot * 2] === hash && this.#isLastRead(record + this.#head)) return record
    }
  }

  #isLastRead(at: number): boolean {
    const pool = this.#pool
    const words = this.#words
    const size = sizeOf(words[0] as number)
    for (let index = 0; index < size; index += 1) {
      if (pool[at + index] !== words[index]) return false
    }
    return true
  }
}
