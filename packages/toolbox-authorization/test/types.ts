import type { Decision, Verified } from '@gatehouse/core'
import { check, type Code, type Request, type State } from '../src/index.ts'

declare const state: State
declare const request: Request
declare const text: string
declare const authenticated: Verified<string>

export const decision: Decision<Code> = check(state, request)

export const stronger: Decision<Code> = check(state, { ...request, user: authenticated })

// @ts-expect-error -- a plain string is neither a claim nor verified
check(state, { ...request, user: text })

// @ts-expect-error -- a caller without groups says so
check(state, { user: authenticated, tool: text, targets: [] })

// @ts-expect-error -- a state cannot be edited in place
state.authorizations.push()
