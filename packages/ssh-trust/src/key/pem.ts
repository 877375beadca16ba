import { createPublicKey } from 'node:crypto'

import { decodeBase64 } from './base64.ts'
import { type KeyFault } from './codes.ts'
import { type PublicKey } from './model.ts'
import { fromKeyObject } from './node-key.ts'

/** Label of a PEM block that holds a public key: SPKI (RFC 7468, 13), or PKCS#1 for RSA (RFC 8017, A.1.1). */
type PemLabel = 'PUBLIC KEY' | 'RSA PUBLIC KEY'

/**
 * Reads what stands between the first and the last line of a PEM block.
 *
 * The content must be DER as node:crypto would write it: nothing trailing, the point uncompressed, the curve
 * named.
 *
 * @param lines - The base64.
 */
export function parsePemBody(label: PemLabel, lines: readonly string[]): PublicKey | KeyFault {
  const der = decodeBase64(lines.join(''))
  if (der === undefined) return { fault: 'base64-malformed' }
  const type = label === 'PUBLIC KEY' ? 'spki' : 'pkcs1'
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type })
    if (!key.export({ format: 'der', type }).equals(der)) return { fault: 'pem-malformed' }
    return fromKeyObject(key)
  } catch {
    return { fault: 'pem-malformed' }
  }
}

/**
 * Writes a key as PEM with SPKI inside. PEM holds no comment.
 *
 * @returns The text, or `form-unfit` for a security key, whose application SPKI cannot hold.
 * @throws Error of node:crypto for an `ssh-dss` key whose numbers make no key.
 */
export function formatPem(key: PublicKey): string | KeyFault {
  if (key.application !== undefined) return { fault: 'form-unfit' }
  return key.keyObject.export({ format: 'pem', type: 'spki' }).toString()
}
