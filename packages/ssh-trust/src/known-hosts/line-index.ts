import { splitLine } from './line.ts'
import { hashMatcher } from './names.ts'
import { matchesList } from '../text/pattern.ts'

const SPACE = 32
const TAB = 9

/** What a byte means inside a list of names. */
const MEANINGS = new Uint8Array(256)
const ENDS = 1
const SEPARATES = 2
/** A list with such a byte is not found by its names. */
const MATCHES = 3
for (const end of [0, 10, TAB, SPACE]) MEANINGS[end] = ENDS
for (const byte of '!*?') MEANINGS[byte.charCodeAt(0)] = MATCHES
MEANINGS[','.charCodeAt(0)] = SEPARATES

/**
 * Finds the lines of a text that match a name.
 *
 * Plain names stand in a table of their hashes, built in one pass over the text; lists with patterns and
 * hashed names are gone through one by one at each search.
 */
export class LineIndex {
  readonly #text: string
  readonly #starts: number[] = []
  readonly #hashes: number[] = []
  readonly #hashLines: number[] = []
  readonly #patternLines: number[] = []
  readonly #hashedLines: number[] = []
  readonly #hashedAt: number[] = []
  readonly #markerLines: number[] = []
  readonly #heads: Int32Array
  readonly #nexts: Int32Array

  /** @param text - One character a byte. */
  constructor(text: string) {
    this.#text = text
    let start = 0
    while (start < text.length) {
      this.#starts.push(start)
      const feed = text.indexOf('\n', start)
      const end = feed === -1 ? text.length : feed
      this.#addLine(start, end)
      start = end + 1
    }
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(this.#hashes.length + 1))).fill(-1)
    this.#nexts = new Int32Array(this.#hashes.length)
    for (let index = 0; index < this.#hashes.length; index += 1) {
      const bucket = (this.#hashes[index] as number) & (this.#heads.length - 1)
      this.#nexts[index] = this.#heads[bucket] as number
      this.#heads[bucket] = index
    }
  }

  /** How many lines the text has. */
  get lineCount(): number {
    return this.#starts.length
  }

  /** Numbers of the lines that begin with `@`, in order. */
  get markerLines(): readonly number[] {
    return this.#markerLines
  }

  /** A line by its number, from 1, without its line feed. */
  line(number: number): string {
    const start = this.#starts[number - 1] as number
    const next = this.#starts[number]
    if (next !== undefined) return this.#text.slice(start, next - 1)
    return this.#text.endsWith('\n') ? this.#text.slice(start, -1) : this.#text.slice(start)
  }

  /**
   * Numbers of the lines whose names match, in order.
   *
   * @param name - In lower case, one character a byte.
   * @param hashedAs - The name to compare with hashed names, where it is another.
   */
  matching(name: string, hashedAs: string = name): number[] {
    const plain = this.#withName(name).filter((line) => this.#lists(line, name))
    const patterns = this.#patternLines.filter((line) => this.#lists(line, name))
    const isHashOf = hashMatcher(hashedAs)
    const hashed = this.#hashedLines.filter((_, index) =>
      isHashOf(this.#text, this.#hashedAt[index] as number),
    )
    return [...plain, ...patterns, ...hashed].toSorted((a, b) => a - b)
  }

  #lists(line: number, name: string): boolean {
    return matchesList(this.#hosts(line), name)
  }

  #hosts(line: number): string {
    const fields = splitLine(this.line(line))
    return fields.kind === 'fields' ? fields.hosts : ''
  }

  #withName(name: string): number[] {
    const hash = hashOf(name)
    const found: number[] = []
    let index = this.#heads[hash & (this.#heads.length - 1)] as number
    while (index !== -1) {
      const line = this.#hashLines[index] as number
      if (this.#hashes[index] === hash && found.at(-1) !== line) found.push(line)
      index = this.#nexts[index] as number
    }
    return found
  }

  #addLine(start: number, end: number): void {
    let at = start
    let code = this.#text.charCodeAt(at)
    while (at < end && (code === SPACE || code === TAB)) {
      at += 1
      code = this.#text.charCodeAt(at)
    }
    if (at >= end) return
    const first = this.#text[at]
    if (first === '#') return
    if (first === '@') {
      this.#markerLines.push(this.#starts.length)
      const fields = splitLine(this.#text.slice(start, end))
      if (fields.kind !== 'fields') return
      at = start + fields.hostsAt
    }
    if (this.#text[at] === '|') {
      this.#hashedLines.push(this.#starts.length)
      this.#hashedAt.push(at)
    } else {
      this.#addNames(at, end)
    }
  }

  #addNames(start: number, end: number): void {
    const text = this.#text
    const before = this.#hashes.length
    let hash = HASH_START
    for (let at = start; at < end; at += 1) {
      const code = text.charCodeAt(at)
      const meaning = MEANINGS[code]
      if (meaning === 0) {
        hash = addToHash(hash, code)
      } else if (meaning === SEPARATES) {
        this.#addName(hash)
        hash = HASH_START
      } else if (meaning === MATCHES) {
        this.#hashes.length = before
        this.#hashLines.length = before
        this.#patternLines.push(this.#starts.length)
        return
      } else {
        break
      }
    }
    this.#addName(hash)
  }

  #addName(hash: number): void {
    this.#hashes.push(hash)
    this.#hashLines.push(this.#starts.length)
  }
}

/** FNV-1a: quick, and whoever writes this file may make as many equal ones as they like; each is compared. */
const HASH_START = 0x811c9dc5 | 0

function addToHash(hash: number, code: number): number {
  const folded = code >= 65 && code <= 90 ? code + 32 : code
  return Math.imul(hash ^ folded, 0x01000193)
}

function hashOf(name: string): number {
  let hash = HASH_START
  for (let at = 0; at < name.length; at += 1) hash = addToHash(hash, name.charCodeAt(at))
  return hash
}
