import { LimitError } from '@gatehouse/core'
import { coversRule } from '../coverage.ts'
import type { Policy } from '../model.ts'
import type { RulePatterns } from '../rule-match.ts'
import { findRequest } from './request-search.ts'
import { findSettings, type Setting } from './settings.ts'
import { Side, type RuleNumber } from './side.ts'
import { universeOf, type Universe } from './universe.ts'

/** A rule that decides no request. */
export interface IdleRule {
  readonly rule: RuleNumber
  /** Rules before it that decide all that it is for; none when it is for nobody. */
  readonly earlier: readonly RuleNumber[]
}

/**
 * Finds every rule that decides no request. Where one earlier rule alone is to blame, it is named.
 *
 * Stops at rules that are too entangled: those behind them are not said to be idle.
 */
export function findIdleRules(policy: Policy): IdleRule[] {
  const side = new Side(policy)
  const universe = universeOf([policy])
  const idle: IdleRule[] = []
  try {
    const settings = findSettings([side], universe)
    for (const rule of side.statements.keys()) {
      const earlier = findDeciding(side, rule, settings, universe)
      if (earlier !== undefined) idle.push({ rule, earlier })
    }
  } catch (error) {
    if (!(error instanceof LimitError)) throw error
  }
  return idle
}

/** The rules that decide all that a rule is for; `undefined` when it decides something itself. */
function findDeciding(
  side: Side,
  rule: RuleNumber,
  settings: readonly Setting[],
  { budget }: Universe,
): RuleNumber[] | undefined {
  const passed = new Set<RuleNumber>()
  for (const setting of settings) {
    budget.spend(1)
    if (side.daemonAnswer(rule, setting.answers.get(side) ?? []) === false) continue
    if (findRequest([{ side, rule }], setting, budget, passed) !== undefined) return undefined
  }
  const patterns = side.statements.map((statement): RulePatterns => statement.patterns)
  const own = patterns[rule] as RulePatterns
  const earlier = [...passed].toSorted((a, b) => a - b)
  const alone = earlier.find((each) => coversRule(patterns[each] as RulePatterns, own))
  return alone === undefined ? earlier : [alone]
}
