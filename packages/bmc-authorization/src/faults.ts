import type { DiagnosticList } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import type { Span } from './lines.ts'

/** Longest piece of the text that a message repeats. */
const SHOWN_CHARACTERS = 60

/** A piece of a certain line, for errors that are found after it was read. */
export interface Place extends Span {
  /** Number of the line, from 1. */
  readonly line: number
  /** The whole line. */
  readonly text: string
}

/** Reports what is wrong with a text. */
export class Faults {
  readonly #diagnostics: DiagnosticList<LoadCode>

  constructor(diagnostics: DiagnosticList<LoadCode>) {
    this.#diagnostics = diagnostics
  }

  /** @param detail - What completes the message, if anything. */
  report(code: LoadCode, { line, text, start, end }: Place, detail?: string): void {
    const message = detail === undefined ? LOAD_CODES[code] : `${LOAD_CODES[code]}: ${detail}`
    this.#diagnostics.add(code, message, { line, column: start + 1, width: end - start }, text)
  }
}

/** A piece of the text for a message. */
export function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `\`${text.slice(0, SHOWN_CHARACTERS)}…\`` : `\`${text}\``
}
