import { mix, NO_KEY } from './number-table.ts'

const FIRST_CAPACITY = 16
const MULTIPLIER = 31
const DOT = 0x2e
/** Hash of a text, its place among the texts plus one, and its number. */
const SLOT = 3

/**
 * Numbers for texts, hashed from their end: so one pass over a host name gives the hash of every
 * part of it that begins with a dot. Open-addressed in one typed array.
 */
export class TextTable {
  readonly #texts: string[] = []
  #slots = new Int32Array(FIRST_CAPACITY * SLOT)
  #mask = FIRST_CAPACITY - 1

  /** Whether there is no text. */
  get isEmpty(): boolean {
    return this.#texts.length === 0
  }

  /** The number of a text, or {@link NO_KEY}. */
  find(text: string): number {
    return this.#findEnd(text, 0, hashOf(text))
  }

  /** Adds a text that is not there. */
  add(text: string, number: number): void {
    const place = this.#texts.push(copyOf(text))
    if (place * 2 >= this.#mask) this.#grow()
    this.#put(hashOf(text), place, number)
  }

  /** Gives every text another number. */
  renumber(numbers: Int32Array): void {
    for (let at = 0; at < this.#slots.length; at += SLOT) {
      if (this.#slots[at + 1] === 0) continue
      this.#slots[at + 2] = numbers[this.#slots[at + 2] as number] as number
    }
  }

  /**
   * Finds every end of a text that begins with a dot, the longest last, and then the whole text.
   *
   * @param into - Receives the numbers.
   * @returns How many were found.
   */
  findEnds(text: string, into: Int32Array): number {
    let count = 0
    let hash = 0
    for (let at = text.length - 1; at >= 0; at -= 1) {
      const code = text.charCodeAt(at)
      hash = (Math.imul(hash, MULTIPLIER) + code) | 0
      if (code !== DOT && at !== 0) continue
      const number = this.#findEnd(text, at, hash)
      if (number === NO_KEY) continue
      into[count] = number
      count += 1
    }
    return count
  }

  #findEnd(text: string, start: number, hash: number): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const place = slots[slot * SLOT + 1] as number
      if (place === 0) return NO_KEY
      if (slots[slot * SLOT] !== hash) continue
      if (isEnd(this.#texts[place - 1] as string, text, start)) {
        return slots[slot * SLOT + 2] as number
      }
    }
  }

  #put(hash: number, place: number, number: number): void {
    let slot = mix(hash) & this.#mask
    while (this.#slots[slot * SLOT + 1] !== 0) slot = (slot + 1) & this.#mask
    this.#slots[slot * SLOT] = hash
    this.#slots[slot * SLOT + 1] = place
    this.#slots[slot * SLOT + 2] = number
  }

  #grow(): void {
    const before = this.#slots
    const capacity = (this.#mask + 1) * 2
    this.#slots = new Int32Array(capacity * SLOT)
    this.#mask = capacity - 1
    for (let at = 0; at < before.length; at += SLOT) {
      const place = before[at + 1] as number
      if (place !== 0) this.#put(before[at] as number, place, before[at + 2] as number)
    }
  }
}

/** A copy with its characters beside it: a slice would look them up in the whole text of the file. */
function copyOf(text: string): string {
  const codes: number[] = []
  for (let at = 0; at < text.length; at += 1) codes.push(text.charCodeAt(at))
  return String.fromCharCode(...codes)
}

/** Whether a text from `start` on is the key. */
function isEnd(key: string, text: string, start: number): boolean {
  if (key.length !== text.length - start) return false
  for (let at = 0; at < key.length; at += 1) {
    if (key.charCodeAt(at) !== text.charCodeAt(start + at)) return false
  }
  return true
}

function hashOf(text: string): number {
  let hash = 0
  for (let at = text.length - 1; at >= 0; at -= 1) {
    hash = (Math.imul(hash, MULTIPLIER) + text.charCodeAt(at)) | 0
  }
  return hash
}
