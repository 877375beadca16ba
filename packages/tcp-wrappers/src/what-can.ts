import { isNoPolicy, type LineSource, type NoPolicy, type Outcome } from '@gatehouse/core'
import { outcomeOtherwise, reduce, statementsOf } from './clauses.ts'
import { coversDaemons } from './coverage.ts'
import { formatList } from './format.ts'
import type { Client, Policy } from './model.ts'
import { readSubject } from './request.ts'
import { matchesClients } from './rule-match.ts'

/** Daemons, as a rule writes them, and what is answered there. */
export interface DaemonClause {
  readonly outcome: Outcome
  /** A daemon list, such as `ALL EXCEPT bgsagent`. */
  readonly daemons: string
  readonly source: LineSource
}

/** Where a client may connect to: the first clause that takes a daemon in answers. */
export interface WhatCan {
  readonly clauses: readonly DaemonClause[]
  /** What is answered everywhere else. */
  readonly otherwise: Outcome
}

/**
 * Says which daemons a client may connect to: every one, and no other. Left out is what `whoCan`
 * leaves out.
 */
export function whatCan(policy: Policy | NoPolicy, client: Client): WhatCan {
  if (isNoPolicy(policy)) return { clauses: [], otherwise: 'deny' }
  const subject = readSubject({ daemon: 'any', client }, policy.profile)
  if ('malformed' in subject) return { clauses: [], otherwise: 'deny' }
  const otherwise = outcomeOtherwise(policy)
  const asked = statementsOf(policy).flatMap((each) => {
    const match = matchesClients(each.patterns, subject)
    if (match === false) return []
    return [match === true ? each : { ...each, outcome: 'deny' as const }]
  })
  const clauses = reduce(asked, otherwise, coversDaemons).map(({ outcome, rule, source }) => ({
    outcome,
    daemons: formatList(rule.daemons),
    source,
  }))
  return { clauses, otherwise }
}
