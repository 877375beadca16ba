import { createPublicKey, type KeyObject } from 'node:crypto'

import { MalformedBlob } from './blob-reader.ts'
import { toBigInt } from './number.ts'

/** A curve of NIST as SSH names it (RFC 5656, 10.1). */
export type CurveName = 'nistp256' | 'nistp384' | 'nistp521'

/** What is known of a curve. */
interface Curve {
  /** Size in bits, as `ssh-keygen -l` prints it. */
  readonly bits: number
  /** Name in a JWK (RFC 7518, 6.2.1.1). */
  readonly jwk: 'P-256' | 'P-384' | 'P-521'
  /** What stands before the point in SPKI (RFC 5480, 2), hexadecimal. */
  readonly spki: string
  /** The field (FIPS 186-4, D.1.2). */
  readonly prime: bigint
  /** The curve is y² = x³ − 3x + b. */
  readonly b: bigint
  /** Order of the base point. */
  readonly order: bigint
}

/** The curves of RFC 5656. */
export const CURVES: Readonly<Record<CurveName, Curve>> = {
  nistp256: {
    bits: 256,
    jwk: 'P-256',
    spki: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
    prime: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  nistp384: {
    bits: 384,
    jwk: 'P-384',
    spki: '3076301006072a8648ce3d020106052b81040022036200',
    prime:
      0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  nistp521: {
    bits: 521,
    jwk: 'P-521',
    spki: '30819b301006072a8648ce3d020106052b8104002303818600',
    prime:
      0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffn,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
}

const UNCOMPRESSED = 0x04

/**
 * Checks an uncompressed point as OpenSSH does (`sshkey_ec_validate_public`).
 *
 * The equation is solved here, as an import by node:crypto takes twenty times as long; the order of the point needs
 * no check, as these curves have the cofactor 1.
 *
 * @throws {@link MalformedBlob} with a `point-…` fault.
 * @see SEC 1, 3.2.2.1
 */
export function checkPoint(name: CurveName, point: Uint8Array): void {
  const curve = CURVES[name]
  const length = Math.ceil(curve.bits / 8)
  if (point[0] === 0x02 || point[0] === 0x03) throw new MalformedBlob('point-compressed')
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * length) {
    throw new MalformedBlob('point-malformed')
  }
  const x = toBigInt(point.subarray(1, 1 + length))
  const y = toBigInt(point.subarray(1 + length))
  if (!isOnCurve(curve, x, y)) throw new MalformedBlob('point-not-on-curve')
  if (isUnlikely(curve, x) || isUnlikely(curve, y)) throw new MalformedBlob('point-weak')
}

/** SPKI and not JWK: the import of a JWK multiplies the point too, which takes 26 times as long for P-521. */
export function importPoint(name: CurveName, point: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(CURVES[name].spki, 'hex'), point])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

function isOnCurve({ prime, b }: Curve, x: bigint, y: bigint): boolean {
  if (x >= prime || y >= prime) return false
  return (y * y - (x * x - 3n) * x - b) % prime === 0n
}

/** Half as many bits as the order or fewer, or not below the order less one: OpenSSH refuses both. */
function isUnlikely({ bits, order }: Curve, coordinate: bigint): boolean {
  return coordinate >= order - 1n || coordinate >> BigInt(bits >> 1) === 0n
}
