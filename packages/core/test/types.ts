import type { Claimed, Decision, Verified } from '../src/index.ts'
import { claimed } from '../src/index.ts'

declare function runAs(user: Verified<string>): void
declare const decision: Decision<'granted'>

// @ts-expect-error -- a claim is not verified
runAs(claimed('ops'))
// @ts-expect-error -- a bare string is neither
export const user: Claimed<string> = 'ops'
// @ts-expect-error -- the code is not one of the table
export const code: 'other' = decision.reasons[0].code
