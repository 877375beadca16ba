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
  /** Order of the base point (FIPS 186-4, D.1.2). */
  readonly order: bigint
}

/** The curves of RFC 5656. */
export const CURVES: Readonly<Record<CurveName, Curve>> = {
  nistp256: {
    bits: 256,
    jwk: 'P-256',
    spki: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  nistp384: {
    bits: 384,
    jwk: 'P-384',
    spki: '3076301006072a8648ce3d020106052b81040022036200',
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  nistp521: {
    bits: 521,
    jwk: 'P-521',
    spki: '30819b301006072a8648ce3d020106052b8104002303818600',
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
}

const UNCOMPRESSED = 0x04

/**
 * Checks an uncompressed point as OpenSSH does (`sshkey_ec_validate_public`), and makes the key of it.
 *
 * Whether the point is on the curve is decided by node:crypto, whose import refuses one that is not. The order of
 * the point needs no check: these curves have the cofactor 1.
 *
 * @throws {@link MalformedBlob} with a `point-…` fault.
 */
export function importPoint(name: CurveName, point: Uint8Array): KeyObject {
  const curve = CURVES[name]
  const length = Math.ceil(curve.bits / 8)
  if (point[0] === 0x02 || point[0] === 0x03) throw new MalformedBlob('point-compressed')
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * length) {
    throw new MalformedBlob('point-malformed')
  }
  const x = point.subarray(1, 1 + length)
  const y = point.subarray(1 + length)
  const key = importSpki(curve, point)
  if (isUnlikely(curve, x) || isUnlikely(curve, y)) throw new MalformedBlob('point-weak')
  return key
}

/** SPKI and not JWK: the import of a JWK multiplies the point too, which takes 26 times as long for P-521. */
function importSpki(curve: Curve, point: Uint8Array): KeyObject {
  const spki = Buffer.concat([Buffer.from(curve.spki, 'hex'), point])
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch {
    throw new MalformedBlob('point-not-on-curve')
  }
}

/** Half as many bits as the order or fewer, or not below the order less one: OpenSSH refuses both. */
function isUnlikely(curve: Curve, coordinate: Uint8Array): boolean {
  const value = toBigInt(coordinate)
  return value >= curve.order - 1n || value >> BigInt(curve.bits >> 1) === 0n
}
