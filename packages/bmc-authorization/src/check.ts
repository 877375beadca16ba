import type { Address } from '@gatehouse/address-set'
import { isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import { needed } from './actions.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import { coreOf } from './policy.ts'
import { addressOf, refuse, type SoundRequest } from './request.ts'

/**
 * Decides one request by the file: the level that the tree grants against the level that the action needs.
 *
 * It does not know whether the user is who it claims to be, nor whether the address is the caller's own.
 * The decisions are frozen and made once a node; comparing them by identity is not promised.
 *
 * @returns `allow` with `level-suffices`; `deny` with `level-too-low` or `no-permission-set`, each with
 * the line of the `PERMISSION` that applied; `deny` with `request-malformed` or `unknown-action` and the
 * field; or the refusal of a {@link NoPolicy}, which refuses what level `NONE` may do as well.
 */
export function check(policy: Policy | NoPolicy, request: Request): Decision<Code> {
  if (isNoPolicy(policy)) return policy.decision
  const address = addressOf(request)
  const refusal = refuse(request, address)
  if (refusal !== undefined) return refusal
  const sound = request as SoundRequest
  const { index, answers } = coreOf(policy)
  return answers.of(index.rulingFor(sound, address as Address), needed(sound.action, sound))
}
