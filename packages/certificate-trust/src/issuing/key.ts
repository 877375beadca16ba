import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto'
import { OID } from '../der/oids.ts'
import { DerReader } from '../der/reader.ts'
import { PublicKeyInfo } from '../signature/public-key.ts'
import { usableKey } from '../signature/keys.ts'
import { NULL, objectIdentifier, sequence, type Asn1 } from './asn1.ts'
import { IssuingError } from './codes.ts'

/** Keys that are made. P-256 unless there is a reason: everything reads it, and it costs least. */
export const KEY_TYPES = ['P-256', 'P-384', 'P-521', 'Ed25519', 'RSA-3072', 'RSA-4096'] as const

/** Kind and size of a key. */
export type KeyType = (typeof KEY_TYPES)[number]

/** Makes a new private key. */
export function createKey(type: KeyType = 'P-256'): KeyObject {
  switch (type) {
    case 'P-256':
    case 'P-384':
    case 'P-521':
      return generateKeyPairSync('ec', { namedCurve: type }).privateKey
    case 'Ed25519':
      return generateKeyPairSync('ed25519').privateKey
    case 'RSA-3072':
    case 'RSA-4096': {
      const modulusLength = Number(type.slice('RSA-'.length))
      return generateKeyPairSync('rsa', { modulusLength }).privateKey
    }
  }
}

/** The public half of a key as certificates hold it, if it is one that they may hold. */
export function publicKeyOf(key: KeyObject): PublicKeyInfo {
  const der = createPublicKey(asPem(key)).export({ type: 'spki', format: 'der' })
  const info = new PublicKeyInfo(new DerReader(new Uint8Array(der)))
  requireUsable(info)
  return info
}

/** `createPublicKey` takes no public key object in Node 20, and a private one only as such. */
function asPem(key: KeyObject): KeyObject | string {
  if (key.type === 'private') return key
  return key.export({ type: 'spki', format: 'pem' }) as string
}

/** @throws IssuingError for a key that the verifier would refuse. */
function requireUsable(info: PublicKeyInfo): void {
  const usable = usableKey(info, [])
  if ('fault' in usable) throw new IssuingError('key-refused', { facts: { cause: usable.fault } })
}

/** Identifier of a key: the first 160 bits of the SHA-256 of it (RFC 7093, 2, method 1). */
export function keyIdentifierOf({ key }: PublicKeyInfo): Uint8Array {
  return new Uint8Array(hash('sha256', key, 'buffer').subarray(0, 20))
}

interface SigningScheme {
  readonly algorithm: string
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
  /** Whether the parameters are NULL, as with RSA, or left out. */
  readonly hasNull?: true
}

/** The hash is as strong as the curve (RFC 5480, 4). */
const CURVES: Readonly<Record<string, SigningScheme>> = {
  prime256v1: { algorithm: OID.sha256WithEcdsa, hash: 'sha256' },
  secp384r1: { algorithm: OID.sha384WithEcdsa, hash: 'sha384' },
  secp521r1: { algorithm: OID.sha512WithEcdsa, hash: 'sha512' },
}

const KINDS: Readonly<Record<string, SigningScheme>> = {
  rsa: { algorithm: OID.sha256WithRsa, hash: 'sha256', hasNull: true },
  ed25519: { algorithm: OID.ed25519, hash: null },
  ed448: { algorithm: OID.ed448, hash: null },
}

/** How a private key signs. */
export interface Signer {
  /** The AlgorithmIdentifier of its signatures. */
  readonly algorithm: Asn1
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/** @throws IssuingError for a key that does not sign, or of a kind that nothing is issued with. */
export function signerOf(key: KeyObject): Signer {
  const { asymmetricKeyType = '', asymmetricKeyDetails } = key
  const scheme = KINDS[asymmetricKeyType] ?? CURVES[asymmetricKeyDetails?.namedCurve ?? '']
  if (scheme === undefined || key.type !== 'private') {
    throw new IssuingError('key-refused', { facts: { cause: 'key-unsupported' } })
  }
  const { algorithm, hasNull } = scheme
  return {
    algorithm: sequence([objectIdentifier(algorithm), ...(hasNull === true ? [NULL] : [])]),
    sign: (bytes) => new Uint8Array(signBytes(scheme.hash, bytes, key)),
  }
}
