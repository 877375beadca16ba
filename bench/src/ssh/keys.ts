import { isKeyFault, parseKeyBlob, type PublicKey } from '@gatehouse/ssh-trust'
import type { Random } from '../random.ts'

const ED25519_HEAD = Buffer.from('0000000b7373682d6564323535313900000020', 'hex')

/** Bytes of an Ed25519 key that nobody owns: quick to make, and of the right form. */
export function ed25519Key(random: Random): PublicKey {
  const point = Buffer.from(Array.from({ length: 32 }, () => random(256)))
  // The highest bits hold the sign of x; a y that is no point is taken, as OpenSSH takes it.
  const key = parseKeyBlob(Buffer.concat([ED25519_HEAD, point]))
  if (isKeyFault(key)) throw new TypeError(`not a key: ${key.fault}`)
  return key
}

/** Type and base64, as a line has them. */
export function keyFields({ type, blob }: PublicKey): string {
  return `${type} ${Buffer.from(blob).toString('base64')}`
}
