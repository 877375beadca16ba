import { randomBytes } from 'node:crypto'
import { SALT_OCTETS } from './privacy.ts'

/**
 * Salts for encrypted messages, none of them twice: it begins at random and counts (RFC 3826 section
 * 3.1.2.1). One for all keys of a process.
 */
export class SaltSequence {
  #next = randomBytes(SALT_OCTETS).readBigUInt64BE()

  /** The next salt: 8 octets. */
  next(): Uint8Array {
    const salt = Buffer.alloc(SALT_OCTETS)
    salt.writeBigUInt64BE(this.#next)
    this.#next = BigInt.asUintN(64, this.#next + 1n)
    return salt
  }
}
