import { policyInForce, type Guard, type PolicySource } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Request, State } from './model.ts'

/**
 * Makes a guard of a state, or of a holder whose state is looked up at each request.
 *
 * It provides `authorization` and nothing else. It relies on somebody to authenticate the user name,
 * the groups of the user and the address, and to keep the request from being changed.
 */
export function guard(state: PolicySource<State>): Guard<Request, Code> {
  const relied = ['user name', 'user groups', 'sign-in address'].map((of) =>
    Object.freeze({ guarantee: 'authentication', of } as const),
  )
  return Object.freeze({
    name: 'toolbox-authorization',
    provides: Object.freeze(['authorization'] as const),
    reliesOn: Object.freeze([
      ...relied,
      Object.freeze({ guarantee: 'integrity', of: 'request' } as const),
    ]),
    check: (request: Request) => check(policyInForce(state), request),
  })
}
