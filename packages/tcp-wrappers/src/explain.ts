import { isNoPolicy, type Decision, type LineSource, type NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import { deciderOf, type Decider } from './policy.ts'
import { readSubject } from './request.ts'
import { matchesDaemons, matchesRule, type Subject } from './rule-match.ts'
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
  const decider = deciderOf(policy)
  const found = decider.index.find(subject)
  const decidedBy = found?.index
  const edit = findSmallestEdit(policy, subject, decision.outcome)
  return {
    decision,
    matched: found?.match === true ? placeOf(decider, found.index) : null,
    effects: found?.match === true ? effectsOf(decider, found.index, subject) : [],
    rules: decider.rules.flatMap((_, index) => explainRule(decider, index, subject, decidedBy)),
    ...(edit === undefined ? {} : { smallestEdit: edit }),
  }
}

function explainRule(
  decider: Decider,
  index: number,
  subject: Subject,
  decidedBy: number | undefined,
): ExplainedRule[] {
  const patterns = decider.patterns[index]
  const rule = decider.rules[index]
  if (patterns === undefined || rule === undefined) return []
  if (matchesDaemons(patterns, subject) === false) return []
  const { text } = rule
  return [{ ...placeOf(decider, index), text, says: says() }]

  function says(): ExplainedRule['says'] {
    const match = matchesRule(patterns as NonNullable<typeof patterns>, subject)
    if (match === false) return 'other-clients'
    if (match === 'unanswerable') return match
    return index === decidedBy ? 'decides' : 'too-late'
  }
}

function placeOf({ rules, verdicts }: Decider, index: number): LineSource {
  const line = rules[index]?.line ?? 0
  return { file: verdicts.fileOf(index), line }
}

function effectsOf({ rules }: Decider, index: number, subject: Subject): readonly Effect[] {
  return runOptions(rules[index]?.options ?? [], subject).effects
}
