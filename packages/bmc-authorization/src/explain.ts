import type { Address } from '@gatehouse/address-set'
import { isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import { needed } from './actions.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Computer, ComputerMatch, Explanation, Match, Policy, Request } from './model.ts'
import { indexOf } from './policy.ts'
import { addressOf, refuse, type SoundRequest } from './request.ts'
import { smallestEdit } from './smallest-edit.ts'

/**
 * Tells why a request is decided as it is: the level granted and needed, the node that granted it,
 * the entries that matched but were outranked, and the smallest edit that would change the outcome.
 *
 * A log of refusals can afford it: its cost does not grow with the number of computers, save that one
 * call for a policy may look through all of them.
 */
export function explain(policy: Policy | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  const address = addressOf(request)
  if (isNoPolicy(policy) || refuse(request, address) !== undefined) return unasked(decision)
  const { action, peer, claimedUser } = request as SoundRequest
  const found = indexOf(policy).explain(address as Address, peer.verifiedName, claimedUser)
  const [best, ...outranked] = found.computers
  const granted = found.ruling.level
  const least = needed(action, request)
  const edit = smallestEdit(policy, { computer: best, user: found.user, granted, needed: least })
  return {
    decision,
    granted,
    needed: least,
    decidedBy: found.ruling.decidedBy,
    computer: best === undefined ? null : matchOf(best),
    user: found.user === undefined ? null : nameOf(found.user),
    outranked: outranked.map(matchOf),
    ...(edit === undefined ? {} : { smallestEdit: edit }),
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
