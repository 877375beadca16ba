import {
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'

import { Secret } from '@gatehouse/core'

import { decodeBase64, encodeBase64Url } from './base64.ts'
import { MalformedBlob, readStrictly, type BlobReader } from './blob-reader.ts'
import { type KeyFaultCode } from './codes.ts'
import { CURVES, type CurveName } from './curve.ts'
import { isKeyFault, type KeyType, type PublicKey } from './model.ts'
import { fromKeyObject } from './node-key.ts'
import { toBigInt } from './number.ts'
import { parseKeyBlob } from './parse.ts'

/** Why a private key in OpenSSH's container was refused, beside the codes of `KEY_FAULTS`: code, and a sentence. */
export const PRIVATE_KEY_FAULTS = {
  /** Give the file of a private key as `ssh-keygen` writes it, whole. */
  'container-missing': 'there is no OpenSSH private key, or its begin, end or base64 is damaged',
  /** Take the passphrase away in a copy: `ssh-keygen -p -N ''`. */
  'container-encrypted': 'the private key is encrypted with a passphrase',
  /** Make the file anew: it holds several keys, or what no program writes. */
  'container-malformed': 'the container of the private key is malformed',
  /** Restore the file: it is damaged. */
  'check-differs': 'the two check numbers of the private key differ',
  /** Restore the file: it is damaged. */
  'padding-malformed': 'the padding of the private key is malformed',
  /** Do not use it: somebody put two keys together, or the file is damaged. */
  'halves-differ': 'the public half is not that of the private half',
} as const

/** Code of one way in which a private key can be unusable. */
export type PrivateKeyFaultCode = keyof typeof PRIVATE_KEY_FAULTS | KeyFaultCode

/** A refused private key. */
export interface PrivateKeyFault {
  /** What was wrong first. */
  readonly fault: PrivateKeyFaultCode
}

/** A private key, and what stands beside it. */
export interface PrivateKey {
  /** The half to keep. */
  readonly privateKey: KeyObject
  /** The half to give away; it was tried that both belong together. */
  readonly publicKey: PublicKey
  /** What stands inside as the comment. */
  readonly comment: string
}

const MAGIC = 'openssh-key-v1\0'

/** Largest text: that of a key of RSA 16384 has some 13 KB. */
const MAX_CONTAINER_BYTES = 64 * 1024

/** Block size of the cipher `none`. */
const BLOCK_BYTES = 8

const TEXT =
  /^\s*-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END OPENSSH PRIVATE KEY-----\s*$/u

/**
 * Reads a private key in OpenSSH's own container, `openssh-key-v1`, that is not encrypted. Inverse of
 * `formatPrivateKey`.
 *
 * Strict: one key, equal check numbers, the padding exact, nothing trailing, and the public half that stands
 * outside is the one that verifies what the private half signs.
 *
 * @param text - The file. Whoever calls it has seen to it that nobody else can read that.
 * @returns The key, or its first fault. Never throws for what is in the text.
 * @see PROTOCOL.key of OpenSSH
 */
export function parsePrivateKey(text: string | Uint8Array | Secret): PrivateKey | PrivateKeyFault {
  const exposed = text instanceof Secret ? text.expose() : text
  if (exposed.length > MAX_CONTAINER_BYTES) return { fault: 'container-missing' }
  const decoded = typeof exposed === 'string' ? exposed : Buffer.from(exposed).toString('latin1')
  const [, base64] = TEXT.exec(decoded) ?? []
  const container = base64 === undefined ? undefined : decodeBase64(base64)
  if (container === undefined) return { fault: 'container-missing' }
  const outer = readStrictly(container, readContainer)
  if ('fault' in outer) return outer
  const publicKey = parseKeyBlob(outer.blob)
  if (isKeyFault(publicKey)) return publicKey
  const inner = readStrictly(outer.secret, (reader) => readPrivatePart(publicKey.type, reader))
  if ('fault' in inner) return inner
  return assemble(publicKey, inner)
}

type Outer = { readonly blob: Uint8Array; readonly secret: Uint8Array } | PrivateKeyFault

function readContainer(reader: BlobReader): Outer {
  const refuse = (fault: PrivateKeyFaultCode): PrivateKeyFault => {
    reader.rest()
    return { fault }
  }
  const magic = Buffer.from(reader.bytes(Math.min(MAGIC.length, reader.remaining)))
  if (magic.toString('latin1') !== MAGIC) return refuse('container-malformed')
  const [cipher, kdf, kdfOptions] = [reader.text(), reader.text(), reader.string()]
  if (cipher !== 'none') return refuse('container-encrypted')
  const isPlain = kdf === 'none' && kdfOptions.length === 0 && reader.uint32() === 1
  if (!isPlain) return refuse('container-malformed')
  return { blob: reader.string(), secret: reader.string() }
}

type Inner = { readonly jwk: JsonWebKey; readonly comment: string } | PrivateKeyFault

function readPrivatePart(type: KeyType, reader: BlobReader): Inner {
  const refuse = (fault: PrivateKeyFaultCode): PrivateKeyFault => {
    reader.rest()
    return { fault }
  }
  if (reader.remaining % BLOCK_BYTES !== 0) return refuse('padding-malformed')
  if (reader.uint32() !== reader.uint32()) return refuse('check-differs')
  if (reader.text() !== type) return refuse('halves-differ')
  const jwk = readJwk(type, reader)
  if (jwk === undefined) return refuse('type-unknown')
  const comment = Buffer.from(reader.string()).toString('utf8')
  const padding = reader.rest()
  const isPadded =
    padding.length < BLOCK_BYTES && padding.every((byte, index) => byte === index + 1)
  return isPadded ? { jwk, comment } : { fault: 'padding-malformed' }
}

/** The fields of `sshkey_private_deserialize`. */
function readJwk(type: KeyType, reader: BlobReader): JsonWebKey | undefined {
  switch (type) {
    case 'ssh-ed25519':
      return readEd25519(reader)
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return readEcdsa(type.slice('ecdsa-sha2-'.length) as CurveName, reader)
    case 'ssh-rsa':
      return readRsa(reader)
    case 'ssh-dss':
    case 'sk-ssh-ed25519@openssh.com':
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return undefined
  }
}

const ED25519_BYTES = 32

function readEd25519(reader: BlobReader): JsonWebKey {
  const point = reader.string()
  const both = reader.string()
  const isWhole = Buffer.compare(both.subarray(ED25519_BYTES), point) === 0
  if (point.length !== ED25519_BYTES || both.length !== 2 * ED25519_BYTES || !isWhole) {
    throw new MalformedBlob('length-wrong')
  }
  const d = encodeBase64Url(both.subarray(0, ED25519_BYTES))
  return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(point), d }
}

