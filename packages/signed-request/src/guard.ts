import type { Decision, Guard } from '@gatehouse/core'
import type { Code } from './codes.ts'

/** Options of {@link signedRequestGuard}. */
export interface SignedRequestGuardOptions<Request> {
  /** Reads and verifies what a request carries: `readSignedRequest`, then `verifySignedRequest`. */
  readonly check: (request: Request) => Decision<Code> | Promise<Decision<Code>>
  /**
   * What the signature shows. Default `console`: the verdict that the check was given says whose the
   * certificate is. `key of the certificate`: it does not, or another guard says so.
   */
  readonly authenticates?: 'console' | 'key of the certificate'
}

/**
 * Signed requests as a guard for `compose`: the console is who it says it is, the request is as it was
 * signed, and it was not carried out before. It gives no privacy, and says nothing about users.
 */
export function signedRequestGuard<Request>({
  check,
  authenticates = 'console',
}: SignedRequestGuardOptions<Request>): Guard<Request, Code> {
  return Object.freeze({
    name: 'signed-request',
    provides: [{ guarantee: 'authentication', of: authenticates }, 'integrity', 'freshness'],
    reliesOn: [],
    check,
  } satisfies Guard<Request, Code>)
}
