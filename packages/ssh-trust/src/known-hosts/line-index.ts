import { matchesList } from '../text/pattern.ts'
import { splitLine, type LineFields } from './line.ts'
import { hashOf, lineEnd, scanForMarkers, scanNames } from './name-scan.ts'
import { NameTable } from './name-table.ts'
import { hashMatcher } from './names.ts'

/** How many names are looked for in the text itself before a table is made: one connection asks for two. */
const SCANS_BEFORE_TABLE = 2

/** Lines that every name is compared with. */
interface Everyones {
  /** Where the lists with patterns or negations begin. */
  readonly patterns: number[]
  /** Where the lines with a hashed name begin, and where the name does. */
  readonly hashed: { readonly start: number; readonly at: number }[]
}

/**
 * Finds the lines of a text that match a name.
 *
 * The first names are looked for in the text; for more, a table of the plain names is made in one pass. Lists
 * with patterns and hashed names are gone through one by one at each search.
 */
export class LineIndex {
  readonly #text: string
  #scans = 0
  #everyones: Everyones | undefined
  #table: NameTable | undefined
  #starts: readonly number[] | undefined

  /** @param text - One character a byte. */
  constructor(text: string) {
    this.#text = text
  }

  /** The text, one character a byte. */
  get text(): string {
    return this.#text
  }

  /** How many lines the text has. */
  get lineCount(): number {
    return this.#lineStarts().length
  }

  /** Numbers of the lines that begin with `@`, in order. */
  get markerLines(): readonly number[] {
    return scanForMarkers(this.#text).map((start) => this.#numberOf(start))
  }

  /** A line by its number, from 1, without its line feed. */
  line(number: number): string {
    return this.#lineFrom(this.#lineStarts()[number - 1] as number)
  }

  /**
   * Numbers of the lines whose names match, in order.
   *
   * @param name - In lower case, one character a byte.
   * @param hashedAs - The name to compare with hashed names, where it is another.
   */
  matching(name: string, hashedAs: string = name): number[] {
    const listed = new Set(this.#withName(name))
    const { patterns, hashed } = this.#everyones as Everyones
    for (const start of patterns) listed.add(start)
    const found = [...listed].filter((start) => this.#lists(start, name))
    const isHashOf = hashMatcher(hashedAs)
    for (const { start, at } of hashed) {
      if (isHashOf(this.#text, at) && this.#fields(start) !== undefined) found.push(start)
    }
    return found.toSorted((a, b) => a - b).map((start) => this.#numberOf(start))
  }

  /** Where the lines begin that may have a plain name. */
  #withName(name: string): readonly number[] {
    if (this.#scans < SCANS_BEFORE_TABLE) {
      this.#scans += 1
      return this.#scan(name)
    }
    this.#table ??= new NameTable(this.#text)
    return this.#table.linesWith(name)
  }

  #scan(name: string): number[] {
    const sought = hashOf(name)
    const found: number[] = []
    const patterns: Everyones['patterns'] = []
    const hashed: Everyones['hashed'] = []
    scanNames(this.#text, {
      name: (start, hash) => {
        if (hash === sought) found.push(start)
      },
      patterns: (start) => patterns.push(start),
      hashed: (start, at) => hashed.push({ start, at }),
    })
    this.#everyones ??= { patterns, hashed }
    return found
  }

  #lists(start: number, name: string): boolean {
    const fields = this.#fields(start)
    return fields !== undefined && matchesList(fields.hosts, name)
  }

  #fields(start: number): LineFields | undefined {
    const fields = splitLine(this.#lineFrom(start))
    return fields.kind === 'fields' ? fields : undefined
  }

  #lineFrom(start: number): string {
    return this.#text.slice(start, lineEnd(this.#text, start))
  }

  #lineStarts(): readonly number[] {
    this.#starts ??= lineStartsOf(this.#text)
    return this.#starts
  }

  /** The number of the line that begins at a place, by halving. */
  #numberOf(start: number): number {
    const starts = this.#lineStarts()
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= start) low = middle + 1
      else high = middle
    }
    return low
  }
}

function lineStartsOf(text: string): number[] {
  const starts: number[] = []
  for (let start = 0; start < text.length; start = lineEnd(text, start) + 1) starts.push(start)
  return starts
}
