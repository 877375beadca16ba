import {
  DiagnosticList,
  isNoPolicy,
  MAX_POLICY_BYTES,
  readLines,
  TEXT_CODES,
  type TextOptions,
} from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import type { CompiledTable } from './compiled-table.ts'
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
import { readLogicalLines, type LogicalLine, type Piece } from './logical-lines.ts'
import type { FileInput, Line, Option, OtherLine, Profile, Rule, Table } from './model.ts'
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

/** Reads one of the two files. */
export class TableReader {
  readonly #options: TextOptions
  readonly #profile: Profile
  readonly #lists: HostLists
  readonly #diagnostics: DiagnosticList<LoadCode>
  readonly #lines: Line[] = []
  readonly #patterns: RulePatterns[] = []

  constructor(options: TextOptions, profile: Profile, lists: HostLists) {
    this.#options = options
    this.#profile = profile
    this.#lists = lists
    this.#diagnostics = new DiagnosticList(options.file)
  }

  /** The file; errors wait for {@link throwIfAny}. */
  read(input: FileInput): CompiledTable {
    if (input === null || (typeof input === 'object' && isNoPolicy(input))) {
      const lack = input === null ? 'policy-missing' : input.noPolicy
      const state = lack === 'policy-missing' ? 'missing' : 'unreadable'
      if (this.#profile === 'strict') this.#refuseText(`file-${state}`)
      return { table: this.#table(state), patterns: [], lack }
    }
    const text = this.#profile === 'strict' ? this.#strictText(input) : this.#libwrapText(input)
    for (const line of readLogicalLines(text)) this.#readLine(line)
    return { table: this.#table('read'), patterns: this.#patterns }
  }

  /** @throws ParseError with every error of the file. */
  throwIfAny(): void {
    this.#diagnostics.throwIfAny()
  }

  #table(state: Table['state']): Table {
    const lines = Object.freeze(this.#lines)
    const rules = Object.freeze(lines.filter((line): line is Rule => line.kind === 'rule'))
    return Object.freeze({ file: this.#options.file, state, lines, rules })
  }

  #strictText(input: string | Uint8Array): string {
    readLines(input, this.#options, this.#diagnostics)
    if (this.#diagnostics.total > 0 && this.#isTooLarge(input)) return ''
    const text =
      typeof input === 'string'
        ? input
        : new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)
    if (!text.startsWith('\ufeff')) return text
    this.#refuseText('byte-order-mark')
    return text.slice(1)
  }

  #libwrapText(input: string | Uint8Array): string {
    if (this.#isTooLarge(input)) {
      this.#refuseText('text-too-large')
      return ''
    }
    const text = decodeUtf8(input)
    if (text === undefined) this.#refuseText('not-utf-8')
    else if (text.includes('\0')) this.#refuseText('control-character')
    else return text
    return ''
  }

  #isTooLarge(input: string | Uint8Array): boolean {
    return input.length > (this.#options.maxBytes ?? MAX_POLICY_BYTES)
  }

  #refuseText(code: LoadCode): void {
    const message = { ...TEXT_CODES, ...LOAD_CODES }[code]
    this.#diagnostics.add(code, message, { line: 1, column: 1 }, '')
  }

  #readLine(line: LogicalLine): void {
    const { joined, fault } = line
    if (fault !== undefined) {
      const code = fault === 'too-long' ? 'rule-too-long' : 'last-newline-missing'
      this.#refuse(code, line, { text: joined, start: 0 })
      this.#add('rest', line)
    } else if (joined.startsWith('#')) {
      if (line.pieces.length > 1) {
        const [first, second] = line.pieces as readonly [Piece, Piece]
        const at = { text: '\\', start: second.start }
        this.#refuse('comment-continued', { ...line, pieces: [first] }, at)
      }
      this.#add('comment', line)
    } else if (/^[ \t\r\n]*$/.test(joined)) {
      this.#add('blank', line)
    } else {
      this.#readRule(line)
    }
  }

  #readRule(line: LogicalLine): void {
    const comment = /^[ \t\r]+#/.exec(line.joined)
    if (comment !== null) {
      const start = comment[0].length - 1
      this.#refuse('comment-indented', line, { text: line.joined.slice(start), start })
      if (this.#profile === 'strict') return
    }
    const fields = splitRule(line.joined)
    if (fields === undefined) {
      this.#refuse('colon-missing', line, { text: line.joined, start: 0 })
      this.#add('without-colon', line)
      return
    }
    const daemons = this.#readList(fields.daemons, 'daemons-missing', line)
    const clients = this.#readList(fields.clients, 'clients-missing', line)
    const options = fields.options === null ? null : optionFields(fields.options)
    this.#patterns.push({
      daemons: this.#compile(daemons, line, readDaemonPattern, readStrictDaemon),
      clients: this.#compile(clients, line, readClientPattern, readStrictClient),
    })
    const rule: Rule = {
      kind: 'rule',
      line: line.line,
      firstLine: line.firstLine,
      text: line.raw,
      daemons: listText(daemons),
      clients: listText(clients),
      options: options === null ? null : Object.freeze(this.#readOptions(options, line)),
    }
    this.#lines.push(Object.freeze(rule))
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

  #add(kind: OtherLine['kind'], { line, firstLine, raw: text }: LogicalLine): void {
    this.#lines.push(Object.freeze({ kind, line, firstLine, text }))
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

function decodeUtf8(input: string | Uint8Array): string | undefined {
  if (typeof input === 'string') return input
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input)
  } catch {
    return undefined
  }
}
