import { claimed, isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { BoxIndex, maximal, trim } from './box-index.ts'
import { ANY_NAME, boxOf, exactly, meet, type Box } from './box.ts'
import type { Effect, Policy, Request } from './model.ts'
import { regionsOf, type OperationBox, type OperationRegion, type RequestBox } from './region.ts'
import { malformedField } from './request.ts'

/**
 * Lists the operations that are open to a user as regions: an operation is open exactly when it is
 * in one of them, and no region and no exception can be left out.
 *
 * Does not say what agents, microagents and methods exist. Reads the whole file.
 *
 * @param caller - User id as it would stand in a request.
 * @returns None when there is no policy or the id cannot stand in a request.
 */
export function whatCan(policy: Policy | NoPolicy, caller: string): OperationRegion[] {
  const request: Request = { ...SOME_REQUEST, user: claimed(caller) }
  if (isNoPolicy(policy) || malformedField(request) !== undefined) return []
  const restrictions = new BoxIndex(boxesFor(policy, 'restriction', caller))
  const open = maximal(trim(boxesFor(policy, 'grant', caller), restrictions))
  return regionsOf(open, restrictions).map((region) => ({
    ...withoutUser(region),
    except: region.except.map(withoutUser),
  }))
}

function withoutUser({ node, scopes, microagent, method, impacts }: RequestBox): OperationBox {
  return { node, scopes, microagent, method, impacts }
}

const SOME_REQUEST: Request = {
  user: claimed('anyone'),
  node: { name: 'any', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'any',
  method: 'any',
  impact: 'INFO',
}

/** The boxes of the lines for a user, as if they were for every user. */
function boxesFor(policy: Policy, effect: Effect, caller: string): Box[] {
  const own: Box = { spans: [exactly(caller), '*', '*', '*', '*', '*'], operations: -1 }
  return policy.entries.flatMap((entry) => {
    if (entry.effect !== effect) return []
    const { spans, operations } = boxOf(entry)
    const [user = ANY_NAME, ...columns] = spans
    const isOwn = meet({ spans: [user, '*', '*', '*', '*', '*'], operations }, own) !== undefined
    return isOwn ? [{ spans: [ANY_NAME, ...columns], operations }] : []
  })
}
