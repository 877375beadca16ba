import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { formatPem } from '../input/pem.ts'
import type { TrustedRole } from '../trust/trust-list.ts'
import type { TlsIdentity, TlsTrust } from './model.ts'

/**
 * TLS 1.2 and 1.3, no session tickets, and no renegotiation: with it, a peer of TLS 1.2 could show
 * another certificate after the verdict.
 */
export const PROTOCOL: Pick<SecureContextOptions, 'minVersion' | 'secureOptions'> = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
}

/** Key and certificates in the form that Node takes. */
export function identityOptions({
  key,
  certificates,
}: TlsIdentity): Pick<SecureContextOptions, 'key' | 'cert'> {
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    cert: certificates.map(({ der }) => formatPem('CERTIFICATE', der)).join(''),
  }
}

/**
 * What Node's own verification goes by: the certificates of the list that can count in a role, and no
 * root that Node brings with it. Those that are trusted as themselves end a chain, too.
 */
export function authorityOptions(
  { list }: TlsTrust,
  role: Exclude<TrustedRole, 'root'>,
): Pick<SecureContextOptions, 'ca' | 'allowPartialTrustChain'> {
  const entries = list().entries.filter((entry) => entry.role === 'root' || entry.role === role)
  const ca = entries.map(({ certificate }) => formatPem('CERTIFICATE', certificate.der))
  return { ca, allowPartialTrustChain: true }
}
