import { allow, deny, type Decision, type Deny } from '@gatehouse/core'
import { Certificate } from '../certificate/certificate.ts'
import { malformedReason, readEncoded } from '../input/encoded.ts'
import type { TrustCode } from './codes.ts'
import type { TrustSettings } from './settings.ts'
import type { TrustedCertificate } from './trust-list.ts'

/** A certificate that came over the network and that nobody has confirmed. It is trusted for nothing. */
export interface PullOffer {
  readonly needs: 'confirmation'
  /** What a person compares with the system itself: SHA-256, lower-case hexadecimal. */
  readonly sha256: string
  readonly certificate: Certificate
}

/**
 * Decides whether a certificate may be imported over the network at all: not where trusted ones are
 * required, as whoever sits on the way there could have any other imported.
 *
 * @returns `allow` with `confirmation-needed`, or `deny` with `pull-refused`.
 */
export function decidePull({ requireTrustedCertificates }: TrustSettings): Decision<TrustCode> {
  return requireTrustedCertificates === true
    ? deny({ code: 'pull-refused' })
    : allow({ code: 'confirmation-needed' })
}

/**
 * A pulled certificate as an offer to a person.
 *
 * @param bytes - DER, as the peer sent it.
 * @returns The offer, or `deny` with `pull-refused` or `certificate-malformed`.
 */
export function offerPulled(
  settings: TrustSettings,
  bytes: Uint8Array,
): PullOffer | Deny<TrustCode> {
  const decision = decidePull(settings)
  if (decision.outcome === 'deny') return decision
  const certificate = readEncoded(bytes)
  if (!(certificate instanceof Certificate)) return deny(malformedReason(bytes, certificate))
  return Object.freeze({ needs: 'confirmation', sha256: certificate.sha256, certificate })
}

/**
 * Takes what a person typed from the system's own display for the fingerprint of an offer.
 *
 * All 64 digits are needed, in any case, with or without colons and blanks. Do not fill them in for
 * the person: then nothing is confirmed.
 *
 * @returns An entry for a list, or `deny` with `fingerprint-mismatch`.
 */
export function confirmPull(
  { certificate }: PullOffer,
  typed: string,
  entry: Omit<TrustedCertificate, 'certificate'>,
): TrustedCertificate | Deny<TrustCode> {
  if (foldFingerprint(typed) === certificate.sha256) return { ...entry, certificate }
  return deny({ code: 'fingerprint-mismatch', source: { certificate: certificate.sha256 } })
}

/** A fingerprint as people and other programs write it, in the one form that is compared. */
function foldFingerprint(text: string): string {
  return text.replaceAll(/[\s:]/g, '').toLowerCase()
}
