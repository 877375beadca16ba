import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { NONE } from './grant-table.ts'
import type { Caller, State } from './model.ts'
import { refuseCaller } from './request.ts'
import { rankOf } from './run.ts'
import { principalsOf, refuseSignIn } from './sign-in.ts'
import { indexOf } from './state.ts'

/**
 * The systems that a caller may know of: those where it has an enabled toolbox, of whatever tools.
 * All others are to be kept from it as if they did not exist.
 *
 * @returns Names in the order of the file; none without a state, and for a caller that may not sign in.
 */
export function listSystems(state: State | NoPolicy, caller: Caller): readonly string[] {
  if (isNoPolicy(state) || refuseCaller(caller) !== undefined) return []
  const index = indexOf(state)
  const principals = principalsOf(index, caller)
  if (refuseSignIn(state, principals, caller.signInAddress) !== undefined) return []
  return state.systems
    .filter((_, system) => rankOf(index, principals, index.enabled, system) !== NONE)
    .map(({ name }) => name)
}
