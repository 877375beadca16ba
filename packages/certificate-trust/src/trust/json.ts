import { DiagnosticList } from '@gatehouse/core'

/** A value of a JSON text, and where it stands. Every name of an object is there once. */
export interface JsonValue {
  readonly value:
    string | number | boolean | null | readonly JsonValue[] | ReadonlyMap<string, JsonValue>
  /** Offset of its first character, and behind its last. */
  readonly start: number
  readonly end: number
}

/** Errors of any JSON text. */
export const JSON_CODES = {
  /** Mend the text there: a comma, a quote or a bracket is missing, or is one too many. */
  'json-malformed': 'this is not JSON',
  /** Remove one of the two: programs do not agree which one counts. */
  'field-repeated': 'the field stands twice',
  /** Nest less: nothing here is so deep. */
  'json-too-deep': 'the values are nested too deep',
  /** Save the file as UTF-8. */
  'not-utf-8': 'byte sequence that is not UTF-8',
  /** Split the file, or raise the limit when its size is meant. */
  'text-too-large': 'text is larger than the limit',
} as const

type JsonCode = keyof typeof JSON_CODES

/** Deepest nesting: a list of entries needs three. */
const MAX_DEPTH = 8

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** One text that is read, and what is wrong with it. */
export class JsonText<Code extends string> {
  readonly #diagnostics: DiagnosticList<Code | JsonCode>
  readonly #table: Readonly<Record<Code | JsonCode, string>>
  readonly #text: string
  #lineStarts: readonly number[] | undefined
  /** Every value, as one; `undefined` when the text is not JSON. */
  readonly root: JsonValue | undefined

  /** @param table - A sentence for every code, those of {@link JSON_CODES} included. */
  constructor(
    input: string | Uint8Array,
    { file, maxBytes }: { readonly file: string; readonly maxBytes: number },
    table: Readonly<Record<Code | JsonCode, string>>,
  ) {
    this.#diagnostics = new DiagnosticList(file)
    this.#table = table
    this.#text = ''
    if (input.length > maxBytes) {
      this.report('text-too-large', 0)
      return
    }
    try {
      this.#text = typeof input === 'string' ? input : UTF8.decode(input)
    } catch {
      this.report('not-utf-8', 0)
      return
    }
    this.root = this.#read()
  }

  /** Line and column of an offset, from 1. */
  placeOf(offset: number): { readonly line: number; readonly column: number } {
    const starts = (this.#lineStarts ??= lineStartsOf(this.#text))
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 }
  }

  /** Notes an error from one offset to another. */
  report(code: Code | JsonCode, start: number, end: number = start + 1): void {
    const { line, column } = this.placeOf(start)
    const lineStart = start - column + 1
    const nextLine = this.#lineStarts?.[line]
    const shown = this.#text.slice(lineStart, nextLine === undefined ? undefined : nextLine - 1)
    const width = Math.min(end - start, Math.max(1, shown.length - column + 1))
    this.#diagnostics.add(code, this.#table[code], { line, column, width }, shown)
  }

  /** @throws ParseError with every error noted, if there is any. */
  throwIfAny(): void {
    this.#diagnostics.throwIfAny()
  }

  #read(): JsonValue | undefined {
    const reader = new JsonReader(this.#text)
    try {
      return reader.readAll()
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error
      this.report(error.code, error.start, error.end)
      return undefined
    }
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1)
  }
  return starts
}

class JsonFault extends Error {
  readonly code: JsonCode
  readonly start: number
  readonly end: number

  constructor(code: JsonCode, start: number, end = start + 1) {
    super(code)
    this.code = code
    this.start = start
    this.end = end
  }
}

const BLANKS = /[ \t\n\r]*/y
const SCALAR = /[\w.+-]+/y

/** Reads JSON (RFC 8259) with the places of its values, and refuses names that stand twice. */
class JsonReader {
  readonly #text: string
  #offset: number
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#offset = text.startsWith('\ufeff') ? 1 : 0
  }

  readAll(): JsonValue {
    const value = this.#value()
    if (this.#next() !== '') throw new JsonFault('json-malformed', this.#offset)
    return value
  }

  #value(): JsonValue {
    const next = this.#next()
    const start = this.#offset
    if (next === '{') return this.#nested(start, () => this.#members())
    if (next === '[') return this.#nested(start, () => this.#elements())
    const value = next === '"' ? this.#string() : this.#scalar()
    return { value, start, end: this.#offset }
  }

  #nested(start: number, read: () => JsonValue['value']): JsonValue {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new JsonFault('json-too-deep', start)
    this.#offset += 1
    const value = read()
    this.#depth -= 1
    return { value, start, end: this.#offset }
  }

  #members(): ReadonlyMap<string, JsonValue> {
    const members = new Map<string, JsonValue>()
    this.#list('}', () => {
      this.#next()
      const start = this.#offset
      const name = this.#string()
      if (members.has(name)) throw new JsonFault('field-repeated', start, this.#offset)
      this.#expect(':')
      members.set(name, this.#value())
    })
    return members
  }

  #elements(): readonly JsonValue[] {
    const elements: JsonValue[] = []
    this.#list(']', () => elements.push(this.#value()))
    return elements
  }

  #list(end: string, readOne: () => void): void {
    if (this.#next() !== end) {
      readOne()
      while (this.#next() === ',') {
        this.#offset += 1
        readOne()
      }
    }
    this.#expect(end)
  }

  #expect(character: string): void {
    if (this.#next() !== character) throw new JsonFault('json-malformed', this.#offset)
    this.#offset += 1
  }

  /** The next character that is no blank; empty at the end. */
  #next(): string {
    BLANKS.lastIndex = this.#offset
    BLANKS.test(this.#text)
    this.#offset = BLANKS.lastIndex
    return this.#text.charAt(this.#offset)
  }

  #string(): string {
    const start = this.#offset
    if (this.#text.charAt(start) !== '"') throw new JsonFault('json-malformed', start)
    let end = start + 1
    while (end < this.#text.length && this.#text.charAt(end) !== '"') {
      end += this.#text.charAt(end) === '\\' ? 2 : 1
    }
    this.#offset = end + 1
    return this.#parsed(start) as string
  }

  #scalar(): string | number | boolean | null {
    const start = this.#offset
    SCALAR.lastIndex = start
    this.#offset += SCALAR.exec(this.#text)?.[0].length ?? 0
    return this.#parsed(start)
  }

  /** What stands between an offset and the present one, which the platform reads. */
  #parsed(start: number): string | number | boolean | null {
    try {
      return JSON.parse(this.#text.slice(start, this.#offset)) as string
    } catch {
      throw new JsonFault('json-malformed', start)
    }
  }
}
