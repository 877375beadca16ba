import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { bitString, oid, sequence, tlv } from './der.ts'

/** A key pair that signs, and how it says that it does. */
export interface SigningKey {
  /** SubjectPublicKeyInfo. */
  readonly info: Uint8Array
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Uint8Array
  /** SHA-1 of the key, as identifiers of keys are usually made. */
  readonly identifier: Uint8Array
  readonly sign: (bytes: Uint8Array) => Uint8Array
  readonly privateKey: KeyObject
}

const NULL = tlv(0x05)
const SHA256_RSA = sequence(oid('1.2.840.113549.1.1.11'), NULL)
const SHA256_ECDSA = sequence(oid('1.2.840.10045.4.3.2'))
const SHA1_ECDSA = sequence(oid('1.2.840.10045.4.1'))

export function ecKey(namedCurve = 'P-256'): SigningKey {
  return keyOf(generateKeyPairSync('ec', { namedCurve }), SHA256_ECDSA, 'sha256')
}

export function rsaKey(modulusLength = 2048): SigningKey {
  return keyOf(generateKeyPairSync('rsa', { modulusLength }), SHA256_RSA, 'sha256')
}

export function dsaKey(): SigningKey {
  const pair = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })
  return keyOf(pair, sequence(oid('2.16.840.1.101.3.4.3.2')), 'sha256')
}

export function ed25519Key(): SigningKey {
  return keyOf(generateKeyPairSync('ed25519'), sequence(oid('1.3.101.112')), null)
}

/** A key that signs over SHA-1. */
export function sha1Key(): SigningKey {
  return keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), SHA1_ECDSA, 'sha1')
}

/** A key that signs by RSASSA-PSS with SHA-256. */
export function pssKey(): SigningKey {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL)
  const algorithm = sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(
      tlv(0xa0, sha256),
      tlv(0xa1, sequence(oid('1.2.840.113549.1.1.8'), sha256)),
      tlv(0xa2, tlv(0x02, Uint8Array.of(32))),
    ),
  )
  return keyOf(pair, algorithm, 'sha256', { padding: 6, saltLength: 32 })
}

function keyOf(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  algorithm: Uint8Array,
  hash: string | null,
  padding: object = {},
): SigningKey {
  const info = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  return {
    info,
    algorithm,
    identifier: new Uint8Array(createHash('sha1').update(info).digest()),
    sign: (bytes) => new Uint8Array(sign(hash, bytes, { key: privateKey, ...padding })),
    privateKey,
  }
}

/** Something signed: the bytes, the algorithm and the signature. */
export function signed(key: SigningKey, body: Uint8Array): Uint8Array {
  return sequence(body, key.algorithm, bitString(key.sign(body)))
}
