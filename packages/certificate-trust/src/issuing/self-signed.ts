import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import type { Purpose } from '../options.ts'
import type { PublicKeyInfo } from '../signature/public-key.ts'
import type { Asn1 } from './asn1.ts'
import {
  canonicalNames,
  isEmpty,
  type CanonicalNames,
  type SubjectNames,
} from './alternative-names.ts'
import { IssuingError } from './codes.ts'
import {
  authorityKeyIdentifier,
  extKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './extension.ts'
import { keyIdentifierOf } from './key.ts'
import { issueCertificate, selfIssuer, validityOf } from './signing.ts'
import { encodeSubject, MAX_COMMON_NAME } from './subject.ts'

/** Days that a certificate of a system is valid for by default. */
export const DEFAULT_DAYS = 365

/** What a system uses its certificate for: it serves, and it asks others. */
export const DEFAULT_PURPOSES: readonly Purpose[] = ['server', 'client']

/** What a self-signed certificate is made of. */
export interface SelfSignedOptions {
  /** Private key. */
  readonly key: KeyObject
  /** All names and addresses of the system. Without a common name, the first of them becomes it. */
  readonly names: SubjectNames
  /** First second of its validity. */
  readonly at: Date
  /** Default 365. */
  readonly days?: number
  /** Default `server` and `client`. */
  readonly purposes?: readonly Purpose[]
  /** 16 to 20 bytes, the first from 1 to 127. Default: 20 random bytes. */
  readonly serialNumber?: Uint8Array
}

/**
 * Makes a certificate that a system vouches for itself with, until others pin it.
 *
 * @throws IssuingError for names that are none, none at all, or a key that would be refused.
 * @throws RangeError for an `at` or `days` that no certificate can name.
 */
export function issueSelfSigned(options: SelfSignedOptions): Certificate {
  const { key, days = DEFAULT_DAYS, purposes = DEFAULT_PURPOSES } = options
  const names = requireNames(canonicalNames(options.names))
  const subject = encodeSubject(withCommonName(options.names, names))
  const issuer = selfIssuer(subject, key)
  return issueCertificate({
    issuer,
    subject,
    publicKey: issuer.publicKey,
    validity: validityOf(options.at, days),
    extensions: peerExtensions(issuer.publicKey, purposes, names, {
      hasSubject: true,
      issuerKey: issuer.keyIdentifier,
    }),
    serialNumber: options.serialNumber,
  })
}

/** @throws IssuingError when there is no name that decides. */
export function requireNames(names: CanonicalNames): CanonicalNames {
  if (isEmpty(names)) throw new IssuingError('names-missing')
  return names
}

function withCommonName(given: SubjectNames, names: CanonicalNames): SubjectNames {
  if (given.commonName !== undefined) return given
  const all = [...names.dns, ...names.addresses, ...names.mail]
  const commonName = all.find((name) => name.length <= MAX_COMMON_NAME)
  if (commonName === undefined) throw new IssuingError('subject-missing')
  return { ...given, commonName }
}

/** Extensions of a certificate that a peer uses. */
export function peerExtensions(
  publicKey: PublicKeyInfo,
  purposes: readonly Purpose[],
  names: CanonicalNames,
  { hasSubject, issuerKey }: { readonly hasSubject: boolean; readonly issuerKey: Uint8Array },
): readonly Asn1[] {
  return [
    ...usages(publicKey, purposes),
    subjectKeyIdentifier(keyIdentifierOf(publicKey)),
    authorityKeyIdentifier(issuerKey),
    subjectAltName(names, hasSubject),
  ]
}

/** Key usage and purposes: RSA keys may also be what a client of TLS 1.2 encrypts for. */
export function usages(publicKey: PublicKeyInfo, purposes: readonly Purpose[]): readonly Asn1[] {
  const isRsa = publicKey.examined.rsaBits !== undefined
  return [
    keyUsage(isRsa ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature']),
    extKeyUsage(purposes),
  ]
}
