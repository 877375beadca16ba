import { createPrivateKey, createPublicKey } from 'node:crypto'
import { formatKeyLine, fromKeyObject, isKeyFault, type PublicKey } from '@gatehouse/ssh-trust'

/** PKCS#8 of an Ed25519 key, before its 32 bytes (RFC 8410, 7). */
const BEFORE_SEED = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The same key for the same number, at every run. */
export function testKey(number: number): PublicKey {
  const der = Buffer.concat([BEFORE_SEED, Buffer.alloc(32, number)])
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  const read = fromKeyObject(key)
  if (isKeyFault(read)) throw new Error(read.fault)
  return read
}

/** A key as a `.pub` file has it. */
export function keyLine(number: number, comment = ''): string {
  return formatKeyLine(testKey(number), comment)
}

/** A plain line of known_hosts. */
export function hostLine(name: string, number: number): string {
  return `${name} ${keyLine(number)}`
}
