import type { Decision } from '@gatehouse/core'
import { check, parse, type Code, type Policy, type Request } from '../src/index.ts'

declare const policy: Policy
declare const request: Request
declare const text: string

export const decision: Decision<Code> = check(policy, request)

// @ts-expect-error -- what a caller's host says of the user is a claim
check(policy, { ...request, client: { address: text, name: null, user: text } })

// @ts-expect-error -- there is no name without a verdict on it
check(policy, { ...request, client: { address: text } })

// @ts-expect-error -- a file that is missing is said to be so
parse({ allow: text })

// @ts-expect-error -- a policy cannot be edited in place
policy.profile = 'libwrap'
