/** msgSecurityModel of the user-based model (RFC 3411 section 5). */
export const USM_SECURITY_MODEL = 3

/** Least that msgMaxSize may be (RFC 3412 section 6). */
export const MIN_MAX_SIZE = 484

/** Longest user name (RFC 3414 section 2.4). */
export const MAX_USER_OCTETS = 32

/** Whether it has the length of an engine id (RFC 3411 section 5), or of one that is to be discovered. */
export function isEngineId(octets: Uint8Array): boolean {
  return octets.length === 0 || (octets.length >= 5 && octets.length <= 32)
}
