import { createPrivateKey, type KeyObject } from 'node:crypto'

import { isKeyFault } from './model.ts'
import { fromKeyObject } from './node-key.ts'
import { parsePrivateKey, type PrivateKey, type PrivateKeyFault } from './private-container-read.ts'

/**
 * Reads a private key in OpenSSH's own container or in PEM (PKCS#8, SEC 1, PKCS#1), without a passphrase.
 *
 * @param bytes - The file. Whoever calls it has seen to it that nobody else can read that.
 * @returns Both halves, or the first fault: `container-missing` for a text that is neither. Never throws.
 */
export function readPrivateKey(bytes: Uint8Array): Omit<PrivateKey, 'comment'> | PrivateKeyFault {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (text.includes('-----BEGIN OPENSSH PRIVATE KEY-----')) return parsePrivateKey(bytes)
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(text)
  } catch {
    return { fault: 'container-missing' }
  }
  const publicKey = fromKeyObject(privateKey)
  return isKeyFault(publicKey) ? publicKey : { privateKey, publicKey }
}
