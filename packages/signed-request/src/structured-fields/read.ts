import type { BareItem, Dictionary, InnerList, Item, Parameters } from './model.ts'

/** Most values, members and parameters that one text may have: a signature of ours has some 25. */
const MAX_PARTS = 256

/** Largest integer of a structured field: fifteen digits (RFC 9651, 3.3.1). */
const MAX_DIGITS = 15

const NONE: Parameters = new Map()

/**
 * Reads a dictionary of items and inner lists (RFC 9651, 4.2.2) whose values are strings, integers,
 * byte sequences and booleans.
 *
 * Stricter than the RFC: a name that is there twice, base64 that is not canonical, and values of any
 * other kind are not read. The work is bounded by the length of the text and by 256 parts.
 *
 * @returns `undefined` for a text that is no such dictionary.
 */
export function readDictionary(text: string): Dictionary | undefined {
  return new Reader(text).dictionary()
}

/** Reads a list (RFC 9651, 4.2.1) of byte sequences without parameters; else as {@link readDictionary}. */
export function readByteSequences(text: string): Uint8Array[] | undefined {
  return new Reader(text).byteSequences()
}

/**
 * The bytes of canonical base64 (RFC 4648, 4) with its padding.
 *
 * @returns `undefined` for any other text, such as one with bits set that no byte takes up.
 */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

class Reader {
  readonly #text: string
  #at = 0
  #parts = 0

  constructor(text: string) {
    this.#text = text
  }

  dictionary(): Dictionary | undefined {
    const members = new Map<string, Item | InnerList>()
    this.#skip(SPACE)
    while (this.#at < this.#text.length) {
      const name = this.#key()
      if (name === undefined || members.has(name)) return undefined
      const member = this.#member()
      if (member === undefined) return undefined
      members.set(name, member)
      if (!this.#next()) return undefined
    }
    return members
  }

  byteSequences(): Uint8Array[] | undefined {
    const found: Uint8Array[] = []
    this.#skip(SPACE)
    while (this.#at < this.#text.length) {
      const value = this.#bareItem()
      if (!(value instanceof Uint8Array)) return undefined
      found.push(value)
      if (!this.#next()) return undefined
    }
    return found
  }

  /** Goes past the comma to what follows it, or to the end; a comma at the end is none that may be. */
  #next(): boolean {
    this.#skip(SPACE, TAB)
    if (this.#at === this.#text.length) return true
    if (!this.#take(COMMA)) return false
    this.#skip(SPACE, TAB)
    return this.#at < this.#text.length
  }

  #member(): Item | InnerList | undefined {
    if (!this.#take(EQUALS)) return this.#withParameters(true)
    if (this.#code() === OPEN) return this.#innerList()
    return this.#item()
  }

  #item(): Item | undefined {
    const value = this.#bareItem()
    return value === undefined ? undefined : this.#withParameters(value)
  }

  #withParameters(value: BareItem): Item | undefined {
    const parameters = this.#parameters()
    return parameters === undefined ? undefined : { value, parameters }
  }

  #innerList(): InnerList | undefined {
    this.#at += 1
    const items: Item[] = []
    for (;;) {
      this.#skip(SPACE)
      if (this.#take(CLOSE)) break
      const item = this.#item()
      if (item === undefined) return undefined
      items.push(item)
      const code = this.#code()
      if (code !== SPACE && code !== CLOSE) return undefined
    }
    const parameters = this.#parameters()
    return parameters === undefined ? undefined : { items, parameters }
  }

  #parameters(): Parameters | undefined {
    if (this.#code() !== SEMICOLON) return NONE
    const parameters = new Map<string, BareItem>()
    while (this.#take(SEMICOLON)) {
      this.#skip(SPACE)
      const name = this.#key()
      if (name === undefined || parameters.has(name)) return undefined
      const value = this.#take(EQUALS) ? this.#bareItem() : true
      if (value === undefined) return undefined
      parameters.set(name, value)
    }
    return parameters
  }

  #key(): string | undefined {
    const start = this.#at
    if (!isKeyStart(this.#code()) || !this.#spend()) return undefined
    while (isKeyCharacter(this.#code())) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #bareItem(): BareItem | undefined {
    if (!this.#spend()) return undefined
    const code = this.#code()
    if (code === QUOTE) return this.#string()
    if (code === COLON) return this.#bytes()
    if (code === QUESTION) return this.#boolean()
    return code === MINUS || isDigit(code) ? this.#integer() : undefined
  }

  #string(): string | undefined {
    const text = this.#text
    let start = this.#at + 1
    let value = ''
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return value + text.slice(start, at)
      }
      if (code < SPACE || code > TILDE) return undefined
      if (code === BACKSLASH) {
        const escaped = text.charCodeAt(at + 1)
        if (escaped !== QUOTE && escaped !== BACKSLASH) return undefined
        value += text.slice(start, at)
        start = at + 1
        at += 1
      }
    }
    return undefined
  }

  #bytes(): Uint8Array | undefined {
    const start = this.#at + 1
    const end = this.#text.indexOf(':', start)
    if (end === -1) return undefined
    this.#at = end + 1
    return readBase64(this.#text.slice(start, end))
  }

  #boolean(): boolean | undefined {
    const code = this.#text.charCodeAt(this.#at + 1)
    if (code !== ZERO && code !== ONE) return undefined
    this.#at += 2
    return code === ONE
  }

  #integer(): number | undefined {
    const start = this.#at
    this.#take(MINUS)
    const digits = this.#at
    while (isDigit(this.#code())) this.#at += 1
    const count = this.#at - digits
    if (count === 0 || count > MAX_DIGITS || this.#code() === POINT) return undefined
    return Number(this.#text.slice(start, this.#at))
  }

  /** The character code here; `NaN`, which no character is, at the end. */
  #code(): number {
    return this.#text.charCodeAt(this.#at)
  }

  #take(code: number): boolean {
    if (this.#code() !== code) return false
    this.#at += 1
    return true
  }

  #skip(code: number, other: number = code): void {
    let found = this.#code()
    while (found === code || found === other) {
      this.#at += 1
      found = this.#code()
    }
  }

  #spend(): boolean {
    this.#parts += 1
    return this.#parts <= MAX_PARTS
  }
}

const [TAB, SPACE, TILDE] = [0x09, 0x20, 0x7e] as const
const [QUOTE, BACKSLASH, COLON, QUESTION, EQUALS] = [0x22, 0x5c, 0x3a, 0x3f, 0x3d] as const
const [OPEN, CLOSE, COMMA, SEMICOLON] = [0x28, 0x29, 0x2c, 0x3b] as const
const [MINUS, POINT, ZERO, ONE, NINE, STAR, UNDERSCORE] = [
  0x2d, 0x2e, 0x30, 0x31, 0x39, 0x2a, 0x5f,
] as const
const [LOWER_A, LOWER_Z] = [0x61, 0x7a] as const

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

function isKeyStart(code: number): boolean {
  return (code >= LOWER_A && code <= LOWER_Z) || code === STAR
}

function isKeyCharacter(code: number): boolean {
  return (
    isKeyStart(code) || isDigit(code) || code === UNDERSCORE || code === MINUS || code === POINT
  )
}
