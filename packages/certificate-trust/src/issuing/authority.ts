import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import { hasKeyUsage } from '../certificate/extensions.ts'
import { DerReader, TAG } from '../der/reader.ts'
import type { Purpose } from '../options.ts'
import type { CertificateRequest } from '../request/certificate-request.ts'
import { verify } from '../verify.ts'
import type { AlternativeNames } from './alternative-names.ts'
import {
  issuedSubject,
  joinNames,
  requestedNames,
  requireAllowed,
  type AllowedNames,
} from './allowed-names.ts'
import { IssuingError } from './codes.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
} from './extension.ts'
import { keyIdentifierOf, publicKeyOf } from './key.ts'
import { requireInOrder } from './request.ts'
import { DEFAULT_DAYS, peerExtensions, requireNames } from './self-signed.ts'
import { issueCertificate, selfIssuer, validityOf, type Issuer, type Validity } from './signing.ts'
import { encodeSubject, type SubjectAttributes } from './subject.ts'

/** A certificate authority: its certificate and its private key. */
export interface Authority {
  /** Says that it may issue. */
  readonly certificate: Certificate
  /** Private key of that certificate. */
  readonly key: KeyObject
}

/** What the certificate of an authority is made of. */
export interface AuthorityOptions {
  /** Private key of the new authority. */
  readonly key: KeyObject
  /** Its subject; there must be one. */
  readonly names: SubjectAttributes
  /** First second of its validity. */
  readonly at: Date
  /** Whole days that it is valid for. */
  readonly days: number
  /** How many authorities may stand below it in a chain. Default: any number. */
  readonly pathLength?: number
  /** The authority above. Default: none, it is a root. */
  readonly issuer?: Authority
  /** 16 to 20 bytes, the first from 1 to 127. Default: 20 random bytes. */
  readonly serialNumber?: Uint8Array
}

/**
 * Makes the certificate of an authority: a root, or one below another.
 *
 * It is for labs and tests: keys lie in files, and nobody keeps a record but the caller.
 *
 * @throws IssuingError for a subject that is none, a key that would be refused, or when the authority
 *   above may not issue it.
 * @throws RangeError for an `at`, `days` or `pathLength` that no certificate can name.
 */
export function createAuthority(options: AuthorityOptions): Certificate {
  const { key, pathLength, at } = options
  if (pathLength !== undefined && !(Number.isSafeInteger(pathLength) && pathLength >= 0)) {
    throw new RangeError('`pathLength` is no number of authorities')
  }
  const validity = validityOf(at, options.days)
  const subject = encodeSubject(options.names)
  if (isEmptyName(subject)) throw new IssuingError('subject-missing')
  const above = options.issuer
  if (above !== undefined) requireAuthority(above, validity)
  if (above !== undefined) requireRoomBelow(above.certificate, pathLength)
  const issuer = above === undefined ? selfIssuer(subject, key) : issuerOf(above)
  const publicKey = publicKeyOf(key)
  const certificate = issueCertificate({
    issuer,
    subject,
    publicKey,
    validity,
    extensions: [
      basicConstraints(pathLength),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifierOf(publicKey)),
      authorityKeyIdentifier(issuer.keyIdentifier),
    ],
    serialNumber: options.serialNumber,
  })
  if (above !== undefined) requireTrusted(certificate, above.certificate, at, [undefined])
  return certificate
}

/** What is issued to whom. */
export interface IssueOptions {
  /** Who asks, for which key. */
  readonly request: CertificateRequest
  /** Who issues. */
  readonly issuer: Authority
  /** First second of its validity. */
  readonly at: Date
  /** Default 365. */
  readonly days?: number
  /** What the certificate may be used for, whatever the request asks for. */
  readonly purposes: readonly [Purpose, ...Purpose[]]
  /** Names that the request may ask for; `as-requested`: all, with the whole subject. */
  readonly allow: AllowedNames | 'as-requested'
  /** Names that the issuer adds, for requests that have only a common name. Default: none. */
  readonly names?: AlternativeNames
  /** 16 to 20 bytes, the first from 1 to 127. Default: 20 random bytes. */
  readonly serialNumber?: Uint8Array
}

