import { deny, isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { operationOf, OPERATIONS, type Operation } from './coverage.ts'
import type { Policy, Request } from './model.ts'
import { deciderOf, type Decider, type Shortfall } from './policy.ts'
import { malformedField, malformedShape } from './request.ts'

/**
 * Decides one request: some grant covers it and no restriction does; otherwise it is refused.
 *
 * Does not check that the user is who it claims to be: that is what the guard relies on.
 *
 * @param policy - From `parse`, or the stand-in for a file that could not be had.
 * @returns `allow` with `granted`; else `deny` with `restricted`, `impact-not-granted`,
 *   `group-not-granted`, `not-granted`, `user-not-listed`, `request-malformed` or a `policy-…` code.
 *   The source is the first line in file order that decided, or the file as a whole.
 */
export function check(policy: Policy | NoPolicy, request: Request): Decision<Code> {
  if (isNoPolicy(policy)) return policy.decision
  const shape = malformedShape(request)
  if (shape !== undefined) return malformed(shape)
  const decider = deciderOf(policy)
  const { index } = decider
  if (!index.ask(request)) {
    const name = malformedField(request)
    if (name !== undefined) return malformed(name)
  }
  const operation = operationOf(request.scope, request.impact)
  const restriction = index.first('restriction', operation)
  if (restriction !== -1) return decider.restricted(restriction)
  const grant = index.first('grant', operation)
  return grant === -1 ? refuse(decider, operation) : decider.granted(grant)
}

function malformed(field: string): Decision<Code> {
  return deny({ code: 'request-malformed', source: { request: field } })
}

/** Says how near the grants come: short of acting, short of group operations, or not near at all. */
function refuse(decider: Decider, operation: Operation): Decision<Code> {
  const { index } = decider
  for (const [lesser, lacking] of LESSER[operation]) {
    const near = index.first('grant', lesser)
    if (near !== -1) return decider.shortfall(near, lacking)
  }
  const isListed = index.hasUser('grant') || index.hasUser('restriction')
  return isListed ? decider.notGranted : decider.userNotListed
}

const { pointToPointInfo, pointToPointAction, groupInfo, groupAction } = OPERATIONS

/** For each operation, the lesser ones that a grant may give instead, the nearest first. */
const LESSER: Readonly<Record<Operation, readonly (readonly [Operation, Shortfall])[]>> = {
  [pointToPointInfo]: [],
  [pointToPointAction]: [[pointToPointInfo, 'impact']],
  [groupInfo]: [[pointToPointInfo, 'group']],
  [groupAction]: [
    [groupInfo, 'impact'],
    [pointToPointAction, 'group'],
    [pointToPointInfo, 'both'],
  ],
}
