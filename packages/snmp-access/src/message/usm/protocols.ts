/** A digest protocol: HMAC-MD5-96, HMAC-SHA-96 (RFC 3414) and those of RFC 7860. */
export type AuthProtocol = 'MD5' | 'SHA' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/**
 * A cipher: AES in CFB mode (RFC 3826), for 192 and 256 bits with the key made longer as
 * draft-blumenthal-aes-usm says, or with `-C` as draft-reeder-snmpv3-usm-3desede (Cisco) does.
 *
 * DES (RFC 3414 section 8) is not there: its keys have 56 bits, so that whoever records a message
 * can try them all, and OpenSSL 3 no longer has it outside its legacy provider.
 */
export type PrivProtocol = 'AES' | 'AES-192' | 'AES-256' | 'AES-192-C' | 'AES-256-C'

/** What a digest protocol needs to be computed. */
export interface AuthAlgorithm {
  /** Name of the hash in node:crypto. */
  readonly hash: string
  /** Octets of the hash, and of a key. */
  readonly keyLength: number
  /** Octets of the authentication parameters: the HMAC is cut to them. */
  readonly digestLength: number
}

/** What a cipher needs to be computed. */
export interface PrivAlgorithm {
  /** Name of the cipher in node:crypto. */
  readonly cipher: string
  /** Octets of a key. */
  readonly keyLength: number
  /** How a localised key that is too short is made longer. */
  readonly extension: 'blumenthal' | 'reeder'
}

/** RFC 3414 sections 6 and 7, RFC 7860 section 4.2.2. */
export const AUTH_ALGORITHMS: Readonly<Record<AuthProtocol, AuthAlgorithm>> = {
  MD5: { hash: 'md5', keyLength: 16, digestLength: 12 },
  SHA: { hash: 'sha1', keyLength: 20, digestLength: 12 },
  'SHA-224': { hash: 'sha224', keyLength: 28, digestLength: 16 },
  'SHA-256': { hash: 'sha256', keyLength: 32, digestLength: 24 },
  'SHA-384': { hash: 'sha384', keyLength: 48, digestLength: 32 },
  'SHA-512': { hash: 'sha512', keyLength: 64, digestLength: 48 },
}

/** RFC 3826 and the drafts that {@link PrivProtocol} names. */
export const PRIV_ALGORITHMS: Readonly<Record<PrivProtocol, PrivAlgorithm>> = {
  AES: { cipher: 'aes-128-cfb', keyLength: 16, extension: 'blumenthal' },
  'AES-192': { cipher: 'aes-192-cfb', keyLength: 24, extension: 'blumenthal' },
  'AES-256': { cipher: 'aes-256-cfb', keyLength: 32, extension: 'blumenthal' },
  'AES-192-C': { cipher: 'aes-192-cfb', keyLength: 24, extension: 'reeder' },
  'AES-256-C': { cipher: 'aes-256-cfb', keyLength: 32, extension: 'reeder' },
}
