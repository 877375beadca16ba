import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import { checkSignature } from '../signature/signature.ts'
import { IssuingError } from './codes.ts'
import { publicKeyOf } from './key.ts'
import { ANY_STRENGTH } from './reply.ts'
import { issueSelfSigned } from './self-signed.ts'

/**
 * Whether a certificate should be renewed: when two thirds of its life are over, or all of it.
 *
 * A share of its life suits short ones as well as long ones. Of a year it leaves four months: whoever
 * renews in time never sees the first warning, 90 days before the end, and those who have pinned the
 * old certificate have time to take the new one.
 *
 * @throws RangeError when `at` is no date.
 */
export function renewalDue(certificate: Certificate, at: Date): boolean {
  return planRenewal(certificate, at).isDue
}

/** When a certificate is to be renewed, and by whom. */
export interface Renewal {
  /** Whether its time has come: see {@link renewalDue}. */
  readonly isDue: boolean
  /** First second in which it has. */
  readonly dueAt: Date
  /** Who makes the next one: whoever has the key, as it signed itself, or the authority that issued it. */
  readonly by: 'holder' | 'authority'
}

/**
 * When a certificate is to be renewed, and who makes the next one.
 *
 * @throws RangeError when `at` is no date.
 */
export function planRenewal(certificate: Certificate, at: Date): Renewal {
  const seconds = Math.floor(at.getTime() / 1000)
  if (Number.isNaN(seconds)) throw new RangeError('`at` is no date')
  const { notBefore, notAfter } = certificate
  const due = notBefore + Math.floor(((notAfter + 1 - notBefore) * 2) / 3)
  return {
    isDue: seconds >= due,
    dueAt: new Date(due * 1000),
    by: isSelfSigned(certificate) ? 'holder' : 'authority',
  }
}

/** Whose signature it is, not how much it is worth: a weak one is renewed as well. */
function isSelfSigned(certificate: Certificate): boolean {
  const { isSelfIssued, publicKey } = certificate
  return isSelfIssued && checkSignature(certificate, publicKey, ANY_STRENGTH) === undefined
}

/** What a certificate is renewed with. */
export interface RenewalOptions {
  /** Its private key, which stays. */
  readonly key: KeyObject
  /** First second of the new one. */
  readonly at: Date
  /** Default 365. */
  readonly days?: number
}

/**
 * Makes the next self-signed certificate for a key: with the subject, names, usages and purposes of the
 * one before, whether that is due or not. The old one stays as good as it was; whoever trusts it as
 * itself has to be given the new one.
 *
 * @throws IssuingError when an authority issued it, it is an authority's, or the key is another.
 * @throws RangeError for an `at` or `days` that no certificate can name.
 */
export function renewSelfSigned(certificate: Certificate, options: RenewalOptions): Certificate {
  const source = { certificate: certificate.sha256 }
  if (!isSelfSigned(certificate)) throw new IssuingError('issued-by-authority', { source })
  const own = publicKeyOf(options.key).der
  if (Buffer.compare(certificate.publicKey.der, own) !== 0) {
    throw new IssuingError('certificate-for-other-key', { source })
  }
  return issueSelfSigned({ ...options, like: certificate })
}
