import { FOLDS, type Naming } from './names.ts'
import { foldWord, packName } from './packed-name.ts'

/** Longest name that stands in a slot; others are few. */
const LONGEST = 40

/**
 * Integers of a slot before the name: its number plus one, 0 in an empty slot; and its length, twice,
 * plus one when the name is in lower case and compared by that.
 */
const HEAD = 2

/** Answer when there is no entry. */
const NONE = -1

/** In place of the hash of a name that fits into no slot. */
const TOO_LARGE = -1

/**
 * Numbers of entries by what their names are compared by. Of entries that are equal in that the
 * first one counts.
 *
 * Faster than a `Map` when there are many names and those asked for are new strings: the names stand
 * in the slots of one array, four characters in an integer, so that a look-up reads one place.
 */
export class NameNumbers {
  readonly #naming: Naming
  readonly #longest: number
  /** Integers of a slot. */
  readonly #width: number
  readonly #slots: Int32Array
  readonly #mask: number
  /** Numbers of names that do not fit into a slot, by what they are compared by. */
  readonly #others = new Map<string, number>()
  /** The name that was read last. */
  readonly #asked = new Int32Array(LONGEST / 4)
  #size = 0

  constructor(entries: readonly { readonly name: string }[], naming: Naming) {
    this.#naming = naming
    let longest = 0
    for (const { name } of entries) {
      if (name.length <= LONGEST) longest = Math.max(longest, name.length)
    }
    this.#longest = longest
    this.#width = HEAD + Math.ceil(longest / 4)
    this.#mask = 2 ** Math.ceil(Math.log2(entries.length * 1.5 + 2)) - 1
    this.#slots = new Int32Array((this.#mask + 1) * this.#width)
    for (let number = 0; number < entries.length; number += 1) {
      const { name } = entries[number] as { readonly name: string }
      if (this.#add(name, number)) this.#size += 1
    }
  }

  /** How many names differ. */
  get size(): number {
    return this.#size
  }

  /**
   * Number of the entry of a name; -1: there is none.
   *
   * @param start - Index of its first character in `text`. Default 0.
   * @param end - Index behind its last character. Default: the end of `text`.
   */
  find(text: string, start: number = 0, end: number = text.length): number {
    const length = end - start
    const hash = length <= this.#longest ? packName(text, start, end, this.#asked) : TOO_LARGE
    if (hash !== TOO_LARGE) return (this.#slots[this.#seek(hash, length)] as number) - 1
    if (this.#others.size === 0) return NONE
    return this.#others.get(FOLDS[this.#naming](text.slice(start, end))) ?? NONE
  }

  #add(name: string, number: number): boolean {
    const { length } = name
    const hash = length <= this.#longest ? packName(name, 0, length, this.#asked) : TOO_LARGE
    if (hash !== TOO_LARGE) return this.#addToSlot(hash, name, number)
    const folded = FOLDS[this.#naming](name)
    if (this.#others.has(folded)) return false
    this.#others.set(folded, number)
    return true
  }

  #addToSlot(hash: number, name: string, number: number): boolean {
    const slots = this.#slots
    const { length } = name
    const at = this.#seek(hash, length)
    if (slots[at] !== 0) return false
    slots[at] = number + 1
    const isFolded = this.#isFolded(name)
    slots[at + 1] = length * 2 + Number(isFolded)
    for (let index = 0; index < (length + 3) >> 2; index += 1) {
      const word = this.#asked[index] as number
      slots[at + HEAD + index] = isFolded ? foldWord(word) : word
    }
    return true
  }

  /** Whether the case of a name does not count. */
  #isFolded(name: string): boolean {
    if (this.#naming === 'account') return name.includes('\\')
    return this.#naming === 'system'
  }

  /** Where the slot of the name is that was read last, or the empty one that it would take. */
  #seek(hash: number, length: number): number {
    const slots = this.#slots
    const width = this.#width
    const mask = this.#mask
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width
      if (slots[at] === 0) return at
      const form = slots[at + 1] as number
      if (form >> 1 === length && this.#isAsked(at + HEAD, length, (form & 1) === 1)) return at
    }
  }

  #isAsked(at: number, length: number, isFolded: boolean): boolean {
    const slots = this.#slots
    const asked = this.#asked
    const count = (length + 3) >> 2
    for (let index = 0; index < count; index += 1) {
      const word = asked[index] as number
      if (slots[at + index] !== (isFolded ? foldWord(word) : word)) return false
    }
    return true
  }
}
