import { isNoPolicy, type Decision, type LineSource, type NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import type { Match } from './host-pattern.ts'
import { deciderOf } from './policy.ts'
import type { PolicyRules } from './rules/policy-rules.ts'
import { readSubject } from './request.ts'
import { matchesRule, type Subject } from './rule-match.ts'
import { findSmallestEdit, type FileEdit } from './smallest-edit.ts'
import { runOptions, type Effect } from './verdicts.ts'

/** What one rule for the daemon says about a request. */
export interface ExplainedRule {
  readonly file: string
  /** Its last line. */
  readonly line: number
  /** Its text as it stands in the file. */
  readonly text: string
  /**
   * `decides`: it is the first that matches. `too-late`: it matches, and an earlier one has decided.
   * `other-clients`: it is for this daemon, and not for this client. `unanswerable`: it asks for a
   * netgroup or list that was not given.
   */
  readonly says: 'decides' | 'too-late' | 'other-clients' | 'unanswerable'
}

/** Why a connection is decided as it is. */
export interface Explanation {
  /** The same that `check` answers. */
  readonly decision: Decision<Code>
  /** The rule that decided, as libwrap counts lines; `null` when none matched. */
  readonly matched: LineSource | null
  /** What libwrap would do besides, in this order. Nothing of it is done here. */
  readonly effects: readonly Effect[]
  /** Every rule for the daemon, in the order in which they are asked. */
  readonly rules: readonly ExplainedRule[]
  /** The smallest edit that turns the answer round; absent when the files were not asked. */
  readonly smallestEdit?: FileEdit
}

/** Explains the decision on one connection. Asks every rule, unlike `check`. */
export function explain(policy: Policy | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  const unasked = { decision, matched: null, effects: [], rules: [] }
  if (isNoPolicy(policy)) return unasked
  const subject = readSubject(request, policy.profile)
  if ('malformed' in subject) return unasked
  const { rules } = deciderOf(policy)
  const found = rules.index.find(subject)
  const decidedBy = found?.index
  const edit = findSmallestEdit(policy, subject, decision.outcome)
  return {
    decision,
    matched: found?.match === true ? rules.placeOf(found.index) : null,
    effects: found?.match === true ? runOptions(rules.optionsOf(found.index), subject).effects : [],
    rules: [...policy.allow.rules, ...policy.deny.rules].flatMap(({ text }, index) =>
      explainRule(rules, index, text, subject, decidedBy),
    ),
    ...(edit === undefined ? {} : { smallestEdit: edit }),
  }
}

function explainRule(
  rules: PolicyRules,
  index: number,
  text: string,
  subject: Subject,
  decidedBy: number | undefined,
): ExplainedRule[] {
  if (rules.matchesDaemons(index, subject) === false) return []
  const match = matchesRule(rules.patternsOf(index), subject)
  const says = SAYS.get(match) ?? (index === decidedBy ? 'decides' : 'too-late')
  return [{ ...rules.placeOf(index), text, says }]
}

const SAYS: ReadonlyMap<Match, ExplainedRule['says']> = new Map<Match, ExplainedRule['says']>([
  [false, 'other-clients'],
  ['unanswerable', 'unanswerable'],
])