function readEcdsa(name: CurveName, reader: BlobReader): JsonWebKey {
  if (reader.text() !== name) throw new MalformedBlob('curve-mismatch')
  const bytes = Math.ceil(CURVES[name].bits / 8)
  const point = reader.string()
  if (point.length !== 1 + 2 * bytes) throw new MalformedBlob('point-malformed')
  const d = reader.mpint()
  if (d.length > bytes) throw new MalformedBlob('number-too-long')
  return {
    kty: 'EC',
    crv: CURVES[name].jwk,
    x: encodeBase64Url(point.subarray(1, 1 + bytes)),
    y: encodeBase64Url(point.subarray(1 + bytes)),
    d: encodeBase64Url(padded(d, bytes)),
  }
}

function readRsa(reader: BlobReader): JsonWebKey {
  const [n, e, d] = [reader.mpint(), reader.mpint(), reader.mpint()]
  const [qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint()]
  if ([n, e, d, qi, p, q].some((number) => number.length === 0)) {
    throw new MalformedBlob('number-zero')
  }
  const members = { n, e, d, p, q, qi, dp: reduced(d, p), dq: reduced(d, q) }
  const encoded = Object.entries(members).map(([name, bytes]) => [name, encodeBase64Url(bytes)])
  return { kty: 'RSA', ...(Object.fromEntries(encoded) as JsonWebKey) }
}

/** The exponent of one prime: `d mod (prime - 1)`. */
function reduced(d: Uint8Array, prime: Uint8Array): Uint8Array {
  const below = toBigInt(prime) - 1n
  if (below <= 0n) throw new MalformedBlob('number-zero')
  const hex = (toBigInt(d) % below).toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
}

/** What node:crypto makes of the numbers is believed when it signs what the public half verifies. */
function assemble(
  publicKey: PublicKey,
  { jwk, comment }: Exclude<Inner, PrivateKeyFault>,
): PrivateKey | PrivateKeyFault {
  try {
    const { d: _, ...half } = jwk
    const inside = fromKeyObject(createPublicKey({ key: half, format: 'jwk' }))
    if (isKeyFault(inside) || !inside.equals(publicKey)) return { fault: 'halves-differ' }
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    const hash = publicKey.type === 'ssh-ed25519' ? null : 'sha256'
    const sample = randomBytes(32)
    const isPair = verify(hash, sample, publicKey.keyObject, sign(hash, sample, privateKey))
    return isPair ? { privateKey, publicKey, comment } : { fault: 'halves-differ' }
  } catch {
    return { fault: 'halves-differ' }
  }
}
