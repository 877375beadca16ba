import {
  trustList,
  verifyTrusted,
  type Certificate,
  type EncodedChain,
  type TrustedCertificate,
  type TrustedRole,
  type TrustedVerification,
  type VerifyTrustedOptions,
} from '../../src/index.ts'
import { AT, issue, serverChanges, type Changes, type Holder } from '../writing/certificate.ts'

/** A certificate that a system made for itself. */
export function selfSigned(holder: Holder, changes: Changes = {}): Certificate {
  return issue(holder, holder, serverChanges(changes))
}

export function trusted(
  certificate: Certificate,
  role: TrustedRole,
  until?: Date,
): TrustedCertificate {
  return until === undefined ? { certificate, role } : { certificate, role, until }
}

export function encoded(first: Certificate, ...rest: readonly Certificate[]): EncodedChain {
  return [first.der, ...rest.map(({ der }) => der)]
}

/** What a list says of a chain, asked as a system unless told otherwise. */
export function ask(
  entries: readonly TrustedCertificate[],
  chain: readonly [Certificate, ...Certificate[]],
  options: Partial<VerifyTrustedOptions> = {},
): TrustedVerification {
  return verifyTrusted(trustList(entries), encoded(...chain), {
    at: AT,
    role: 'system',
    ...options,
  })
}

/** Outcome and codes of a decision, in its order. */
export function said({ decision }: Pick<TrustedVerification, 'decision'>): readonly string[] {
  return [decision.outcome, ...decision.reasons.map(({ code }) => code)]
}
