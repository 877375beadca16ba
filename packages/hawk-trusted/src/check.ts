import { deny, isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { operationOf, OPERATIONS, type Operation } from './coverage.ts'
import type { Policy, Request } from './model.ts'
import { deciderOf, SHORTFALLS, type Decider, type Shortfall } from './policy.ts'
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
  if (!index.ask(request) || typeof request.impact !== 'string') {
    const field = malformedField(request)
    if (field !== undefined) return malformed(field)
  }
  const operation = operationOf(request.scope, request.impact)
  const restriction = index.firstRestriction(operation)
  if (restriction !== -1) return decider.decided(restriction)
  const grant = index.firstGrant(operation)
  return grant === -1 ? refuse(decider, operation) : decider.decided(grant)
}

function malformed(field: string): Decision<Code> {
  return deny({ code: 'request-malformed', source: { request: field } })
}

/** Says how near the grants come: short of acting, short of group operations, or not near at all. */
function refuse(decider: Decider, operation: Operation): Decision<Code> {
  const { index } = decider
  const steps = LESSER[operation]
  for (let step = 0; step < steps.length; step += 1) {
    const { lesser, lacking } = steps[step] as Step
    const near = index.firstGrant(lesser)
    if (near !== -1) return decider.shortfall(near, lacking)
  }
  return index.isListed ? decider.notGranted : decider.userNotListed
}

const { pointToPointInfo, pointToPointAction, groupInfo } = OPERATIONS
const { impact, group, both } = SHORTFALLS

/** A lesser operation, and what a grant of it lacks. */
interface Step {
  readonly lesser: Operation
  readonly lacking: Shortfall
}

/** For each operation, the lesser ones that a grant may give instead, the nearest first. */
const LESSER: Readonly<Record<Operation, readonly Step[]>> = [
  [],
  [{ lesser: pointToPointInfo, lacking: impact }],
  [{ lesser: pointToPointInfo, lacking: group }],
  [
    { lesser: groupInfo, lacking: impact },
    { lesser: pointToPointAction, lacking: group },
    { lesser: pointToPointInfo, lacking: both },
  ],
]
