import { ParseError } from './errors.ts'
import { escapeControls } from './escape.ts'
import { formatSource, type FileSource } from './source-ref.ts'

/** One error in a text, with the place and a piece of the line to show it in. */
export interface Diagnostic<Code extends string = string> {
  /** Stable code of the grammar rule that was broken. */
  readonly code: Code
  /** One lower-case fragment for people; input stands in backticks, escaped. */
  readonly message: string
  /** File, line and column of the first character at fault. */
  readonly source: Required<FileSource>
  /** How many characters are at fault, at least 1. */
  readonly width: number
  /** The line, or the part of a long line around the fault, as it is in the text. */
  readonly excerpt: string
  /** How many characters of the line stand before `excerpt`. */
  readonly excerptOffset: number
}

/** Where on a line an error is. */
export interface Span {
  /** Line number, from 1. */
  readonly line: number
  /** Column of the first character, from 1. */
  readonly column: number
  /** How many characters; default 1. */
  readonly width?: number
}

/** Longest piece of a line that a diagnostic keeps: one terminal line. */
const EXCERPT_CHARACTERS = 120

/** Most diagnostics that one parse keeps; the rest is counted. Enough to mend by, small enough to hold. */
export const MAX_DIAGNOSTICS = 1000

/** Collects the errors of one parse, so that all are reported and not only the first. */
export class DiagnosticList<Code extends string> {
  readonly #file: string
  readonly #kept: Diagnostic<Code>[] = []
  #total = 0

  /** @param file - Label of the text, used in every diagnostic. */
  constructor(file: string) {
    this.#file = file
  }

  /** How many errors were added. */
  get total(): number {
    return this.#total
  }

  /**
   * Adds one error.
   *
   * @param text - The whole line that the span is in.
   */
  add(code: Code, message: string, span: Span, text: string): void {
    this.#total += 1
    if (this.#kept.length >= MAX_DIAGNOSTICS) return
    const { line, column, width = 1 } = span
    const excerptOffset = Math.max(0, Math.min(column - 1 - 40, text.length - EXCERPT_CHARACTERS))
    this.#kept.push({
      code,
      message: escapeControls(message),
      source: { file: this.#file, line, column },
      width: Math.max(1, width),
      excerpt: text.slice(excerptOffset, excerptOffset + EXCERPT_CHARACTERS),
      excerptOffset,
    })
  }

  /** @throws {@link ParseError} with all errors in the order of the text, if there is any. */
  throwIfAny(): void {
    const [first, ...rest] = this.#kept.toSorted(byPlace)
    if (first !== undefined) throw new ParseError([first, ...rest], this.#total)
  }
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.source.line - b.source.line || a.source.column - b.source.column
}

/**
 * Shows a diagnostic with its line and carets below the fault.
 *
 * ```text
 * Trusted.txt:3:12: more than four fields
 *   3 | ops * * * extra
 *     |           ^^^^^
 * ```
 */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const { source, message, excerpt, excerptOffset, width } = diagnostic
  const before = excerpt.slice(0, source.column - 1 - excerptOffset)
  const fault = excerpt.slice(before.length, before.length + width)
  const after = excerpt.slice(before.length + fault.length)
  const lead = (excerptOffset > 0 ? '…' : '') + printable(before)
  const marked = printable(fault)
  const number = String(source.line)
  const gutter = ' '.repeat(number.length)
  return [
    `${formatSource(source)}: ${message}`,
    `  ${number} | ${lead}${marked}${printable(after)}`,
    `  ${gutter} | ${' '.repeat(lead.length)}${'^'.repeat(Math.max(1, marked.length))}`,
  ].join('\n')
}

/** Shows every diagnostic of an error, and how many more there were. */
export function renderParseError(error: ParseError): string {
  const shown = error.diagnostics.map(renderDiagnostic)
  const more = error.total - error.diagnostics.length
  if (more > 0) shown.push(`and ${more} more errors`)
  return shown.join('\n')
}

function printable(text: string): string {
  return escapeControls(text.replaceAll('\t', ' '))
}
