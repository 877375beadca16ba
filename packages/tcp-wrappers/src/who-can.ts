import { isNoPolicy, type LineSource, type NoPolicy, type Outcome } from '@gatehouse/core'
import { outcomeOtherwise, reduce, statementsOf } from './clauses.ts'
import { coversClients } from './coverage.ts'
import { formatList } from './format.ts'
import type { Policy, Request } from './model.ts'
import { readSubject } from './request.ts'
import { matchesDaemons } from './rule-match.ts'

/** A connection without the one who makes it. */
export type Operation = Omit<Request, 'client'>

/** Clients, as a rule writes them, and what they are answered. */
export interface ClientClause {
  readonly outcome: Outcome
  /** A client list, such as `10.0.0. EXCEPT 10.0.0.1`. */
  readonly clients: string
  readonly source: LineSource
}

/** Who may connect: the first clause that takes a client in answers. */
export interface WhoCan {
  readonly clauses: readonly ClientClause[]
  /** What everybody else is answered. */
  readonly otherwise: Outcome
}

/** Any client: the daemons of a rule do not ask for it. */
const ANYBODY = { address: '0.0.0.0', name: null }

/**
 * Says who may connect to a daemon: every client, and no other.
 *
 * Left out are clauses that one earlier clause covers, and those at the end that say what is said
 * otherwise. Whether several clauses together cover another is not asked. A clause whose options
 * hang on the request (`%` in a value) counts as what it says when they are good.
 */
export function whoCan(policy: Policy | NoPolicy, operation: Operation): WhoCan {
  if (isNoPolicy(policy)) return { clauses: [], otherwise: 'deny' }
  const subject = readSubject({ ...operation, client: ANYBODY }, policy.profile)
  if ('malformed' in subject) return { clauses: [], otherwise: 'deny' }
  const otherwise = outcomeOtherwise(policy)
  const asked = statementsOf(policy).flatMap((each) => {
    const match = matchesDaemons(each.patterns, subject)
    if (match === false) return []
    return [match === true ? each : { ...each, outcome: 'deny' as const }]
  })
  const clauses = reduce(asked, otherwise, coversClients).map(({ outcome, rule, source }) => ({
    outcome,
    clients: formatList(rule.clients),
    source,
  }))
  return { clauses, otherwise }
}
