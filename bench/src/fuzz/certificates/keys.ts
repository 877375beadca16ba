import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { oid, sequence } from '../../certificates/der.ts'
import { keyOf, type SigningKey } from '../../certificates/issue.ts'

/** PKCS#8 of an Ed25519 key, without the 32 bytes at its end (RFC 8410, 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const ED25519 = sequence(oid('1.3.101.112'))

/** Letters that outlines and chains call keys by. */
export const KEY_NAMES: readonly string[] = ['a', 'b', 'c', 'd', 'e']

/** A key with both of its halves. */
export interface TestKey extends SigningKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The same key for the same letter in every run; its signatures are the same for the same bytes. */
function createTestKey(name: string): TestKey {
  const seed = createHash('sha256').update(`test key ${name}`).digest()
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(privateKey)
  return { ...keyOf({ privateKey, publicKey }, ED25519, null), privateKey, publicKey }
}

const KEYS = new Map(KEY_NAMES.map((name) => [name, createTestKey(name)]))

/** A key by its letter; that of `a` for every other text. */
export function testKey(name: string): TestKey {
  return (KEYS.get(name) ?? KEYS.get('a')) as TestKey
}
