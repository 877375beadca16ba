import { isNoPolicy, policyInForce, type Guard, type PolicySource } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'

/** What {@link guard} states while the file in force is the one that the vendor ships. */
export const VENDOR_DEFAULT_OPENING = 'vendor-default-allow-all'

/**
 * Makes a guard of a policy, or of a holder whose policy is looked up at each request.
 *
 * It provides `authorization` and nothing else. It relies on somebody to authenticate the user name,
 * which the caller only claims, and the peer's address, and to keep the request from being changed.
 */
export function guard(policy: PolicySource<Policy>): Guard<Request, Code> {
  return Object.freeze({
    name: 'bmc-authorization',
    provides: Object.freeze(['authorization'] as const),
    reliesOn: Object.freeze([
      Object.freeze({ guarantee: 'authentication', of: 'user name' } as const),
      Object.freeze({ guarantee: 'authentication', of: 'peer address' } as const),
      Object.freeze({ guarantee: 'integrity', of: 'request' } as const),
    ]),
    get openings() {
      const current = policyInForce(policy)
      const isOpen = !isNoPolicy(current) && allowsAll(current)
      return isOpen ? [VENDOR_DEFAULT_OPENING] : []
    },
    check: (request: Request) => check(policyInForce(policy), request),
  })
}

function allowsAll({ permission, computers }: Policy): boolean {
  return permission?.level === 'MANAGE' && computers.length === 0
}
