import { createHmac } from 'node:crypto'

const UTF8 = new TextEncoder()

/** Most octets of a community that the daemon ever matches. */
export const MAX_COMMUNITY_OCTETS = 255

/** Shortest key of {@link communityDigest}, in octets. */
const MIN_KEY_OCTETS = 16

/** The octets of a community given as text: its UTF-8 form. */
export function communityOctets(text: string): Uint8Array {
  return UTF8.encode(text)
}

/** Whether two communities are the same: octet by octet, with their length. */
export function sameCommunity(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index])
}

/**
 * A community as it may stand in a log: 16 hexadecimal digits that tell equal from different.
 *
 * Communities are short and easily guessed, so the digest is keyed; whoever has the key can try
 * guesses. It is no check of a community.
 *
 * @param key - At least 16 random octets, kept as a secret by the one who writes the log.
 * @throws TypeError for a shorter key.
 */
export function communityDigest(community: Uint8Array, key: Uint8Array): string {
  if (key.length < MIN_KEY_OCTETS) throw new TypeError('key of fewer than 16 octets')
  return createHmac('sha256', key).update(community).digest('hex').slice(0, 16)
}
