import { createHash, verify } from 'node:crypto'

import { BlobReader, MalformedBlob } from '../key/blob-reader.ts'
import type { KeyType, PublicKey } from '../key/model.ts'
import type { CertificateFault } from './codes.ts'

/** How a signature was made, as it stands at its front. `ssh-rsa` is RSA with SHA-1. */
export type SignatureType = Exclude<KeyType, 'ssh-dss'> | 'rsa-sha2-256' | 'rsa-sha2-512'

/** A signature that was made by the key, over the data. */
export interface VerifiedSignature {
  /** How it was made. Whether SHA-1 will do is for the caller to decide. */
  readonly type: SignatureType
  /** Only with a security key: what it vouches for. */
  readonly securityKey?: {
    /** Whether somebody touched it. */
    readonly touched: boolean
    /** Whether it asked for a PIN or a finger. */
    readonly verified: boolean
    /** How often it signed; some keys always say 0. */
    readonly counter: number
  }
}

const RSA_HASHES: Readonly<Record<string, string>> = {
  'ssh-rsa': 'sha1',
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
}

/** Bytes of a coordinate, and hash, by RFC 5656, 6.2.1. */
const CURVES = {
  'ecdsa-sha2-nistp256': { bytes: 32, hash: 'sha256' },
  'ecdsa-sha2-nistp384': { bytes: 48, hash: 'sha384' },
  'ecdsa-sha2-nistp521': { bytes: 66, hash: 'sha512' },
  'sk-ecdsa-sha2-nistp256@openssh.com': { bytes: 32, hash: 'sha256' },
} as const

const ED25519_SIGNATURE_BYTES = 64
const FLAG_TOUCHED = 0x01
const FLAG_VERIFIED = 0x04

/**
 * Verifies an SSH signature: a string that names its type, and what that type asks for.
 *
 * Takes SHA-1, as reading an old certificate needs it: look at `type` and refuse `ssh-rsa` where a login or a host
 * depends on it. Does not take `ssh-dss` keys, nor WebAuthn signatures.
 *
 * @param key - The key that should have signed.
 * @param data - What was signed.
 * @param signature - The signature as it is on the wire, without the length before it.
 * @returns What was verified, or a fault. Never throws for what is in the signature.
 * @see RFC 8709, 6; RFC 5656, 3.1.2; RFC 8332, 3; OpenSSH's PROTOCOL.u2f
 */
export function verifySignature(
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): VerifiedSignature | CertificateFault {
  try {
    const reader = new BlobReader(signature)
    const type = signatureTypeOf(key, reader.text())
    if (type === undefined) return { fault: 'signature-type-mismatch' }
    const value = reader.string()
    const isSecurityKey = type.startsWith('sk-')
    const device = isSecurityKey ? { flags: reader.byte(), counter: reader.uint32() } : undefined
    reader.end()
    const signed = device === undefined ? data : wrapped(key.application ?? '', device, data)
    if (!holds(key, type, signed, value)) return { fault: 'signature-invalid' }
    if (device === undefined) return { type }
    const touched = (device.flags & FLAG_TOUCHED) !== 0
    const verified = (device.flags & FLAG_VERIFIED) !== 0
    return { type, securityKey: { touched, verified, counter: device.counter } }
  } catch (error) {
    if (error instanceof MalformedBlob) return { fault: 'signature-malformed' }
    throw error
  }
}

function signatureTypeOf(key: PublicKey, name: string): SignatureType | undefined {
  if (key.type === 'ssh-dss') return undefined
  const fits = key.type === 'ssh-rsa' ? Object.hasOwn(RSA_HASHES, name) : name === key.type
  return fits ? (name as SignatureType) : undefined
}

function wrapped(
  application: string,
  device: { readonly flags: number; readonly counter: number },
  data: Uint8Array,
): Uint8Array {
  const counted = Buffer.alloc(5)
  counted.writeUInt8(device.flags, 0)
  counted.writeUInt32BE(device.counter, 1)
  return Buffer.concat([sha256(application), counted, sha256(data)])
}

function sha256(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}

function holds(key: PublicKey, type: SignatureType, data: Uint8Array, value: Uint8Array): boolean {
  switch (type) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      if (value.length !== ED25519_SIGNATURE_BYTES) throw new MalformedBlob('length-wrong')
      return verify(null, data, key.keyObject, value)
    case 'ssh-rsa':
    case 'rsa-sha2-256':
    case 'rsa-sha2-512':
      return verify(RSA_HASHES[type], data, key.keyObject, padded(value, Math.ceil(key.bits / 8)))
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const { bytes, hash } = CURVES[type]
      const numbers = new BlobReader(value)
      const both = [padded(numbers.mpint(), bytes), padded(numbers.mpint(), bytes)]
      numbers.end()
      const options = { key: key.keyObject, dsaEncoding: 'ieee-p1363' } as const
      return verify(hash, data, options, Buffer.concat(both))
    }
  }
}

/** Some software drops the leading zeros of a number; node:crypto wants the full length. */
function padded(number: Uint8Array, bytes: number): Uint8Array {
  if (number.length > bytes) throw new MalformedBlob('number-too-long')
  return Buffer.concat([Buffer.alloc(bytes - number.length), number])
}
