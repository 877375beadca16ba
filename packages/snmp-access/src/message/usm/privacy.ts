import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { LocalizedKeys } from './localized-keys.ts'
import { PRIV_ALGORITHMS } from './protocols.ts'

/** Octets of the privacy parameters (RFC 3826 section 3.1.4). */
export const SALT_OCTETS = 8

/** The boots and the time that a message names; they are half of the cipher's initial value. */
export interface NamedTime {
  readonly boots: number
  readonly time: number
}

/** Encrypts a scoped PDU; as many octets as it has. */
export function encrypt(
  plain: Uint8Array,
  { protocol, key }: NonNullable<LocalizedKeys['priv']>,
  named: NamedTime,
  salt: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(PRIV_ALGORITHMS[protocol].cipher, key, initialValue(named, salt))
  const encrypted = cipher.update(plain)
  cipher.final()
  return encrypted
}

/** Decrypts a scoped PDU. With a wrong key it gives other octets. */
export function decrypt(
  encrypted: Uint8Array,
  { protocol, key }: NonNullable<LocalizedKeys['priv']>,
  named: NamedTime,
  salt: Uint8Array,
): Uint8Array {
  const { cipher } = PRIV_ALGORITHMS[protocol]
  const decipher = createDecipheriv(cipher, key, initialValue(named, salt))
  const plain = decipher.update(encrypted)
  decipher.final()
  return plain
}

/** RFC 3826 section 3.1.2.1. */
function initialValue({ boots, time }: NamedTime, salt: Uint8Array): Uint8Array {
  const value = Buffer.allocUnsafe(16)
  value.writeUInt32BE(boots, 0)
  value.writeUInt32BE(time, 4)
  value.set(salt, 8)
  return value
}
