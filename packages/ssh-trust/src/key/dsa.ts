import { createPublicKey, type KeyObject } from 'node:crypto'

/** The numbers of an `ssh-dss` key, magnitudes without leading zeros. */
interface DsaNumbers {
  /** Prime modulus. */
  readonly p: Uint8Array
  /** Order of the subgroup. */
  readonly q: Uint8Array
  /** Generator. */
  readonly g: Uint8Array
  /** Public value. */
  readonly y: Uint8Array
}

/** Object identifier 1.2.840.10040.4.1 in DER (RFC 3279, 2.3.2). */
const DSA_IDENTIFIER = Buffer.from('06072a8648ce380401', 'hex')

/**
 * Makes the key in node:crypto, which takes DSA as SPKI only.
 *
 * @throws Error of node:crypto where the numbers make no key.
 */
export function importDsa(numbers: DsaNumbers): KeyObject {
  const domain = element(0x30, integer(numbers.p), integer(numbers.q), integer(numbers.g))
  const key = element(0x03, Buffer.of(0), integer(numbers.y))
  const spki = element(0x30, element(0x30, DSA_IDENTIFIER, domain), key)
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}

function integer(magnitude: Uint8Array): Buffer {
  return (magnitude[0] ?? 0) >= 0x80
    ? element(0x02, Buffer.of(0), magnitude)
    : element(0x02, magnitude)
}

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), definiteLength(content.length), content])
}

/** Length octets for contents below 64 KiB (X.690, 8.1.3). */
function definiteLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}
