import { parseAddress } from '@gatehouse/address-set'
import { deny, type Deny } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Caller, Request } from './model.ts'

/** Most groups of one caller. */
export const MAX_CALLER_GROUPS = 1000

/** Most targets that one request may name. */
export const MAX_TARGETS = 10_000

/** Refuses a caller whose fields are not what they say; `undefined`: a sound one. */
export function refuseCaller(caller: Caller): Deny<Code> | undefined {
  if (typeof caller !== 'object' || caller === null) return MALFORMED.request
  if (!isText(caller.user)) return MALFORMED.user
  if (!Array.isArray(caller.groups) || caller.groups.length > MAX_CALLER_GROUPS) {
    return MALFORMED.groups
  }
  if (!areTexts(caller.groups)) return MALFORMED.groups
  const address: unknown = caller.signInAddress
  if (address === undefined) return undefined
  const isAddress = typeof address === 'string' && parseAddress(address) !== undefined
  return isAddress ? undefined : MALFORMED.signInAddress
}

/** Refuses a request whose fields are not what they say; `undefined`: a sound one. */
export function refuse(request: Request): Deny<Code> | undefined {
  const refusal = refuseCaller(request)
  if (refusal !== undefined) return refusal
  if (!isText(request.tool)) return MALFORMED.tool
  if (!Array.isArray(request.targets)) return MALFORMED.targets
  if (request.targets.length > MAX_TARGETS) return TOO_MANY_TARGETS
  return areTexts(request.targets) ? undefined : MALFORMED.targets
}

/** The refusal of a request for one of its fields. */
export function malformed(request: string): Deny<Code> {
  return deny({ code: 'request-malformed', source: Object.freeze({ request }) })
}

const MALFORMED = {
  request: malformed('request'),
  user: malformed('user'),
  groups: malformed('groups'),
  signInAddress: malformed('signInAddress'),
  tool: malformed('tool'),
  targets: malformed('targets'),
} as const

const TOO_MANY_TARGETS: Deny<Code> = deny({
  code: 'too-many-targets',
  source: Object.freeze({ request: 'targets' }),
})

/** By index, so that a hole in the array is looked at as well. */
function areTexts(values: readonly unknown[]): boolean {
  for (let index = 0; index < values.length; index += 1) {
    if (!isText(values[index])) return false
  }
  return true
}

/** Whether a value is a string that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
