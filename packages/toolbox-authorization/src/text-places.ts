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
  readonly #lines: readonly string[]
  readonly #starts: Int32Array
  #diagnostics: DiagnosticList<LoadCode>
  readonly #deferred: DiagnosticList<LoadCode>
  /** Line, from 1, that was asked about last: the next one is seldom far behind. */
  #lastLine = 1

  constructor(input: string | Uint8Array, options: TextOptions) {
    this.file = options.file
    this.isAscii = options.encoding !== 'utf-8'
    this.#diagnostics = new DiagnosticList(options.file)
    this.#deferred = new DiagnosticList(options.file)
    this.#lines = readLines(input, options, this.#diagnostics)
    this.text = this.isSound ? this.#lines.join('\n') : ''
    this.#starts = new Int32Array(this.#lines.length)
    let start = 0
    for (let index = 0; index < this.#lines.length; index += 1) {
      this.#starts[index] = start
      start += (this.#lines[index] as string).length + 1
    }
  }

  /** Errors that were reported so far. */
  get diagnostics(): DiagnosticList<LoadCode> {
    return this.#diagnostics
  }

  /** Errors that count when all texts are sound. */
  get deferred(): DiagnosticList<LoadCode> {
    return this.#deferred
  }

  /** Whether no error was reported so far. */
  get isSound(): boolean {
    return this.#diagnostics.total === 0
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
    const starts = this.#starts
    let low = this.startOf(this.#lastLine - 1) <= offset ? this.#lastLine : 0
    let step = 1
    while (low + step <= starts.length && (starts[low + step - 1] as number) <= offset) {
      low += step
      step *= 2
    }
    let high = Math.min(low + step, starts.length)
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] as number) <= offset) low = middle + 1
      else high = middle
    }
    this.#lastLine = Math.max(1, low)
    return this.#lastLine
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
    this.#add(this.#diagnostics, code, offset, width, detail)
  }

  /** Reports an error that counts when all texts are sound. */
  defer(code: LoadCode, offset: number, width: number, detail = ''): void {
    this.#add(this.#deferred, code, offset, width, detail)
  }

  /** Reports an error behind which nothing of the text can be trusted, nor what was reported of it. */
  reportAlone(code: LoadCode, offset: number, width: number, detail = ''): void {
    this.#diagnostics = new DiagnosticList(this.file)
    this.report(code, offset, width, detail)
  }

  #add(
    list: DiagnosticList<LoadCode>,
    code: LoadCode,
    offset: number,
    width: number,
    detail: string,
  ): void {
    const line = this.lineOf(offset)
    const column = offset - this.startOf(line - 1) + 1
    const message = detail === '' ? LOAD_CODES[code] : `${LOAD_CODES[code]}: ${detail}`
    list.add(code, message, { line, column, width }, this.#lines[line - 1] ?? '')
  }
}

/** A name, shortened, as messages show it. */
export function quoted(name: string): string {
  return `\`${name.slice(0, 80)}\``
}
