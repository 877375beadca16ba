import type { DiagnosticList } from '@gatehouse/core'
import type { ConfigurationLine, Daemon } from '../model.ts'
import type { ResolvedNames } from '../source/source.ts'
import type { FaultCode } from './codes.ts'
import { directivesOf, INCLUDES, isSlipOf, SAVED_TABLES, type Directive } from './directives.ts'
import { Entries } from './entries.ts'
import { LineContext, type FaultWeight } from './line-context.ts'
import { Settings } from './settings.ts'
import { QuotedWords, type Word } from './words.ts'

/** How the lines are read. */
export interface ReaderOptions {
  readonly file: string
  readonly daemon: Daemon
  readonly lenient?: boolean
  readonly includes?: 'refused' | 'passed-over'
  readonly resolve?: ResolvedNames
}

/** What came of a line. */
export type LineReading = Pick<ConfigurationLine, 'directive' | 'role'>

const PASSED_OVER: LineReading = { directive: null, role: 'other' }

/** Reads the lines of one file in order, and holds what they come to. */
export class FileReader {
  readonly entries: Entries = new Entries()
  readonly settings: Settings = new Settings()
  readonly #options: ReaderOptions
  readonly #errors: DiagnosticList<FaultCode>
  readonly #warnings: DiagnosticList<FaultCode>
  readonly #directives: ReadonlyMap<string, Directive>
  /** Whether the lines are for this daemon; `[TYPE]` on a line of its own changes it. */
  #ours = true

  constructor(
    options: ReaderOptions,
    errors: DiagnosticList<FaultCode>,
    warnings: DiagnosticList<FaultCode>,
  ) {
    this.#options = options
    this.#errors = errors
    this.#warnings = warnings
    this.#directives = directivesOf(options.resolve, this.settings)
  }

  /** Reads one line. */
  read(text: string, line: number): LineReading {
    const words = new QuotedWords(text)
    const first = words.next()
    if (first === undefined) return PASSED_OVER
    let dropped = false
    const context = new LineContext(
      { file: this.#options.file, line },
      text,
      (code, weight, message, { column, width }) => {
        if (weight === 'drops') dropped = true
        this.#listFor(weight).add(code, message, { line, column, width }, text)
      },
    )
    const reading = this.#readDirective(first, words, context)
    return dropped ? { ...reading, role: 'dropped' } : reading
  }

  #readDirective(first: Word, words: QuotedWords, context: LineContext): LineReading {
    if (!first.text.startsWith('[')) {
      return this.#ours ? this.#dispatch(first, words.offset, context) : PASSED_OVER
    }
    if (!first.text.endsWith(']')) {
      context.fault('section-malformed', first)
      return PASSED_OVER
    }
    const ours = first.text === `[${this.#options.daemon}]`
    const next = words.next()
    if (next !== undefined) return ours ? this.#dispatch(next, words.offset, context) : PASSED_OVER
    this.#ours = ours
    return PASSED_OVER
  }

  #dispatch(word: Word, start: number, context: LineContext): LineReading {
    const name = word.text.toLowerCase()
    const directive = this.#directives.get(name)
    if (directive === undefined) {
      this.#passOver(name, word, context)
      return { directive: name, role: 'other' }
    }
    if (directive.daemon !== 'both' && directive.daemon !== this.#options.daemon) {
      context.fault('directive-misplaced', word)
      return { directive: name, role: 'other' }
    }
    this.#readerOf(word, directive, context).read(context, start, this.entries)
    return { directive: name, role: 'access' }
  }

  /** The daemon asks in the exact case whether a directive is authgroup. */
  #readerOf(word: Word, directive: Directive, context: LineContext): Directive {
    if (word.text.toLowerCase() !== 'authgroup' || word.text === 'authgroup') return directive
    context.fault('authgroup-case', word, 'odd')
    return this.#directives.get('authuser') ?? directive
  }

  #passOver(name: string, word: Word, context: LineContext): void {
    if (INCLUDES.has(name)) {
      const passed = this.#options.includes === 'passed-over'
      context.fault('include-not-read', word, passed ? 'harmless' : 'fatal')
    } else if (SAVED_TABLES.has(name)) {
      context.fault('saved-table', word, 'fatal')
    } else if ([...this.#directives.keys()].some((known) => isSlipOf(name, known))) {
      context.fault('directive-unknown', word)
    }
  }

  #listFor(weight: FaultWeight): DiagnosticList<FaultCode> {
    const warns = weight === 'harmless' || (weight !== 'fatal' && this.#options.lenient === true)
    return warns ? this.#warnings : this.#errors
  }
}
