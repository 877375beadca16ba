import { isNoPolicy, type Decision, type Edit, type NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { missedAspects, type Aspect } from './coverage.ts'
import { formatEntry } from './format.ts'
import type { Effect, Entry, Policy, Request } from './model.ts'
import { malformedField } from './request.ts'
import { smallestEdit } from './smallest-edit.ts'

/** What one line says about a request. */
export interface ExplainedLine {
  /** Line number, from 1. */
  readonly line: number
  /** The line, in canonical form. */
  readonly text: string
  /** Whether the line gives or takes away. */
  readonly effect: Effect
  /** What keeps it from covering the request. Empty: it covers it. */
  readonly misses: readonly Aspect[]
}

/** Why a request is decided as it is. */
export interface Explanation {
  /** The same that `check` answers. */
  readonly decision: Decision<Code>
  /** Line numbers of every grant that covers the request. */
  readonly grants: readonly number[]
  /** Line numbers of every restriction that covers the request. */
  readonly restrictions: readonly number[]
  /** The line that decided; absent when no line covers the request. */
  readonly decidedBy?: number
  /** Every line for this user or for all users, in file order. */
  readonly lines: readonly ExplainedLine[]
  /**
   * The smallest edit of the file's text that turns the outcome round: fewest lines, then fewest
   * other requests affected. Absent when the file was not asked, or cannot hold a name that the edit
   * would need.
   */
  readonly smallestEdit?: Edit
}

/**
 * Explains the decision on one request: every line for its user, which of them cover it, and what
 * the others miss. Reads the whole file, unlike `check`.
 */
export function explain(policy: Policy | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  if (isNoPolicy(policy) || malformedField(request) !== undefined) {
    return { decision, grants: [], restrictions: [], lines: [] }
  }
  const lines = policy.entries.flatMap((entry) => explainEntry(entry, request))
  const covering = (effect: Effect): number[] =>
    lines
      .filter((line) => line.effect === effect && line.misses.length === 0)
      .map(({ line }) => line)
  const grants = covering('grant')
  const restrictions = covering('restriction')
  const decidedBy = restrictions[0] ?? grants[0]
  const edit = smallestEdit(policy, request)
  return {
    decision,
    grants,
    restrictions,
    ...(decidedBy === undefined ? {} : { decidedBy }),
    lines,
    ...(edit === undefined ? {} : { smallestEdit: edit }),
  }
}

function explainEntry(entry: Entry, request: Request): ExplainedLine[] {
  const misses = missedAspects(entry, request)
  if (misses.includes('user')) return []
  return [{ line: entry.line, text: formatEntry(entry).join(' '), effect: entry.effect, misses }]
}
