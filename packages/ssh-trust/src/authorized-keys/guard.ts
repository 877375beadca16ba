import { deny, type Guard } from '@gatehouse/core'

import { authorize, type LoginStore } from './authorize.ts'
import type { LoginCode } from './codes.ts'
import type { LoginOptions } from './profile.ts'
import type { LoginEffects, LoginRequest } from './request.ts'

/** Where {@link loginGuard} finds what it decides about. */
export interface LoginGuardOptions<Request> extends LoginOptions {
  /** The login that a request is; nothing where it shows no key. */
  readonly loginOf: (request: Request) => LoginRequest | undefined
  /** The files of the account that is asked for, fit to be trusted (`checkStrictModes`). */
  readonly storeOf: (login: LoginRequest) => LoginStore
  /**
   * Is given what comes with a login that is allowed, to keep it: a forced command, no forwarding. A throw
   * refuses the login.
   */
  readonly keep: (request: Request, effects: LoginEffects) => void
}

/**
 * Logins as a guard for `compose`: whoever comes may use the account, for whoever has verified the signature
 * of the login. The effects of the line are handed to `keep`, since a decision of several guards has none.
 */
export function loginGuard<Request>({
  loginOf,
  storeOf,
  keep,
  ...options
}: LoginGuardOptions<Request>): Guard<Request, LoginCode> {
  return Object.freeze({
    name: 'ssh-login',
    provides: [{ guarantee: 'authentication', of: 'user name' }],
    reliesOn: [{ guarantee: 'authentication', of: 'login key' }],
    openings: options.profile === 'openssh' ? ['profile openssh'] : [],
    check: (request: Request) => {
      const login = loginOf(request)
      if (login === undefined) {
        return deny<LoginCode>({ code: 'request-malformed', source: { request: 'key' } })
      }
      const decision = authorize(login, storeOf(login), options)
      if (decision.outcome === 'allow') keep(request, decision.effects)
      return decision
    },
  } satisfies Guard<Request, LoginCode>)
}
