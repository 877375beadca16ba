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
import { keyIdentifierOf, publicKeyOf } from './key.ts'
import { likenessOf, type Likeness } from './likeness.ts'
import { issueCertificate, selfIssuer, validityOf } from './signing.ts'
import { encodeSubject, MAX_COMMON_NAME } from './subject.ts'

/** Days that a certificate of a system is valid for by default. */
export const DEFAULT_DAYS = 365

/** What a system uses its certificate for: it serves, and it asks others. */
export const DEFAULT_PURPOSES: readonly Purpose[] = ['server', 'client']

/** Whose key a self-signed certificate is for, and when. */
interface SelfIssued {
  /** Private key. */
  readonly key: KeyObject
  /** First second of its validity. */
  readonly at: Date
  /** Default 365. */
  readonly days?: number
  /** 16 to 20 bytes, the first from 1 to 127. Default: 20 random bytes. */
  readonly serialNumber?: Uint8Array
}

/** What a self-signed certificate is made of. */
export interface SelfSignedOptions extends SelfIssued {
  /** All names and addresses of the system. Without a common name, the first of them becomes it. */
  readonly names: SubjectNames
  /** Default `server` and `client`. */
  readonly purposes?: readonly Purpose[]
}

/** What one is made of that takes the place of another. */
export interface SelfSignedLike extends SelfIssued {
  /**
   * A certificate whose subject, alternative names, key usage and purposes the new one has, byte for
   * byte. It may have had another key, and another issuer.
   */
  readonly like: Certificate
}

/**
 * Makes a certificate that a system vouches for itself with, until others pin it.
 *
 * @throws IssuingError for names that are none, none at all, or a key that would be refused; for one
 *   like that of an authority.
 * @throws RangeError for an `at` or `days` that no certificate can name.
 */
export function issueSelfSigned(options: SelfSignedOptions | SelfSignedLike): Certificate {
  const { key, at, days = DEFAULT_DAYS, serialNumber } = options
  const { subject, extensions } =
    'like' in options ? peerLikenessOf(options.like) : partsFor(options)
  const issuer = selfIssuer(subject, key)
  return issueCertificate({
    issuer,
    subject,
    publicKey: issuer.publicKey,
    validity: validityOf(at, days),
    extensions: [...extensions, ...keyIdentifiers(issuer.publicKey, issuer.keyIdentifier)],
    serialNumber,
  })
}

function partsFor({ key, names: given, purposes = DEFAULT_PURPOSES }: SelfSignedOptions): Likeness {
  const names = requireNames(canonicalNames(given))
  return {
    subject: encodeSubject(withCommonName(given, names)),
    extensions: [...usages(publicKeyOf(key), purposes), subjectAltName(names, true)],
  }
}

/** @throws IssuingError when the certificate is not one that a peer uses under a name. */
function peerLikenessOf(certificate: Certificate): Likeness {
  const { extensions, subject, sha256 } = certificate
  const source = { certificate: sha256 }
  if (extensions.basicConstraints?.value.isCa === true) {
    throw new IssuingError('authority-as-example', { source })
  }
  if (extensions.subjectAltName === undefined) throw new IssuingError('names-missing', { source })
  if (subject.parts.length === 0) throw new IssuingError('subject-missing', { source })
  return likenessOf(certificate)
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
    ...keyIdentifiers(publicKey, issuerKey),
    subjectAltName(names, hasSubject),
  ]
}

function keyIdentifiers(publicKey: PublicKeyInfo, issuerKey: Uint8Array): readonly Asn1[] {
  return [subjectKeyIdentifier(keyIdentifierOf(publicKey)), authorityKeyIdentifier(issuerKey)]
}

/** Key usage and purposes: RSA keys may also be what a client of TLS 1.2 encrypts for. */
export function usages(publicKey: PublicKeyInfo, purposes: readonly Purpose[]): readonly Asn1[] {
  const isRsa = publicKey.examined.rsaBits !== undefined
  return [
    keyUsage(isRsa ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature']),
    extKeyUsage(purposes),
  ]
}
