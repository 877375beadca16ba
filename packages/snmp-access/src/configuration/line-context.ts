import { communityOctets } from '../community.ts'
import { DIRECTIVE_FAULT_CODES, type FaultCode } from './codes.ts'
import type { LineSource } from '@gatehouse/core'
import type { Word } from './words.ts'

/** A code that a directive may have wrong with it. */
export type DirectiveFault = keyof typeof DIRECTIVE_FAULT_CODES

/**
 * How much a fault matters. `drops`: the daemon leaves out the line, or the part of it; `odd`: it
 * takes the line, not as written; `harmless`: it complains without need; `fatal`: nothing sure can
 * be said about the file.
 */
export type FaultWeight = 'drops' | 'odd' | 'harmless' | 'fatal'

/** Receives what is wrong with a line. */
export type FaultSink = (
  code: FaultCode,
  weight: FaultWeight,
  message: string,
  at: { readonly column: number; readonly width: number },
) => void

/** Most octets of a security, group, view or context name. */
const MAX_NAME_OCTETS = 32

/** The line being read, and where its faults go. */
export class LineContext {
  readonly origin: LineSource
  readonly line: string
  readonly #sink: FaultSink

  constructor(origin: LineSource, line: string, sink: FaultSink) {
    this.origin = origin
    this.line = line
    this.#sink = sink
  }

  /** Reports a fault of a word, by default one that the line is dropped for. */
  fault(code: DirectiveFault, word: Word | undefined, weight: FaultWeight = 'drops'): void {
    const end = { column: this.line.length + 1, width: 1 }
    this.#sink(code, weight, DIRECTIVE_FAULT_CODES[code], word ?? end)
  }

  /** Reports that a word is not there, and which. */
  missing(name: string): void {
    const message = `${DIRECTIVE_FAULT_CODES['field-missing']}: ${name}`
    this.#sink('field-missing', 'drops', message, { column: this.line.length + 1, width: 1 })
  }

  /** Whether a word is there; reports when it is not, and what is odd about it. */
  present(word: Word | undefined, name: string): word is Word {
    if (word === undefined) {
      this.missing(name)
      return false
    }
    this.odd(word)
    return true
  }

  /** Reports what is odd about the quotation marks of a word. */
  odd(word: Word | undefined): void {
    if (word?.oddity !== undefined) this.fault(word.oddity, word, 'odd')
  }

  /** Whether a name fits the tables; reports when it does not. */
  nameFits(name: string, word: Word | undefined): boolean {
    if (communityOctets(name).length <= MAX_NAME_OCTETS) return true
    this.fault('name-too-long', word)
    return false
  }

  /** Reports a word that is one too many. */
  atEnd(word: Word | undefined): void {
    if (word !== undefined && !word.text.startsWith('#')) this.fault('word-too-many', word, 'odd')
  }
}
