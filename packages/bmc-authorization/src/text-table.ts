import { HashSlots, NOTHING } from './hash-slots.ts'

/**
 * Texts of at most 65,535 characters, each but once, as numbers. The first has the number 0.
 *
 * It holds characters and no strings: a piece of a string would keep the whole file in memory, and a
 * string of its own for each name would cost more than the name.
 */
export class TextTable {
  /** Each text behind its length. */
  #characters: Uint16Array = new Uint16Array(64)
  #end = 0
  readonly #slots: HashSlots = new HashSlots()

  /**
   * The number of a text; {@link NOTHING} when it is not in the table.
   *
   * @param start - Index of its first character in `text`. Default 0.
   * @param end - Index behind its last character. Default: the end of `text`.
   */
  find(text: string, start: number = 0, end: number = text.length): number {
    return this.#slots.at(this.#slotOf(text, start, end, hashOf(text, start, end)))
  }

  /** The number of a text, which is taken into the table if it is new. */
  add(text: string, start: number = 0, end: number = text.length): number {
    const hash = hashOf(text, start, end)
    const slot = this.#slotOf(text, start, end, hash)
    const known = this.#slots.at(slot)
    if (known !== NOTHING) return known
    const number = this.#end
    this.#append(text, start, end)
    this.#slots.insert(slot, hash, number)
    return number
  }

  /** A text that the table gave a number. */
  at(number: number): string {
    const end = number + 1 + (this.#characters[number] as number)
    const codes: ArrayLike<number> = this.#characters.subarray(number + 1, end)
    return Reflect.apply(String.fromCharCode, null, codes)
  }

  /** Gives back the memory that is left for more texts. */
  trim(): void {
    this.#characters = this.#characters.slice(0, this.#end)
  }

  #append(text: string, start: number, end: number): void {
    const length = end - start
    const newEnd = this.#end + 1 + length
    if (newEnd > this.#characters.length) {
      const characters = new Uint16Array(newEnd * 2)
      characters.set(this.#characters)
      this.#characters = characters
    }
    this.#characters[this.#end] = length
    for (let index = 0; index < length; index += 1) {
      this.#characters[this.#end + 1 + index] = text.charCodeAt(start + index)
    }
    this.#end = newEnd
  }

  /** The slot that a text has, or would have. */
  #slotOf(text: string, start: number, end: number, hash: number): number {
    let slot = this.#slots.first(hash)
    for (;;) {
      const number = this.#slots.at(slot)
      if (number === NOTHING || this.#isAt(number, text, start, end)) return slot
      slot = this.#slots.next(slot, hash)
    }
  }

  #isAt(number: number, text: string, start: number, end: number): boolean {
    const characters = this.#characters
    if (characters[number] !== end - start) return false
    const offset = number + 1 - start
    for (let index = start; index < end; index += 1) {
      if (characters[offset + index] !== text.charCodeAt(index)) return false
    }
    return true
  }
}

/** FNV-1a over UTF-16 units, with the final mix of MurmurHash3. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0
  for (let index = start; index < end; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
