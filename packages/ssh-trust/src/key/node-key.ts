import { createPublicKey, type KeyObject } from 'node:crypto'

import { BlobWriter } from './blob-writer.ts'
import { type KeyFault } from './codes.ts'
import { CURVES, type CurveName } from './curve.ts'
import { jwkBytes, jwkOf } from './jwk.ts'
import { type PublicKey } from './model.ts'
import { parseKeyBlob } from './parse.ts'

const CURVE_NAMES: readonly CurveName[] = ['nistp256', 'nistp384', 'nistp521']

/** The curve of a JWK, by the name that SSH has for it. */
function curveOf(crv: string | undefined): CurveName | undefined {
  return CURVE_NAMES.find((name) => CURVES[name].jwk === crv)
}

/**
 * Makes the SSH form of a key of node:crypto, with every check of `parseKeyBlob`.
 *
 * @param key - Ed25519, ECDSA on a curve of NIST, or RSA; of a private key its public half is taken.
 * @returns The key, or `type-unknown` for other kinds of keys, or what `parseKeyBlob` finds.
 */
export function fromKeyObject(key: KeyObject): PublicKey | KeyFault {
  const blob = blobOf(key.type === 'private' ? createPublicKey(key) : key)
  return blob === undefined ? { fault: 'type-unknown' } : parseKeyBlob(blob)
}

function blobOf(key: KeyObject): Uint8Array | undefined {
  const writer = new BlobWriter()
  const type = key.asymmetricKeyType
  if (type === 'ec') return ecdsaBlob(key, writer)
  if (type === 'ed25519') {
    return writer
      .string('ssh-ed25519')
      .string(jwkBytes(jwkOf(key).x))
      .finish()
  }
  if (type !== 'rsa') return undefined
  const { e, n } = jwkOf(key)
  return writer.string('ssh-rsa').mpint(jwkBytes(e)).mpint(jwkBytes(n)).finish()
}

function ecdsaBlob(key: KeyObject, writer: BlobWriter): Uint8Array | undefined {
  if (!ECDSA_CURVES.has(key.asymmetricKeyDetails?.namedCurve ?? '')) return undefined
  const { crv, x, y } = jwkOf(key)
  const curve = curveOf(crv)
  if (curve === undefined) return undefined
  const point = Buffer.concat([Buffer.of(0x04), jwkBytes(x), jwkBytes(y)])
  return writer.string(`ecdsa-sha2-${curve}`).string(curve).string(point).finish()
}

/** The curves as OpenSSL names them; node:crypto cannot export others as JWK. */
const ECDSA_CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])
