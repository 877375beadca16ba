import { DiagnosticList, type NoPolicyCode, type TextOptions } from '@gatehouse/core'
import type { LoadCode } from './codes.ts'
import { formatList } from './format.ts'
import type { HostLists } from './host-lists.ts'
import { LineReader } from './line-reader.ts'
import { LogicalLines, MAX_RULE_BYTES, type Position } from './logical-lines.ts'
import type { FileInput, Line, Profile, Rule, Table } from './model.ts'
import { QuickReader } from './rules/quick-reader.ts'
import type { RulePatterns } from './rule-match.ts'
import type { RuleCollector } from './rules/rule-collector.ts'
import { readTableText } from './table-text.ts'

/** A file as it was read. Its rules are with the collector. */
export interface LoadedTable {
  readonly table: Table
  readonly lines: LogicalLines
  /** Why there was no text to read. */
  readonly lack?: NoPolicyCode
  /** The first line of what libwrap does not read. */
  readonly rest?: number
}

/** Loads one of the two files. */
export class TableLoader {
  readonly #options: TextOptions
  readonly #profile: Profile
  readonly #lists: HostLists
  readonly #rules: RuleCollector
  readonly #diagnostics: DiagnosticList<LoadCode>

  constructor(options: TextOptions, profile: Profile, lists: HostLists, rules: RuleCollector) {
    this.#options = options
    this.#profile = profile
    this.#lists = lists
    this.#rules = rules
    this.#diagnostics = new DiagnosticList(options.file)
  }

  /** The file; errors wait for {@link throwIfAny}. */
  load(input: FileInput): LoadedTable {
    const { file } = this.#options
    const read = readTableText(input, this.#profile, this.#options, this.#diagnostics)
    if ('lack' in read) {
      const { lack } = read
      const lines = new LogicalLines('')
      const state = lack === 'policy-missing' ? 'missing' : 'unreadable'
      return { table: makeTable(file, state, () => []), lines, lack }
    }
    const lines = new LogicalLines(read.text)
    const rest = this.#readLines(lines)
    const table = makeTable(file, 'read', () => readAgain(lines, this.#profile, this.#lists))
    return { table, lines, ...(rest === undefined ? {} : { rest }) }
  }

  /** @throws ParseError with every error of the file. */
  throwIfAny(): void {
    this.#diagnostics.throwIfAny()
  }

  #readLines(lines: LogicalLines): number | undefined {
    const { text } = lines
    const quick = new QuickReader(this.#profile, this.#lists, this.#rules)
    const slow = new LineReader(this.#profile, this.#lists, this.#diagnostics)
    let position: Position = { at: 0, lines: 0 }
    let rest: number | undefined
    while (position.at < text.length) {
      const { at } = position
      const newline = text.indexOf('\n', at)
      const line = position.lines + 1
      const isPlain = lines.isAscii && isOneLine(text, at, newline)
      if (
        isPlain &&
        (isEmpty(text, at, newline) || quick.read(text, newline, { line, offset: at }))
      ) {
        position = { at: newline + 1, lines: line }
        continue
      }
      const found = lines.read(position)
      if (found === undefined) break
      const read = slow.read(found.line)
      if (read !== undefined && 'patterns' in read) this.#addRule(read.line, read.patterns, at)
      if (read?.line.kind === 'rest') rest = read.line.firstLine
      position = found.next
    }
    return rest
  }

  #addRule({ line, options, daemons }: Rule, patterns: RulePatterns, offset: number): void {
    const text = formatList(daemons)
    const list = this.#rules.listNumber(text) ?? this.#rules.addList(text, patterns.daemons)
    this.#rules.add({ line, offset }, list, patterns.clients, options)
  }
}

/** Whether a line is whole and no other one follows it. */
function isOneLine(text: string, start: number, newline: number): boolean {
  if (newline === -1 || newline - start >= MAX_RULE_BYTES) return false
  return newline === start || text.charCodeAt(newline - 1) !== BACKSLASH
}

const BACKSLASH = 0x5c
const HASH = 0x23

/** Whether a line is blank or a comment. */
function isEmpty(text: string, start: number, newline: number): boolean {
  return newline === start || text.charCodeAt(start) === HASH
}

/** Reads the lines of a text that was read before, with everything that they say. */
function readAgain(lines: LogicalLines, profile: Profile, lists: HostLists): Line[] {
  const reader = new LineReader(profile, lists, new DiagnosticList(''))
  return Array.from(lines.all()).flatMap((line) => reader.read(line)?.line ?? [])
}

/** A table whose lines are read when somebody asks for them. */
function makeTable(file: string, state: Table['state'], read: () => Line[]): Table {
  let lines: readonly Line[] | undefined
  let rules: readonly Rule[] | undefined
  return Object.freeze({
    file,
    state,
    get lines() {
      return (lines ??= Object.freeze(read()))
    },
    get rules() {
      const all: readonly Line[] = this.lines
      return (rules ??= Object.freeze(all.filter((line): line is Rule => line.kind === 'rule')))
    },
  })
}
