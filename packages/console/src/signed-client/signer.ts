import type { TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError } from '@gatehouse/core'
import { RequestSigner } from '@gatehouse/signed-request'

/**
 * Signs with the key of a certificate, and sends its chain along.
 *
 * @throws ConfigError when the key is of no kind that can sign, or the chain too long to be sent.
 */
export function signerOf({ key, certificates: [own, ...rest] }: TlsIdentity): RequestSigner {
  const source = { certificate: own.sha256 }
  try {
    return new RequestSigner({ key, chain: [own.der, ...rest.map(({ der }) => der)] })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown error'
    throw new ConfigError(`requests cannot be signed: ${why}`, { source, cause })
  }
}
