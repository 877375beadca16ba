import type { Address } from '@gatehouse/address-set'
import { isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import { needed } from './actions.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Computer, ComputerMatch, Explanation, Match, Policy, Request } from './model.ts'
import { indexOf } from './policy.ts'
import { addressOf, refuse, type SoundRequest } from './request.ts'

/**
 * Tells why a request is decided as it is: the level granted and needed, the node that granted it,
 * and the entries that matched but were outranked.
 *
 * Its cost does not grow with the file, so a log of refusals can afford it.
 */
export function explain(policy: Policy | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  const address = addressOf(request)
  if (isNoPolicy(policy) || refuse(request, address) !== undefined) return unasked(decision)
  const { action, peer, claimedUser } = request as SoundRequest
  const found = indexOf(policy).explain(address as Address, peer.verifiedName, claimedUser)
  const [best, ...outranked] = found.computers
  return {
    decision,
    granted: found.ruling.level,
    needed: needed(action, request),
    decidedBy: found.ruling.decidedBy,
    computer: best === undefined ? null : matchOf(best),
    user: found.user === undefined ? null : nameOf(found.user),
    outranked: outranked.map(matchOf),
  }
}

function unasked(decision: Decision<Code>): Explanation {
  return {
    decision,
    granted: null,
    needed: null,
    decidedBy: null,
    computer: null,
    user: null,
    outranked: [],
  }
}

function matchOf(computer: Computer): ComputerMatch {
  return { ...nameOf(computer), kind: computer.kind }
}

function nameOf({ name, line }: Match): Match {
  return { name, line }
}
