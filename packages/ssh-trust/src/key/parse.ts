import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

import { decodeBase64, encodeBase64Url } from './base64.ts'
import { MalformedBlob, readStrictly, type BlobReader } from './blob-reader.ts'
import { BlobWriter } from './blob-writer.ts'
import { type KeyFault } from './codes.ts'
import { checkPoint, CURVES, importPoint, type CurveName } from './curve.ts'
import { importDsa } from './dsa.ts'
import { isKeyFault, KEY_TYPES, type KeyType, PublicKey } from './model.ts'
import { bitLength } from './number.ts'

/**
 * Longest blob of a plain key. The longest that the limits on numbers allow, an `ssh-dss` key of four numbers of
 * 16384 bits, has 8.2 KiB; the rest is room for the application of a security key.
 */
export const MAX_KEY_BLOB_BYTES: number = 16 * 1024

/** Fewest bits of an RSA modulus: OpenSSH's `SSH_RSA_MINIMUM_MODULUS_SIZE`. */
const MIN_MODULUS_BITS = 1024

const ED25519_BYTES = 32

/** Labels that OpenSSH takes for a blob of another name: they name signatures, not keys. */
const SIGNATURE_LABELS: ReadonlyMap<string, KeyType> = new Map([
  ['rsa-sha2-256', 'ssh-rsa'],
  ['rsa-sha2-512', 'ssh-rsa'],
  ['webauthn-sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'],
])

const KNOWN_TYPES: ReadonlyMap<string, KeyType> = new Map(KEY_TYPES.map((type) => [type, type]))

/** Ends the type name of every OpenSSH certificate. */
const CERTIFICATE_TYPE = /-cert(?:-v\d\d@openssh\.com)?$/u

/**
 * Reads the blob of a plain public key.
 *
 * Strict: the type name exact, nothing trailing, the point on its curve, no negative number, RSA from 1024 bits
 * on. Superfluous leading zeros of a number are dropped, as OpenSSH does. It does not decide whether a type is
 * fit for use, nor whether an Ed25519 key is a point of its curve, and of large order: as OpenSSH does not, either.
 *
 * @param blob - What stands in base64 in a line, or comes from a peer: not trusted.
 * @returns The key, or its first fault. Never throws for what is in the blob.
 * @see RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4; PROTOCOL.u2f of OpenSSH
 */
export function parseKeyBlob(blob: Uint8Array): PublicKey | KeyFault {
  if (blob.length > MAX_KEY_BLOB_BYTES) return { fault: 'blob-too-long' }
  const copy = new Uint8Array(blob)
  return readStrictly(copy, (reader) => readKeyFields(readType(reader), reader))
}

/**
 * Reads the two fields of a line: the type, and the blob in base64.
 *
 * The type must be the one inside the blob; `rsa-sha2-256` and `rsa-sha2-512` stand for `ssh-rsa`, as in OpenSSH.
 *
 * @param type - First field, exact: OpenSSH takes no other case here.
 * @param base64 - Second field; white space in it is skipped, so that a carriage return at its end does no harm.
 * @returns The key, or its first fault. Never throws.
 */
export function parseKeyFields(type: string, base64: string): PublicKey | KeyFault {
  const expected = KNOWN_TYPES.get(type) ?? SIGNATURE_LABELS.get(type)
  if (expected === undefined) return { fault: unknownType(type) }
  const blob = decodeBase64(base64)
  if (blob === undefined) return { fault: 'base64-malformed' }
  const key = parseKeyBlob(blob)
  if (isKeyFault(key)) return key
  return key.type === expected ? key : { fault: 'type-mismatch' }
}

/**
 * Reads the fields that follow the type name, in a blob and in a certificate, and no further.
 *
 * @throws {@link MalformedBlob} for the first fault.
 */
