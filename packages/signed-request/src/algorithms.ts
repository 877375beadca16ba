import { constants, sign, verify, type KeyObject } from 'node:crypto'
import type { Deny } from '@gatehouse/core'
import { refuse, type Code } from './codes.ts'

/** Algorithms of RFC 9421, 3.3, that are taken. The others: see the README. */
export const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const

/** Name of an algorithm in the registry of RFC 9421, 6.2.2. */
export type Algorithm = (typeof ALGORITHMS)[number]

/** Shortest RSA key, in bits, as certificates are held to (CA/Browser Forum, 6.1.5). */
const MIN_RSA_BITS = 2048

/** Longest RSA key, in bits: a longer one makes each check cost milliseconds. */
const MAX_RSA_BITS = 8192

/** Bytes of salt, as many as of the hash (RFC 9421, 3.3.1). */
const SALT_BYTES = 64

/** Whether a text names an algorithm that is taken. */
export function isAlgorithm(text: string): text is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(text)
}

/**
 * The one algorithm that a key signs with: the key says which, never the message.
 *
 * @param key - Public or private.
 * @returns A refusal with `key-unsupported` or `key-too-short` for any other key.
 */
export function algorithmOf(key: KeyObject): Algorithm | Deny<Code> {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'ed25519') return 'ed25519'
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256'
  if (type !== 'rsa') {
    const kind = details?.namedCurve ?? type ?? key.type
    return refuse('key-unsupported', 'keyid', { key: kind })
  }
  const bits = details?.modulusLength ?? 0
  if (bits < MIN_RSA_BITS) return refuse('key-too-short', 'keyid', { bits: String(bits) })
  if (bits > MAX_RSA_BITS) return refuse('key-unsupported', 'keyid', { key: `rsa of ${bits} bits` })
  return 'rsa-pss-sha512'
}

/** Signs a signature base (RFC 9421, 3.1). ECDSA gives `r` and `s` as 64 raw bytes. */
export function signBase(algorithm: Algorithm, key: KeyObject, base: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 'ed25519':
      return sign(null, base, key)
    case 'ecdsa-p256-sha256':
      return sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' })
    case 'rsa-pss-sha512':
      return sign('sha512', base, { key, ...PSS })
  }
}

/**
 * Whether a signature is that of a key over a signature base (RFC 9421, 3.2).
 *
 * Does not check that the algorithm is that of the key: see {@link algorithmOf}.
 */
export function verifyBase(
  algorithm: Algorithm,
  key: KeyObject,
  base: Uint8Array,
  signature: Uint8Array,
): boolean {
  switch (algorithm) {
    case 'ed25519':
      return verify(null, base, key, signature)
    case 'ecdsa-p256-sha256':
      return verify('sha256', base, { key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'rsa-pss-sha512':
      return verify('sha512', base, { key, ...PSS }, signature)
  }
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES } as const
