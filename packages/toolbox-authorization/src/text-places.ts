import { DiagnosticList, readLines, type LineSource, type TextOptions } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './load-codes.ts'

/** One text with its errors: turns offsets into lines and columns. */
export class TextPlaces {
  /** Label of the text. */
  readonly file: string
  /** Whether characters outside ASCII are errors, however they are written. */
  readonly isAscii: boolean
  /** The text with LF line ends; empty when it could not be read. */
  readonly text: string
  readonly diagnostics: DiagnosticList<LoadCode>
  readonly #lines: readonly string[]
  readonly #starts: Float64Array

  constructor(input: string | Uint8Array, options: TextOptions) {
    this.file = options.file
    this.isAscii = options.encoding !== 'utf-8'
    this.diagnostics = new DiagnosticList(options.file)
    this.#lines = readLines(input, options, this.diagnostics)
    this.text = this.isSound ? this.#lines.join('\n') : ''
    this.#starts = new Float64Array(this.#lines.length)
    let start = 0
    for (const [index, line] of this.#lines.entries()) {
      this.#starts[index] = start
      start += line.length + 1
    }
  }

  /** Whether no error was reported so far. */
  get isSound(): boolean {
    return this.diagnostics.total === 0
  }

  /** The lines of the text, without their ends. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /** Offset of the first character of a line, counted from 0. */
  startOf(index: number): number {
    return this.#starts[index] ?? 0
  }

  /** Line of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle + 1
      else high = middle
    }
    return Math.max(1, low)
  }

  /** The place of an offset as a source. */
  sourceOf(offset: number): LineSource {
    return Object.freeze({ file: this.file, line: this.lineOf(offset) })
  }

  /**
   * Reports an error.
   *
   * @param detail - What it is about, put behind the sentence of the code.
   */
  report(code: LoadCode, offset: number, width: number, detail = ''): void {
    const line = this.lineOf(offset)
    const column = offset - this.startOf(line - 1) + 1
    const message = detail === '' ? LOAD_CODES[code] : `${LOAD_CODES[code]}: ${detail}`
    this.diagnostics.add(code, message, { line, column, width }, this.#lines[line - 1] ?? '')
  }
}

/** A name, shortened, as messages show it. */
export function quoted(name: string): string {
  return `\`${name.slice(0, 80)}\``
}
