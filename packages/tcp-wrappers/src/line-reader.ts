import { DiagnosticList } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import {
  isExcept,
  listText,
  optionFields,
  segmentsOf,
  splitRule,
  tokensOf,
  type Token,
} from './fields.ts'
import type { HostLists } from './host-lists.ts'
import type { LogicalLine, Piece } from './logical-lines.ts'
import type { Option, OtherLine, Profile, Rule } from './model.ts'
import { findOptionFault, readOption } from './options.ts'
import {
  readClientPattern,
  readDaemonPattern,
  type ClientPattern,
  type DaemonPattern,
  type RulePatterns,
} from './rule-match.ts'
import { readStrictClient, readStrictDaemon, type TokenFault } from './strict-rule.ts'

/** Longest piece of a line that a message repeats. */
const SHOWN_CHARACTERS = 60

/** A rule as it stands in the file, and as it is asked. */
interface ReadRule {
  readonly line: Rule
  readonly patterns: RulePatterns
}

/** A line as it was read; `undefined` for one that was refused. */
export type ReadLine = ReadRule | { readonly line: OtherLine } | undefined

/** Reads the lines of one of the two files. Errors go to the diagnostics. */
export class LineReader {
  readonly #profile: Profile
  readonly #lists: HostLists
  readonly #diagnostics: DiagnosticList<LoadCode>

  constructor(profile: Profile, lists: HostLists, diagnostics: DiagnosticList<LoadCode>) {
    this.#profile = profile
    this.#lists = lists
    this.#diagnostics = diagnostics
  }

  /** Reads a line with its continuations. */
  read(line: LogicalLine): ReadLine {
    const { joined, fault } = line
    if (fault !== undefined) {
      const code = fault === 'too-long' ? 'rule-too-long' : 'last-newline-missing'
      this.#refuse(code, line, { text: joined, start: 0 })
      return other('rest', line)
    }
    if (joined.startsWith('#')) {
      if (line.pieces.length > 1) {
        const [first, second] = line.pieces as readonly [Piece, Piece]
        const at = { text: '\\', start: second.start }
        this.#refuse('comment-continued', { ...line, pieces: [first] }, at)
      }
      return other('comment', line)
    }
    return /^[ \t\r\n]*$/.test(joined) ? other('blank', line) : this.#readRule(line)
  }

  #readRule(line: LogicalLine): ReadLine {
    const comment = /^[ \t\r]+#/.exec(line.joined)
    if (comment !== null) {
      const start = comment[0].length - 1
      this.#refuse('comment-indented', line, { text: line.joined.slice(start), start })
      if (this.#profile === 'strict') return undefined
    }
    const fields = splitRule(line.joined)
    if (fields === undefined) {
      this.#refuse('colon-missing', line, { text: line.joined, start: 0 })
      return other('without-colon', line)
    }
    const daemons = this.#readList(fields.daemons, 'daemons-missing', line)
    const clients = this.#readList(fields.clients, 'clients-missing', line)
    const options = fields.options === null ? null : optionFields(fields.options)
    const patterns = {
      daemons: this.#compile(daemons, line, readDaemonPattern, readStrictDaemon),
      clients: this.#compile(clients, line, readClientPattern, readStrictClient),
    }
    const rule: Rule = Object.freeze({
      kind: 'rule',
      line: line.line,
      firstLine: line.firstLine,
      text: line.raw,
      daemons: listText(daemons),
      clients: listText(clients),
      options: options === null ? null : Object.freeze(this.#readOptions(options, line)),
    })
    return { line: rule, patterns }
  }

  #readList(field: Token, missing: LoadCode, line: LogicalLine): Token[][] {
    const tokens = tokensOf(field)
    const segments = segmentsOf(tokens)
    if (tokens.length === 0) this.#refuse(missing, line, field)
    else if (segments.some((segment) => segment.length === 0)) {
      this.#refuse('except-dangling', line, tokens.find(isExcept) as Token)
    }
    return segments
  }

  #compile<Pattern extends DaemonPattern | ClientPattern>(
    segments: readonly (readonly Token[])[],
    line: LogicalLine,
    readOpen: (token: Token, readHosts: HostLists['read']) => Pattern,
    readStrict: (token: Token, readHosts: HostLists['read']) => Pattern | TokenFault,
  ): Pattern[][] {
    const read = this.#profile === 'strict' ? readStrict : readOpen
    return segments.map((segment) =>
      segment.flatMap((token) => {
        const pattern = read(token, this.#lists.read)
        const fault = this.#lists.takeFault()
        if (fault !== undefined) this.#report(fault, line, token)
        if (!('fault' in pattern)) return [pattern]
        this.#report(pattern.fault, line, pattern.at)
        return []
      }),
    )
  }

  #readOptions(fields: readonly Token[], line: LogicalLine): Option[] {
    return fields.map((field, index) => {
      const option = readOption(field.text)
      const isLast = index === fields.length - 1
      const value = option.value?.includes('%') === true ? null : option.value
      const fault = findOptionFault(option, value, isLast)
      if (fault !== undefined) this.#refuse(fault, line, field)
      return option
    })
  }

  /** Reports what only the strict profile minds. */
  #refuse(code: LoadCode, line: LogicalLine, at: Token): void {
    if (this.#profile === 'strict') this.#report(code, line, at)
  }

  #report(code: LoadCode, { pieces, raw, firstLine }: LogicalLine, { text, start }: Token): void {
    const piece = pieces.findLast((candidate) => candidate.start <= start) ?? pieces[0]
    const { line, start: pieceStart } = piece as { line: number; start: number }
    const physical = raw.split('\n', line - firstLine + 1)[line - firstLine] ?? ''
    const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
    const message = shown === '' ? LOAD_CODES[code] : `${LOAD_CODES[code]}, found \`${shown}\``
    const column = start - pieceStart + 1
    const width = Math.min(text.length, Math.max(1, physical.length - column + 1))
    this.#diagnostics.add(code, message, { line, column, width }, physical)
  }
}

function other(kind: OtherLine['kind'], line: LogicalLine): { readonly line: OtherLine } {
  const { line: last, firstLine, raw: text } = line
  return { line: Object.freeze({ kind, line: last, firstLine, text }) }
}
