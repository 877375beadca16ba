import { verify } from 'node:crypto'
import { usableKey, type WeakAlgorithm } from './keys.ts'
import { schemeOf } from './scheme.ts'
import type { PublicKeyInfo } from './public-key.ts'
import type { Signed } from './signed.ts'

/** Why a signature or key is not to be relied on. */
export type SignatureFault =
  | 'signature-invalid'
  | 'signature-algorithm-weak'
  | 'signature-algorithm-unsupported'
  | 'key-weak'
  | 'key-unsupported'

/**
 * Checks who signed.
 *
 * @returns `undefined` when the key made the signature with an algorithm that may be relied on.
 */
export function checkSignature(
  { signedBytes, signatureAlgorithm, signature }: Signed,
  signer: PublicKeyInfo,
  weak: readonly WeakAlgorithm[],
): SignatureFault | undefined {
  const scheme = schemeOf(signatureAlgorithm)
  if (scheme === undefined) return 'signature-algorithm-unsupported'
  const { kind, hash, padding } = scheme
  if (hash === 'sha1' && !weak.includes('sha1')) return 'signature-algorithm-weak'
  const usable = usableKey(signer, weak)
  if ('fault' in usable) return usable.fault
  if (usable.kind !== kind) return 'signature-invalid'
  try {
    const key = padding === undefined ? usable.key() : { key: usable.key(), ...padding }
    return verify(hash, signedBytes, key, signature) ? undefined : 'signature-invalid'
  } catch {
    return 'key-unsupported'
  }
}
