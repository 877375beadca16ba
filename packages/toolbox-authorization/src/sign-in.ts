import {
  allow,
  deny,
  isNoPolicy,
  type Decision,
  type LineSource,
  type NoPolicy,
  type Reason,
} from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Account, Caller, State } from './model.ts'
import { refuseCaller } from './request.ts'
import type { StateIndex } from './state-index.ts'
import { indexOf } from './state.ts'

/**
 * Decides the two questions that come before credentials: is the account known, and may its address
 * sign in? Checking the credentials is for somebody else, and comes after.
 *
 * An account is known when the user or one of the user's groups is listed. Ranges of all of them
 * count together: an exclusion of any refuses, an inclusion of any admits, and where any has
 * inclusions an address outside all of them is refused.
 */
export function checkSignIn(state: State | NoPolicy, caller: Caller): Decision<Code> {
  if (isNoPolicy(state)) return state.decision
  const refusal = refuseCaller(caller)
  if (refusal !== undefined) return refusal
  const principals = principalsOf(indexOf(state), caller)
  const reason = refuseSignIn(state, principals, caller.signInAddress)
  if (reason !== undefined) return deny(reason)
  return allow({
    code: 'sign-in-permitted',
    source: sourceOf(indexOf(state), principals[0] as number),
  })
}

/** Numbers of the user and the groups of a caller, as far as they are listed, each once. */
export function principalsOf(index: StateIndex, { user, groups }: Caller): readonly number[] {
  const own = index.findUser(user)
  const found = own === -1 ? [] : [own]
  for (const name of groups) {
    const group = index.findUserGroup(name)
    if (group !== -1 && !found.includes(group)) found.push(group)
  }
  return found
}

/** Why a caller may not sign in; `undefined`: it may. */
export function refuseSignIn(
  state: State,
  principals: readonly number[],
  address: string | undefined,
): Reason<Code> | undefined {
  if (principals.length === 0) return { code: 'user-unknown', source: { file: fileOf(state) } }
  const index = indexOf(state)
  if (!index.hasRanges) return undefined
  let notIncluded: number | undefined
  let isIncluded = false
  for (const principal of principals) {
    const ranges = index.rangesOf(principal)
    if (ranges === undefined) continue
    const code = address === undefined ? 'sign-in-address-missing' : ranges.refuse(address)
    if (code === 'sign-in-address-not-included') notIncluded ??= principal
    else if (code !== undefined) return { code, source: sourceOf(index, principal) }
    else isIncluded ||= ranges.hasInclusions
  }
  if (notIncluded === undefined || isIncluded) return undefined
  return { code: 'sign-in-address-not-included', source: sourceOf(index, notIncluded) }
}

function sourceOf(index: StateIndex, principal: number): LineSource {
  return (index.accounts[principal] as Account).source
}

function fileOf({ files }: State): string {
  return files.users ?? 'users'
}
