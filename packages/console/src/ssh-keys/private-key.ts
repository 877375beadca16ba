import { createPrivateKey, type KeyObject } from 'node:crypto'
import { parsePrivateKey } from '@gatehouse/ssh-trust'

/**
 * A private key in OpenSSH's own container or in PEM, without a passphrase.
 *
 * @throws Error for anything else.
 */
export function privateKeyIn(bytes: Buffer): KeyObject {
  if (!bytes.includes('-----BEGIN OPENSSH PRIVATE KEY-----')) return createPrivateKey(bytes)
  const read = parsePrivateKey(bytes)
  if ('fault' in read) throw new Error(read.fault)
  return read.privateKey
}
