import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SealedMessage } from '../model.ts'
import type { LocalizedKeys } from './localized-keys.ts'
import { AUTH_ALGORITHMS } from './protocols.ts'

const ZEROS = new Uint8Array(Math.max(...Object.values(AUTH_ALGORITHMS).map((a) => a.digestLength)))

/**
 * The digest of a message, which stands for as many zeros while it is made (RFC 3414 sections 6.3
 * and 7.3, RFC 7860 section 4.2).
 *
 * @param at - Where its octets stand in the message.
 */
export function digestOf(octets: Uint8Array, at: number, auth: LocalizedKeys['auth']): Uint8Array {
  const { hash, digestLength } = AUTH_ALGORITHMS[auth.protocol]
  return createHmac(hash, auth.key)
    .update(octets.subarray(0, at))
    .update(ZEROS.subarray(0, digestLength))
    .update(octets.subarray(at + digestLength))
    .digest()
    .subarray(0, digestLength)
}

/** Whether the digest in a message is the right one; how long it takes does not depend on its octets. */
export function hasRightDigest(message: SealedMessage, auth: LocalizedKeys['auth']): boolean {
  const { octets, authAt, authLength } = message
  if (authLength !== AUTH_ALGORITHMS[auth.protocol].digestLength) return false
  const digest = octets.subarray(authAt, authAt + authLength)
  return timingSafeEqual(digestOf(octets, authAt, auth), digest)
}
