import type { PublicKey } from '../key/model.ts'
import type { SignatureType } from './signature.ts'

/** Most principals of a certificate, as in OpenSSH (`SSHKEY_CERT_MAX_PRINCIPALS`). */
export const MAX_PRINCIPALS = 256

/** One critical option or extension as it stands in the certificate. */
export interface CertificateOption {
  /** Its name, such as `force-command`. */
  readonly name: string
  /** Its value; empty for a flag, else what the name says: mostly one more length and a string. */
  readonly data: Uint8Array
}

/**
 * An OpenSSH certificate that was read strictly, and whose signature is that of {@link signatureKey}.
 *
 * It is a candidate, not trusted: whether the authority counts here, and whether time and names fit,
 * say `checkUserCertificate` and `checkHostCertificate`. Made by `parseCertificateBlob` only.
 */
export interface SshCertificate {
  /** Type inside the blob, such as `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string
  /** The plain key that is certified. */
  readonly key: PublicKey
  /** Serial number from the authority; 0 when it gives none. */
  readonly serial: bigint
  /** Whom it is for. */
  readonly kind: 'user' | 'host'
  /** Name that the authority gave it, for logs; escape it before you print it. */
  readonly keyId: string
  /** Account or host names that it is for; at most 256. None: for nobody. */
  readonly principals: readonly string[]
  /** First second at which it is valid, in seconds since 1970, UTC. */
  readonly validAfter: bigint
  /** First second at which it is no longer valid; 2^64 - 1 for no end. */
  readonly validBefore: bigint
  /** Options that must be understood, in their order. */
  readonly criticalOptions: readonly CertificateOption[]
  /** Options that may be ignored, in their order. */
  readonly extensions: readonly CertificateOption[]
  /** The authority's key. */
  readonly signatureKey: PublicKey
  /** How the authority signed; `ssh-rsa` is SHA-1. */
  readonly signatureType: SignatureType
  /** The whole certificate. */
  readonly blob: Uint8Array
}
