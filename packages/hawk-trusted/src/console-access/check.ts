import { allow, deny, isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import type { Effect } from '../model.ts'
import { malformedInvocationField } from '../request.ts'
import type { Code } from './codes.ts'
import { formatAccessEntry } from './format.ts'
import type { AccessPolicy, AccessRequest } from './model.ts'
import { asInvocation, entriesFor, granted, missesOf, refused } from './policy.ts'

/**
 * Decides whether a user of a console may reach an agent.
 *
 * The opposite default of `Trusted.txt`: a user that no grant is for reaches every agent that no
 * restriction takes. A user with a grant reaches the granted agents only. Restrictions beat grants.
 * What the user may do there, the agent's own file decides.
 *
 * @param policy - From `parse`, or the stand-in for a file that could not be had, which refuses.
 * @returns `allow` with `granted` or `access-by-default`; else `deny` with `restricted`,
 *   `not-granted` (source: the user's first grant), `request-malformed` or a `policy-…` code.
 */
export function check(policy: AccessPolicy | NoPolicy, request: AccessRequest): Decision<Code> {
  if (isNoPolicy(policy)) return policy.decision
  const field = malformedAccessField(request)
  if (field !== undefined) return deny({ code: 'request-malformed', source: { request: field } })
  const entries = entriesFor(policy, request.user)
  const covering = entries.filter((entry) => missesOf(entry, request).length === 0)
  const restriction = covering.find(({ effect }) => effect === 'restriction')
  if (restriction !== undefined) return refused('restricted', policy, restriction)
  const grant = covering.find(({ effect }) => effect === 'grant')
  if (grant !== undefined) return granted(policy, grant)
  // In whatever case: a grant takes all other agents away, and no spelling steps round that.
  const other = entries.find(({ effect }) => effect === 'grant')
  if (other !== undefined) return refused('not-granted', policy, other)
  return allow({ code: 'access-by-default', source: { file: policy.file } })
}

/** What one line says about a request. */
export interface ExplainedAccess {
  /** Line number, from 1. */
  readonly line: number
  /** The line, in canonical form. */
  readonly text: string
  /** Whether the line gives or takes away. */
  readonly effect: Effect
  /** What keeps it from covering the request: the agent, or the case of the user id. */
  readonly misses: readonly ('user' | 'node')[]
}

/** Why access is decided as it is. */
export interface AccessExplanation {
  /** The same that `check` answers. */
  readonly decision: Decision<Code>
  /** The line that decided; absent where the default did, or the file was not asked. */
  readonly decidedBy?: number
  /** Every line for this user, in whatever case, or for all users, in file order. */
  readonly lines: readonly ExplainedAccess[]
}

/** Explains the decision on one request. */
export function explain(
  policy: AccessPolicy | NoPolicy,
  request: AccessRequest,
): AccessExplanation {
  const decision = check(policy, request)
  if (isNoPolicy(policy) || malformedAccessField(request) !== undefined) {
    return { decision, lines: [] }
  }
  const lines = entriesFor(policy, request.user).map((entry) => ({
    line: entry.line,
    text: formatAccessEntry(entry),
    effect: entry.effect,
    misses: missesOf(entry, request),
  }))
  const { source } = decision.reasons[0]
  const line = source !== undefined && 'file' in source ? source.line : undefined
  return { decision, ...(line === undefined ? {} : { decidedBy: line }), lines }
}

/** The path of the first field that is missing, empty, of another type, or no possible name. */
export function malformedAccessField(request: AccessRequest): string | undefined {
  if (typeof request !== 'object' || request === null) return 'request'
  return malformedInvocationField(asInvocation(request))
}
