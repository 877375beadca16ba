import { hash as hashOf, pbkdf2Sync } from 'node:crypto'
import type { Secret } from '@gatehouse/core'
import { IssuingError } from './codes.ts'

/** Hashes that keys are derived with. */
export type DerivationHash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** Output and block of each hash, in bytes. */
const SIZES: Readonly<Record<DerivationHash, { readonly output: number; readonly block: number }>> =
  {
    sha1: { output: 20, block: 64 },
    sha224: { output: 28, block: 64 },
    sha256: { output: 32, block: 64 },
    sha384: { output: 48, block: 128 },
    sha512: { output: 64, block: 128 },
  }

/**
 * Most that one file may cost, in rounds of PBKDF2: about a second. OWASP asks for 600,000 with SHA-256;
 * this is enough for a key, its certificates and the MAC.
 */
const MAX_ROUNDS = 3_000_000

/** A round of the derivation of PKCS#12 is made in JavaScript, and takes as long as six of PBKDF2. */
const PKCS12_ROUND = 6

/** A passphrase with what may still be spent on it for one file. */
export class PassphraseWork {
  readonly file: string
  readonly #passphrase: string
  #left = MAX_ROUNDS

  constructor(passphrase: Secret, file: string) {
    this.#passphrase = passphrase.expose()
    this.file = file
  }

  /** The passphrase in UTF-8. */
  get bytes(): Buffer {
    return Buffer.from(this.#passphrase, 'utf8')
  }

  /** A key of PBKDF2 (RFC 8018, 5.2). */
  pbkdf2(hash: DerivationHash, { salt, iterations }: Derivation, length: number): Buffer {
    this.#spend(iterations, Math.ceil(length / SIZES[hash].output))
    return pbkdf2Sync(this.bytes, salt, iterations, length, hash)
  }

  /** Bytes of the derivation of PKCS#12: a key, an initial vector or the key of a MAC (RFC 7292, appendix B). */
  pkcs12(
    hash: DerivationHash,
    purpose: 'key' | 'vector' | 'mac',
    { salt, iterations }: Derivation,
    length: number,
  ): Buffer {
    const { output, block } = SIZES[hash]
    this.#spend(iterations, Math.ceil(length / output) * PKCS12_ROUND)
    const diversifier = Buffer.alloc(block, { key: 1, vector: 2, mac: 3 }[purpose])
    const wide = Buffer.from(`${this.#passphrase}\0`, 'utf16le').swap16()
    const input = Buffer.concat([repeated(salt, block), repeated(wide, block)])
    const derived: Buffer[] = []
    for (let have = 0; have < length; have += output) {
      let digest = hashOf(hash, Buffer.concat([diversifier, input]), 'buffer')
      for (let round = 1; round < iterations; round += 1) {
        digest = hashOf(hash, digest, 'buffer')
      }
      derived.push(digest)
      const addend = repeated(digest, block).subarray(0, block)
      for (let at = 0; at < input.length; at += block)
        addOne(input.subarray(at, at + block), addend)
    }
    return Buffer.concat(derived).subarray(0, length)
  }

  /** Before the work is done. */
  #spend(iterations: number, weight: number): void {
    this.#left -= iterations * weight
    if (this.#left >= 0) return
    const facts = { iterations: String(iterations) }
    throw new IssuingError('iterations-too-many', { source: { file: this.file }, facts })
  }
}

/** What a derivation is told beside the passphrase. */
export interface Derivation {
  readonly salt: Uint8Array
  readonly iterations: number
}

/** Bytes again and again, up to whole blocks; nothing for nothing. */
function repeated(bytes: Uint8Array, block: number): Buffer {
  const length = Math.ceil(bytes.length / block) * block
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes)
}

/** Adds a number and one to another of the same length, in place. */
function addOne(target: Buffer, addend: Buffer): void {
  let carry = 1
  for (let at = target.length - 1; at >= 0; at -= 1) {
    carry += (target[at] as number) + (addend[at] as number)
    target[at] = carry & 0xff
    carry >>= 8
  }
}
