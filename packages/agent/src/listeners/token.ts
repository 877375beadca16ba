import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Secret } from '@gatehouse/core'

/** Header in which the daemon shows the agent that it is the daemon. */
export const TOKEN_HEADER = 'x-gatehouse-token'

/** Header in which the daemon passes on by which ticket of the {@link SenderDesk} the sender is found. */
export const TICKET_HEADER = 'x-gatehouse-ticket'

/** Makes the token of one start: 256 random bits, never written anywhere. */
export function createToken(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** Whether a request carries the token. Takes the same time wherever the first difference is. */
export function carriesToken(token: Secret, presented: string | undefined): boolean {
  return timingSafeEqual(digest(token.expose()), digest(presented ?? ''))
}

/** Digests have one length, which the comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
