import type { Decision, Verified } from '@gatehouse/core'
import { check, vendorDefaultPolicy, type Code, type Policy, type Request } from '../src/index.ts'

declare const policy: Policy
declare const request: Request
declare const text: string
declare const authenticated: Verified<string>

export const decision: Decision<Code> = check(policy, request)

// @ts-expect-error -- a plain string is not a claim
check(policy, { ...request, claimedUser: text })

// @ts-expect-error -- the file compares what the caller claims, and says so
check(policy, { ...request, claimedUser: authenticated })

// @ts-expect-error -- there is no name without a verdict on it
check(policy, { ...request, peer: { address: '192.0.2.7' } })

// @ts-expect-error -- a policy cannot be edited in place
policy.permission = null

// @ts-expect-error -- a flag is no consent
vendorDefaultPolicy(true)
