import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

/**
 * A key as a JWK.
 *
 * A key that node:crypto has just made shares a lock with its generator. When that is collected as
 * garbage in the middle of an export as JWK, Node 20 waits for itself and stands still for good. A copy
 * by way of DER shares nothing.
 *
 * @param key - Asymmetric, on a curve that JWK has a name for.
 */
export function jwkOf(key: KeyObject): JsonWebKey {
  return copyOf(key).export({ format: 'jwk' })
}

function copyOf(key: KeyObject): KeyObject {
  const format = 'der'
  if (key.type === 'private') {
    const der = key.export({ format, type: 'pkcs8' })
    return createPrivateKey({ key: der, format, type: 'pkcs8' })
  }
  return createPublicKey({ key: key.export({ format, type: 'spki' }), format, type: 'spki' })
}

/** A string member of a JWK, as bytes. */
export function jwkBytes(member: string | undefined): Buffer {
  return Buffer.from(member ?? '', 'base64url')
}
