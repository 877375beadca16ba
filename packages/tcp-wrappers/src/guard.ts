import {
  isNoPolicy,
  policyInForce,
  type Guard,
  type PolicySource,
  type Reliance,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'

/** What libwrap leaves open, and {@link guard} states while a policy of that profile is in force. */
export const LIBWRAP_OPENINGS = [
  'libwrap-grants-by-default',
  'libwrap-missing-file-is-empty',
  'libwrap-skips-malformed-lines',
  'libwrap-ignores-rest-of-file',
  'libwrap-name-satisfies-address-pattern',
] as const

const ADDRESS: Reliance = Object.freeze({ guarantee: 'authentication', of: 'peer address' })
const NAME: Reliance = Object.freeze({ guarantee: 'authentication', of: 'host name' })
const USER: Reliance = Object.freeze({ guarantee: 'authentication', of: 'user name' })

/**
 * Makes a guard of a policy, or of a holder whose policy is looked up at each request.
 *
 * It provides `authorization` of the connection and nothing else. What it relies on, and what it
 * leaves open, is that of the policy in force: host names and users only where a rule asks for them.
 */
export function guard(source: PolicySource<Policy>): Guard<Request, Code> {
  return Object.freeze({
    name: 'tcp-wrappers',
    provides: Object.freeze(['authorization'] as const),
    get reliesOn() {
      const policy = policyInForce(source)
      if (isNoPolicy(policy)) return [ADDRESS]
      const { usesNames, usesUsers } = policy
      return [ADDRESS, ...(usesNames ? [NAME] : []), ...(usesUsers ? [USER] : [])]
    },
    get openings() {
      const policy = policyInForce(source)
      return !isNoPolicy(policy) && policy.profile === 'libwrap' ? LIBWRAP_OPENINGS : []
    },
    check: (request: Request) => check(policyInForce(source), request),
  })
}
