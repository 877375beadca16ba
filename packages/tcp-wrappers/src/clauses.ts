import { isNoPolicy, type LineSource, type NoPolicy, type Outcome } from '@gatehouse/core'
import type { Option, Policy, Rule, TableName } from './model.ts'
import { EXECUTING, findOptionFault } from './options.ts'
import { deciderOf } from './policy.ts'
import type { RulePatterns } from './rule-match.ts'

/** A rule with what it says, whoever it is asked for. */
export interface Statement {
  readonly rule: Rule
  readonly table: TableName
  readonly patterns: RulePatterns
  readonly outcome: Outcome
  readonly source: LineSource
}

/** Every rule in the order in which they are asked. */
export function statementsOf(policy: Policy): Statement[] {
  const { rules } = deciderOf(policy)
  return [...policy.allow.rules, ...policy.deny.rules].map((rule, index) => {
    const table = rules.isDenying(index) ? 'deny' : 'allow'
    return {
      rule,
      table,
      patterns: rules.patternsOf(index),
      outcome: outcomeOf(rule.options ?? [], table),
      source: rules.placeOf(index),
    }
  })
}

/** What is answered when no rule matches. */
export function outcomeOtherwise(policy: Policy | NoPolicy): Outcome {
  return isNoPolicy(policy) ? 'deny' : deciderOf(policy).verdicts.unmatched.outcome
}

function outcomeOf(options: readonly Option[], table: TableName): Outcome {
  for (const [index, option] of options.entries()) {
    const value = option.value?.includes('%') === true ? null : option.value
    if (findOptionFault(option, value, index === options.length - 1) !== undefined) return 'deny'
    if (option.name === 'allow') return 'allow'
    if (option.name === 'deny' || EXECUTING.has(option.name)) return 'deny'
  }
  return table
}

/** Leaves out what an earlier statement covers, and what says at the end what is said otherwise. */
export function reduce(
  statements: readonly Statement[],
  otherwise: Outcome,
  covers: (earlier: RulePatterns, later: RulePatterns) => boolean,
): Statement[] {
  const kept: Statement[] = []
  for (const each of statements) {
    if (!kept.some(({ patterns }) => covers(patterns, each.patterns))) kept.push(each)
  }
  const last = kept.findLastIndex(({ outcome }) => outcome !== otherwise)
  return kept.slice(0, last + 1)
}