/**
 * Issues a certificate for the key of a request.
 *
 * Of the request it takes the key and those names that are allowed, and refuses the request when it
 * asks for another. No extension is copied: usages and purposes are those given here.
 *
 * @throws IssuingError when the request is not in order, asks for a name that is not allowed, or when
 *   the issuer may not issue it.
 * @throws RangeError for an `at` or `days` that no certificate can name.
 */
export function issueFromRequest(options: IssueOptions): Certificate {
  const { request, issuer: above, at, days = DEFAULT_DAYS, purposes, allow } = options
  requireInOrder(request)
  const asked = requestedNames(request)
  if (allow !== 'as-requested') requireAllowed(asked, allow)
  const names = requireNames(joinNames(asked, options.names ?? {}))
  const validity = validityOf(at, days)
  requireAuthority(above, validity)
  const issuer = issuerOf(above)
  const subject = issuedSubject(request, allow, names)
  const { publicKey } = request
  const certificate = issueCertificate({
    issuer,
    subject,
    publicKey,
    validity,
    extensions: peerExtensions(publicKey, purposes, names, {
      hasSubject: !isEmptyName(subject),
      issuerKey: issuer.keyIdentifier,
    }),
    serialNumber: options.serialNumber,
  })
  requireTrusted(certificate, above.certificate, at, purposes)
  return certificate
}

/** An authority as issuer; its key is the one that its certificate names. */
export function issuerOf({ certificate, key }: Authority): Issuer {
  const publicKey = publicKeyOf(key)
  if (Buffer.compare(publicKey.der, certificate.publicKey.der) !== 0) {
    throw new IssuingError('issuer-key-mismatch', sourceOf(certificate))
  }
  const { subjectKeyIdentifier: named } = certificate.extensions
  const keyIdentifier = named?.value ?? keyIdentifierOf(publicKey)
  return { name: certificate.subject.der, key, publicKey, keyIdentifier }
}

function requireAuthority({ certificate }: Authority, { from, until }: Validity): void {
  const { extensions, notBefore, notAfter } = certificate
  const isAuthority = extensions.basicConstraints?.value.isCa === true
  if (!isAuthority || !hasKeyUsage(certificate, 'keyCertSign')) {
    throw new IssuingError('issuer-not-authority', sourceOf(certificate))
  }
  if (from < notBefore || until > notAfter) {
    const facts = { from: textOf(notBefore), until: textOf(notAfter) }
    throw new IssuingError('beyond-issuer', { ...sourceOf(certificate), facts })
  }
}

function requireRoomBelow(certificate: Certificate, pathLength: number | undefined): void {
  const limit = certificate.extensions.basicConstraints?.value.pathLength ?? null
  if (limit === null) return
  if (limit === 0 || (pathLength !== undefined && pathLength >= limit)) {
    throw new IssuingError('issuer-path-length', {
      ...sourceOf(certificate),
      facts: { limit: String(limit) },
    })
  }
}

/** Constraints of the issuer and all else that the verifier knows; rules about form aside, which are not ours. */
function requireTrusted(
  certificate: Certificate,
  issuer: Certificate,
  at: Date,
  purposes: readonly (Purpose | undefined)[],
): void {
  for (const purpose of purposes) {
    const { decision } = verify([certificate], {
      at,
      anchors: [issuer],
      profile: 'rfc5280',
      deviations: 'tolerate',
      ...(purpose === undefined ? {} : { purpose }),
    })
    if (decision.outcome === 'allow') continue
    const [{ code, facts }] = decision.reasons
    const details = { ...sourceOf(issuer), facts: { cause: code, ...facts } }
    throw new IssuingError('refused-by-verifier', details)
  }
}

function isEmptyName(der: Uint8Array): boolean {
  return new DerReader(der).inside(TAG.sequence).isAtEnd
}

function sourceOf({ sha256 }: Certificate): { readonly source: { readonly certificate: string } } {
  return { source: { certificate: sha256 } }
}

function textOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
