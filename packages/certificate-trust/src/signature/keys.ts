import { createPublicKey, type KeyObject } from 'node:crypto'
import { DerFault } from '../der/fault.ts'
import { OID } from '../der/oids.ts'
import { DerReader, TAG, type DerElement } from '../der/reader.ts'
import { integerBytes, objectIdentifier } from '../der/values.ts'
import type { AlgorithmIdentifier } from './algorithm.ts'

/** Kind of a key. */
export type KeyKind = 'rsa' | 'ec' | 'dsa' | 'ed25519' | 'ed448'

/** Algorithms that are refused unless an option names them. */
export type WeakAlgorithm =
  /** Signatures over SHA-1, for which collisions are made. */
  | 'sha1'
  /** DSA keys and signatures, which nobody uses any more. */
  | 'dsa'
  /** RSA keys of 1024 to 2047 bits. */
  | 'rsa-short'

/** RSA keys have 2048 bits at least (CA/Browser Forum Baseline Requirements, 6.1.5). */
const MIN_RSA_BITS = 2048
/** Beneath this even an option does not help. */
const MIN_WEAK_RSA_BITS = 1024
/** Beyond this one signature costs more than a peer may ask for. */
const MAX_RSA_BITS = 8192

interface Curve {
  readonly name: string
  readonly bytes: number
  readonly cost: number
}

const CURVES: Readonly<Record<string, Curve>> = {
  [OID.p256]: { name: 'P-256', bytes: 32, cost: 1 },
  [OID.p384]: { name: 'P-384', bytes: 48, cost: 8 },
  [OID.p521]: { name: 'P-521', bytes: 66, cost: 20 },
}

/** What there is of a key to look at. */
interface KeyParts {
  readonly algorithm: AlgorithmIdentifier
  readonly der: Uint8Array
  readonly key: Uint8Array
}

/** A key that may be relied on, or why not. */
type UsableKey =
  | { readonly kind: KeyKind; readonly key: () => KeyObject }
  | { readonly fault: 'key-weak' | 'key-unsupported' }

/** What is known of a key. */
export type ExaminedKey = UsableKey & {
  /** The option that it takes to rely on it. Default: none. */
  readonly weak?: WeakAlgorithm
  /** How many bits the modulus of an RSA key has. */
  readonly rsaBits?: number
  /** What a check of a signature costs, the making of the key included, in checks with P-256. */
  readonly cost: number
}

/** The key of a certificate, if its algorithm and strength are ones that may be relied on. */
export function usableKey(
  { examined }: { readonly examined: ExaminedKey },
  weak: readonly WeakAlgorithm[],
): UsableKey {
  const isUsable = examined.weak === undefined || weak.includes(examined.weak)
  return isUsable ? examined : { fault: 'key-weak' }
}

const UNSUPPORTED: ExaminedKey = { fault: 'key-unsupported', cost: 0 }

/**
 * Looks at kind and strength of a key. It is made ready when it is first asked for.
 *
 * Keys are taken as PKCS#1 and JWK where OpenSSL reads those faster, up to fifty times.
 */
export function examineKey(info: KeyParts): ExaminedKey {
  const { algorithm, parameters } = info.algorithm
  switch (algorithm) {
    case OID.rsaEncryption:
      return rsaKey(info)
    case OID.ecPublicKey:
      return ecKey(info, parameters)
    case OID.ed25519:
    case OID.ed448:
      return eddsaKey(info, algorithm === OID.ed25519 ? 'Ed25519' : 'Ed448')
    case OID.dsa:
      return { kind: 'dsa', weak: 'dsa', key: lazily(() => fromSpki(info)), cost: 4 }
    default:
      return UNSUPPORTED
  }
}

function rsaKey(info: KeyParts): ExaminedKey {
  const rsaBits = modulusBits(info)
  if (rsaBits === undefined || rsaBits > MAX_RSA_BITS) return UNSUPPORTED
  if (rsaBits < MIN_WEAK_RSA_BITS) return { fault: 'key-weak', rsaBits, cost: 0 }
  const key = lazily(() =>
    createPublicKey({ key: bufferOf(info.key), format: 'der', type: 'pkcs1' }),
  )
  const cost = (rsaBits / MAX_RSA_BITS) * 4
  return {
    kind: 'rsa',
    key,
    rsaBits,
    cost,
    ...(rsaBits < MIN_RSA_BITS ? { weak: 'rsa-short' } : {}),
  }
}

/** `undefined` for a key that is not well-formed: the exponent must be odd and larger than one. */
function modulusBits({ key }: KeyParts): number | undefined {
  try {
    const around = new DerReader(key)
    const inside = around.inside(TAG.sequence)
    around.finish()
    const modulus = integerBytes(inside.element(TAG.integer))
    const exponent = integerBytes(inside.element(TAG.integer))
    inside.finish()
    const isOdd = ((exponent.at(-1) as number) & 1) === 1
    const isOne = exponent.length === 1 && exponent[0] === 1
    const isNegative = (modulus[0] as number) >= 0x80 || (exponent[0] as number) >= 0x80
    if (!isOdd || isOne || isNegative) return undefined
    const significant = modulus[0] === 0 ? modulus.subarray(1) : modulus
    return significant.length * 8 - Math.clz32(significant[0] ?? 0) + 24
  } catch (error) {
    if (error instanceof DerFault) return undefined
    throw error
  }
}

function ecKey(info: KeyParts, parameters: DerElement | undefined): ExaminedKey {
  const curve = parameters?.tag === TAG.oid ? curveOf(parameters) : undefined
  const { key } = info
  if (curve === undefined || key[0] !== 4 || key.length !== 1 + 2 * curve.bytes) return UNSUPPORTED
  const { name, bytes, cost } = curve
  if (name !== 'P-256') return { kind: 'ec', key: lazily(() => fromSpki(info)), cost }
  return {
    kind: 'ec',
    cost,
    key: lazily(() => {
      const x = base64url(key.subarray(1, 1 + bytes))
      const y = base64url(key.subarray(1 + bytes))
      return createPublicKey({ key: { kty: 'EC', crv: name, x, y }, format: 'jwk' })
    }),
  }
}

function curveOf(parameters: DerElement): Curve | undefined {
  try {
    return CURVES[objectIdentifier(parameters)]
  } catch (error) {
    if (error instanceof DerFault) return undefined
    throw error
  }
}

function eddsaKey({ algorithm, key }: KeyParts, crv: 'Ed25519' | 'Ed448'): ExaminedKey {
  if (algorithm.parameters !== undefined) return UNSUPPORTED
  const make = (): KeyObject =>
    createPublicKey({ key: { kty: 'OKP', crv, x: base64url(key) }, format: 'jwk' })
  const isEd25519 = crv === 'Ed25519'
  return { kind: isEd25519 ? 'ed25519' : 'ed448', key: lazily(make), cost: isEd25519 ? 2 : 5 }
}

function fromSpki({ der }: KeyParts): KeyObject {
  return createPublicKey({ key: bufferOf(der), format: 'der', type: 'spki' })
}

function base64url(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('base64url')
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function lazily(make: () => KeyObject): () => KeyObject {
  let made: KeyObject | undefined
  return () => (made ??= make())
}
