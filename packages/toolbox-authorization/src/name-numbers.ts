import { readName, sizeOf } from '@gatehouse/core/names'

/** Integers of a slot: hash of a name and place of its record, {@link EMPTY} in an empty one. */
const SLOT = 2
const EMPTY = -1

/**
 * Numbers of entries by name. A name that is spelled as its definition spells it is not folded.
 *
 * Faster than a `Map` when there are many names and those asked for are new strings: names stand in
 * one array of integers, two characters in each, and a look-up reads one slot and one record.
 */
export class NameNumbers {
  readonly #slots: Int32Array
  readonly #mask: number
  /** A record for each name: its number, then the name as `readName` writes it. */
  readonly #records: Int32Array
  /** By what names are compared by, where that is not the name itself. */
  readonly #folded = new Map<string, number>()
  readonly #fold: (name: string) => string
  /** The name that was read last; no longer one is known. */
  readonly #asked: Int32Array
  readonly #longest: number

  /** @param fold - What a name is compared by. Of entries that it makes equal the first one counts. */
  constructor(
    entries: readonly { readonly name: string }[],
    fold: (name: string) => string = String,
  ) {
    this.#fold = fold
    this.#longest = entries.reduce((longest, { name }) => Math.max(longest, name.length), 0)
    this.#asked = new Int32Array(sizeOf(this.#longest))
    this.#mask = 2 ** Math.ceil(Math.log2(entries.length * 1.5 + 2)) - 1
    this.#slots = new Int32Array((this.#mask + 1) * SLOT).fill(EMPTY)
    this.#records = new Int32Array(
      entries.reduce((size, { name }) => size + 1 + sizeOf(name.length), 0),
    )
    let end = 0
    for (const [number, { name }] of entries.entries()) {
      const folded = fold(name)
      const first = this.#known(folded) ?? number
      if (folded !== name) this.#folded.set(folded, first)
      if (this.#spelled(name) === undefined) end = this.#add(name, first, end)
    }
  }

  #add(name: string, number: number, record: number): number {
    const hash = readName(name, this.#asked)
    let slot = hash & this.#mask
    while (this.#slots[slot * SLOT + 1] !== EMPTY) slot = (slot + 1) & this.#mask
    this.#slots[slot * SLOT] = hash
    this.#slots[slot * SLOT + 1] = record
    const size = sizeOf(name.length)
    this.#records[record] = number
    this.#records.set(this.#asked.subarray(0, size), record + 1)
    return record + 1 + size
  }

  /** Number of the entry of a name; -1: there is none. */
  find(name: string): number {
    return this.#spelled(name) ?? this.#known(this.#fold(name)) ?? -1
  }

  #known(folded: string): number | undefined {
    return this.#spelled(folded) ?? this.#folded.get(folded)
  }

  #spelled(name: string): number | undefined {
    if (name.length > this.#longest) return undefined
    const slots = this.#slots
    const mask = this.#mask
    const hash = readName(name, this.#asked)
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const record = slots[slot * SLOT + 1] as number
      if (record === EMPTY) return undefined
      if (slots[slot * SLOT] === hash && this.#isAsked(record + 1)) return this.#records[record]
    }
  }

  #isAsked(at: number): boolean {
    const records = this.#records
    const asked = this.#asked
    const size = sizeOf(asked[0] as number)
    for (let index = 0; index < size; index += 1) {
      if (records[at + index] !== asked[index]) return false
    }
    return true
  }
}
