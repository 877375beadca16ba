/** One word of a line, without its quotation marks and escapes. */
export interface Word {
  readonly text: string
  /** Column of its first character, from 1. */
  readonly column: number
  /** Characters that it takes on the line. */
  readonly width: number
  /** What is odd about its quotation marks. */
  readonly oddity?: 'quote-unclosed' | 'text-after-quote'
}

/** Gives the words of a line one after the other. */
export interface WordSource {
  /** The next word, `undefined` when there is no more. */
  next(): Word | undefined
}

const BLANK = /[ \t]/

/**
 * Words as most directives have them: cut by blanks, quoted by `"` or `'`, escaped by a backslash;
 * a word that begins with `#` ends the line.
 */
export class QuotedWords implements WordSource {
  readonly #line: string
  #at: number

  constructor(line: string, start = 0) {
    this.#line = line
    this.#at = start
    this.#skipBlanks()
  }

  /** Index of the next word; the length of the line when there is no more. */
  get offset(): number {
    return this.#at
  }

  /** Whether the text from here on begins with this. */
  follows(text: string): boolean {
    return this.#line.startsWith(text, this.#at)
  }

  next(): Word | undefined {
    const start = this.#at
    if (start >= this.#line.length) return undefined
    const first = this.#line.charAt(start)
    const quote = first === '"' || first === "'" ? first : ''
    if (quote !== '') this.#at += 1
    const text = this.#readUntil(quote)
    const closed = quote === '' || this.#at < this.#line.length
    if (quote !== '' && closed) this.#at += 1
    const joined = quote !== '' && closed && /[^ \t]/.test(this.#line.charAt(this.#at))
    const word = { text, column: start + 1, width: this.#at - start }
    this.#skipBlanks()
    if (!closed) return { ...word, oddity: 'quote-unclosed' }
    return joined ? { ...word, oddity: 'text-after-quote' } : word
  }

  #readUntil(quote: string): string {
    let text = ''
    while (this.#at < this.#line.length) {
      const character = this.#line.charAt(this.#at)
      if (quote === '' ? BLANK.test(character) : character === quote) break
      const escaped = character === '\\' && this.#at + 1 < this.#line.length
      text += escaped ? this.#line.charAt(this.#at + 1) : character
      this.#at += escaped ? 2 : 1
    }
    return text
  }

  #skipBlanks(): void {
    while (BLANK.test(this.#line.charAt(this.#at))) this.#at += 1
    if (this.#line.charAt(this.#at) === '#') this.#at = this.#line.length
  }
}

/** Words as view, access and their kin have them: cut by blanks and nothing else. */
export class PlainWords implements WordSource {
  readonly #words: IterableIterator<RegExpExecArray>

  constructor(line: string, start: number) {
    const pattern = /[^ \t]+/g
    pattern.lastIndex = start
    this.#words = line.matchAll(pattern)
  }

  next(): Word | undefined {
    const match = this.#words.next().value as RegExpExecArray | undefined
    if (match === undefined) return undefined
    return { text: match[0], column: match.index + 1, width: match[0].length }
  }
}
