import type { LineReader } from '../line-reader.ts'
import type { LogicalLines } from '../logical-lines.ts'
import type { Option } from '../model.ts'
import type { Match } from '../host-pattern.ts'
import type { RulePatterns, Subject } from '../rule-match.ts'
import type { CollectedRules } from './rule-collector.ts'
import { RuleIndex } from './rule-index.ts'

/** Most rules whose patterns are kept once they were asked. */
const MOST_KEPT = 16_384

/** A file that rules stand in. */
export interface RuleFile {
  readonly file: string
  readonly lines: LogicalLines
  readonly reader: LineReader
}

/**
 * The rules of both files, as `check` asks them. What it seldom needs is read again from the text.
 */
export class PolicyRules {
  readonly index: RuleIndex
  /** How many rules there are. */
  readonly count: number
  readonly #collected: CollectedRules
  readonly #files: readonly [allow: RuleFile, deny: RuleFile]
  readonly #allowed: number
  readonly #patterns = new Map<number, RulePatterns>()

  /** @param allowed - How many of the rules stand in `hosts.allow`. */
  constructor(
    collected: CollectedRules,
    allowed: number,
    files: readonly [allow: RuleFile, deny: RuleFile],
  ) {
    this.#collected = collected
    this.#allowed = allowed
    this.#files = files
    this.count = collected.lines.length
    const patternsOf = (rule: number): RulePatterns => this.patternsOf(rule)
    this.index = new RuleIndex({ ...collected, patternsOf })
  }

  /** Whether a rule stands in `hosts.deny`. */
  isDenying(rule: number): boolean {
    return rule >= this.#allowed
  }

  /** Place of a rule: its file and its last line. */
  placeOf(rule: number): { readonly file: string; readonly line: number } {
    return { file: this.#fileOf(rule).file, line: this.#collected.lines[rule] as number }
  }

  /** The options of a rule, in order. */
  optionsOf(rule: number): readonly Option[] {
    return this.#collected.options.get(rule) ?? []
  }

  /** Whether the daemons of a rule match, whoever asks. */
  matchesDaemons(rule: number, subject: Subject): Match {
    const { daemons, daemonLists } = this.#collected
    const answers = daemons.answersFor(subject.daemon)
    return daemons.matches(daemonLists[rule] as number, answers, subject)
  }

  /** What a rule asks. */
  patternsOf(rule: number): RulePatterns {
    const known = this.#patterns.get(rule)
    if (known !== undefined) return known
    const { lines, reader } = this.#fileOf(rule)
    const found = lines.read({ at: this.#collected.offsets[rule] as number, lines: 0 })
    const read = found && reader.read(found.line)
    if (read === undefined || !('patterns' in read)) throw new TypeError('not a rule')
    if (this.#patterns.size >= MOST_KEPT) this.#patterns.clear()
    this.#patterns.set(rule, read.patterns)
    return read.patterns
  }

  #fileOf(rule: number): RuleFile {
    return this.#files[this.isDenying(rule) ? 1 : 0]
  }
}
