import { allow, deny, type Decision, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { expand } from './expansion.ts'
import type { Option, Profile } from './model.ts'
import { EXECUTING, expands, findOptionFault, type OptionFault } from './options.ts'
import type { Subject } from './rule-match.ts'
import type { PolicyRules } from './rules/policy-rules.ts'
import type { LoadedTable } from './table-loader.ts'

/** What libwrap would do on the way to a verdict. Nothing of it is done here. */
export interface Effect {
  /** The option, such as `spawn`. */
  readonly option: string
  /** Its value; what libwrap replaces in it is replaced, but for `%p`. */
  readonly value: string | null
}

/** What the options of a rule come to. */
export interface OptionOutcome {
  readonly effects: readonly Effect[]
  /** What ended them; absent when the file decides. */
  readonly end?:
    | { readonly kind: 'allow' | 'deny' }
    | { readonly kind: 'execution'; readonly option: string }
    | { readonly kind: 'fault'; readonly option: string; readonly fault: OptionFault }
}

/** Goes through the options of a rule up to the first that ends them. */
export function runOptions(options: readonly Option[], subject: Subject): OptionOutcome {
  const effects: Effect[] = []
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1
    const expanded = expandValue(option, subject)
    const value = expanded ?? null
    const fault =
      findOptionFault(option, value, isLast) ??
      (expanded === undefined ? 'option-value-malformed' : undefined)
    const { name } = option
    if (fault !== undefined) return { effects, end: { kind: 'fault', option: name, fault } }
    if (name === 'allow' || name === 'deny') return { effects, end: { kind: name } }
    if (EXECUTING.has(name)) return { effects, end: { kind: 'execution', option: name } }
    effects.push({ option: name, value })
  }
  return { effects }
}

/** `undefined` when it becomes too long. */
function expandValue(option: Option, subject: Subject): string | null | undefined {
  const { value } = option
  return value !== null && expands(option) ? expand(value, subject) : value
}

/** The decisions of a policy, made when they are first needed and then handed out again. */
export class Verdicts {
  /** What is decided when no rule matches. */
  readonly unmatched: Decision<Code>
  readonly #rules: PolicyRules
  /** Said with every decision that hosts.deny makes: part of hosts.allow was not read. */
  readonly #ignored: readonly Reason<Code>[]
  readonly #decisions: (Decision<Code> | undefined)[]

  constructor(profile: Profile, rules: PolicyRules, allowed: LoadedTable, denied: LoadedTable) {
    this.#rules = rules
    this.#decisions = Array.from({ length: rules.count })
    this.#ignored = ignoredIn(allowed)
    this.unmatched = decideUnmatched(profile, denied, this.#ignored)
  }

  /** The decision of one rule on a request that it matches. */
  of(index: number, subject: Subject): Decision<Code> {
    const known = this.#decisions[index]
    if (known !== undefined) return known
    const options = this.#rules.optionsOf(index)
    const made = this.#decide(index, runOptions(options, subject))
    const varies = options.some((option) => expands(option) && option.value?.includes('%') === true)
    if (!varies) this.#decisions[index] = made
    return made
  }

  /** The refusal of a rule that asks for what was not given. */
  unanswerable(index: number): Decision<Code> {
    return deny({ code: 'lookup-needed', source: this.#sourceOf(index) }, ...this.#after(index))
  }

  #decide(index: number, { end }: OptionOutcome): Decision<Code> {
    const source = this.#sourceOf(index)
    const after = this.#after(index)
    switch (end?.kind) {
      case undefined:
        return this.#rules.isDenying(index)
          ? deny({ code: 'denied-by-rule', source }, ...after)
          : allow({ code: 'allowed-by-rule', source }, ...after)
      case 'allow':
        return allow({ code: 'allowed-by-option', source }, ...after)
      case 'deny':
        return deny({ code: 'denied-by-option', source }, ...after)
      case 'execution': {
        const facts = { option: end.option }
        return deny({ code: 'execution-needed', source, facts }, ...after)
      }
      case 'fault': {
        const facts = { option: end.option, fault: end.fault }
        return deny({ code: 'option-failed', source, facts }, ...after)
      }
    }
  }

  #after(index: number): readonly Reason<Code>[] {
    return this.#rules.isDenying(index) ? this.#ignored : []
  }

  #sourceOf(index: number): { readonly file: string; readonly line: number } {
    return Object.freeze(this.#rules.placeOf(index))
  }
}

/** What is said when part of a file was not read. */
function ignoredIn({ table, lack, rest }: LoadedTable): readonly Reason<Code>[] {
  const { file, state } = table
  if (rest !== undefined) {
    return [Object.freeze({ code: 'rest-ignored', source: { file, line: rest } })]
  }
  if (state !== 'unreadable') return []
  return [Object.freeze({ code: lack ?? 'policy-unreadable', source: { file } })]
}

function decideUnmatched(
  profile: Profile,
  denied: LoadedTable,
  ignored: readonly Reason<Code>[],
): Decision<Code> {
  const [fault] = ignoredIn(denied)
  if (fault !== undefined) return deny(fault, ...ignored)
  const source = { file: denied.table.file }
  return profile === 'strict'
    ? deny({ code: 'no-rule-matched', source })
    : allow({ code: 'allowed-by-default', source }, ...ignored)
}