export function readKeyFields(type: KeyType, reader: BlobReader): PublicKey {
  switch (type) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      return readEd25519(type, reader)
    case 'ecdsa-sha2-nistp256':
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return readEcdsa(type, 'nistp256', reader)
    case 'ecdsa-sha2-nistp384':
      return readEcdsa(type, 'nistp384', reader)
    case 'ecdsa-sha2-nistp521':
      return readEcdsa(type, 'nistp521', reader)
    case 'ssh-rsa':
      return readRsa(reader)
    case 'ssh-dss':
      return readDsa(reader)
  }
}

function readType(reader: BlobReader): KeyType {
  const name = reader.text()
  const type = KNOWN_TYPES.get(name)
  if (type === undefined) throw new MalformedBlob(unknownType(name))
  return type
}

function unknownType(name: string): 'type-certificate' | 'type-unknown' {
  return CERTIFICATE_TYPE.test(name) ? 'type-certificate' : 'type-unknown'
}

function readEd25519(
  type: 'ssh-ed25519' | 'sk-ssh-ed25519@openssh.com',
  reader: BlobReader,
): PublicKey {
  const x = reader.string()
  if (x.length !== ED25519_BYTES) throw new MalformedBlob('length-wrong')
  const application = readApplication(type, reader)
  return new PublicKey({
    type,
    bits: 256,
    blob: withApplication(new BlobWriter().string(type).string(x), application),
    ...application,
    importKey: () => importJwk({ kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(x) }),
  })
}

function readEcdsa(type: KeyType, name: CurveName, reader: BlobReader): PublicKey {
  if (reader.text() !== name) throw new MalformedBlob('curve-mismatch')
  const point = reader.string()
  checkPoint(name, point)
  const application = readApplication(type, reader)
  return new PublicKey({
    type,
    bits: CURVES[name].bits,
    blob: withApplication(new BlobWriter().string(type).string(name).string(point), application),
    ...application,
    importKey: () => importPoint(name, point),
  })
}

function readRsa(reader: BlobReader): PublicKey {
  const exponent = reader.mpint()
  const modulus = reader.mpint()
  if (bitLength(modulus) < MIN_MODULUS_BITS) throw new MalformedBlob('modulus-too-short')
  if (isEven(modulus)) throw new MalformedBlob('modulus-even')
  if (isEven(exponent) || bitLength(exponent) < 2 || !isBelow(exponent, modulus)) {
    throw new MalformedBlob('exponent-unusable')
  }
  return new PublicKey({
    type: 'ssh-rsa',
    bits: bitLength(modulus),
    blob: new BlobWriter().string('ssh-rsa').mpint(exponent).mpint(modulus).finish(),
    importKey: () =>
      importJwk({ kty: 'RSA', e: encodeBase64Url(exponent), n: encodeBase64Url(modulus) }),
  })
}

function readDsa(reader: BlobReader): PublicKey {
  const [p, q, g, y] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()]
  const numbers = [p, q, g, y]
  if (numbers.some((number) => number.length === 0)) throw new MalformedBlob('number-zero')
  const writer = new BlobWriter().string('ssh-dss')
  for (const number of numbers) writer.mpint(number)
  return new PublicKey({
    type: 'ssh-dss',
    bits: bitLength(p),
    blob: writer.finish(),
    importKey: () => importDsa({ p, q, g, y }),
  })
}

function readApplication(type: KeyType, reader: BlobReader): { readonly application?: string } {
  return type.startsWith('sk-') ? { application: reader.text() } : {}
}

function withApplication(writer: BlobWriter, read: { readonly application?: string }): Uint8Array {
  return (read.application === undefined ? writer : writer.string(read.application)).finish()
}

function isEven(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 0
}

/** Compares magnitudes without leading zeros. */
function isBelow(magnitude: Uint8Array, other: Uint8Array): boolean {
  const longer = magnitude.length - other.length
  return longer === 0 ? Buffer.compare(magnitude, other) < 0 : longer < 0
}

function importJwk(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: 'jwk' })
}
