import { allow, deny, type Decision } from '@gatehouse/core'
import type { TrustCode } from './codes.ts'
import type { TrustSettings } from './settings.ts'

/** What a console is about to do with a system. */
export interface Operation {
  /** A command that needs the system to be the right one, or a look at its state. */
  readonly kind: 'secure-command' | 'monitoring'
  /** What came of the certificate of the system. */
  readonly trusted: Decision<TrustCode>
}

/** Reasons that rest on a certificate. An allow for a name, or for everybody, is not enough. */
const BY_CERTIFICATE: readonly TrustCode[] = ['certificate-pinned', 'chain-trusted']

/**
 * Decides what a console may do with a system: where trusted certificates are required
 * (`requireTrustedCertificates`), secure commands go to no system without one. Monitoring goes on.
 *
 * @returns `allow`, or `deny` with `secure-command-blocked` and behind it what is wrong with the certificate.
 */
export function decideOperation(
  { requireTrustedCertificates = false }: TrustSettings,
  { kind, trusted }: Operation,
): Decision<TrustCode> {
  if (kind === 'monitoring') return allow({ code: 'monitoring-goes-on' })
  if (!requireTrustedCertificates) return allow({ code: 'trusted-certificates-not-required' })
  const isTrusted =
    trusted.outcome === 'allow' && trusted.reasons.some(({ code }) => BY_CERTIFICATE.includes(code))
  if (isTrusted) return allow<TrustCode>({ code: 'system-trusted' }, ...trusted.reasons)
  return deny<TrustCode>({ code: 'secure-command-blocked' }, ...trusted.reasons)
}
