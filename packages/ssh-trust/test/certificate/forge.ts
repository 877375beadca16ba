import { createHash, generateKeyPairSync, sign } from 'node:crypto'

import { BlobReader } from '../../src/key/blob-reader.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { jwkOf } from '../../src/key/jwk.ts'
import {
  isKeyFault,
  parseCertificateBlob,
  parseKeyBlob,
  type PublicKey,
  type SignatureType,
  type SshCertificate,
} from '../../src/index.ts'

/** A key that can sign. */
export interface Signer {
  readonly key: PublicKey
  readonly sign: (data: Uint8Array, type?: SignatureType) => Uint8Array
}

/** What to write into a certificate instead of what a good one has. */
export interface Content {
  readonly type?: string
  readonly serial?: bigint
  readonly kind?: number
  readonly keyId?: string
  readonly principals?: readonly string[]
  readonly principalBytes?: Uint8Array
  readonly validAfter?: bigint
  readonly validBefore?: bigint
  readonly critical?: readonly Option[]
  readonly extensions?: readonly Option[]
  readonly criticalBytes?: Uint8Array
  readonly authority?: Uint8Array
  readonly signatureType?: SignatureType
  readonly signature?: (signature: Uint8Array) => Uint8Array
}

/** Name and value; a text is written with a length before it, as `force-command` has it. */
export type Option = readonly [name: string, value?: string | Uint8Array]

/** A time in every forged certificate, in seconds since 1970. */
export const NOW = 1_800_000_000n

const FOR_EVER = 2n ** 64n - 1n
const CURVES = {
  nistp256: ['P-256', 32],
  nistp384: ['P-384', 48],
  nistp521: ['P-521', 66],
} as const
const HASHES = { nistp256: 'sha256', nistp384: 'sha384', nistp521: 'sha512' } as const

/** What a security key says of itself when it signs. */
export const TOUCHED = 1
export const VERIFIED = 4

/**
 * A new key of a type, security keys in software included.
 *
 * @param flags - What a security key says: {@link TOUCHED}, {@link VERIFIED}.
 */
export function makeSigner(type: PublicKey['type'], flags: number = TOUCHED): Signer {
  if (type === 'ssh-rsa') return makeRsa(2048)
  if (type.includes('ed25519')) return makeEd25519(type, flags)
  const curve = (/nistp\d+/.exec(type) ?? [])[0] as keyof typeof CURVES
  return makeEcdsa(type, curve, flags)
}

function makeEd25519(type: PublicKey['type'], flags: number): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const x = Buffer.from(jwkOf(publicKey).x ?? '', 'base64url')
  const raw = (data: Uint8Array) => sign(null, data, privateKey)
  return signerOf(type, new BlobWriter().string(type).string(x), raw, flags)
}

function makeEcdsa(type: PublicKey['type'], curve: keyof typeof CURVES, flags: number): Signer {
  const [namedCurve, size] = CURVES[curve]
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  const { x = '', y = '' } = jwkOf(publicKey)
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ])
  const raw = (data: Uint8Array) => {
    const both = sign(HASHES[curve], data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return new BlobWriter().mpint(both.subarray(0, size)).mpint(both.subarray(size)).finish()
  }
  return signerOf(type, new BlobWriter().string(type).string(curve).string(point), raw, flags)
}

/** A new RSA key of a size. */
export function makeRsa(bits: number): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const { e = '', n = '' } = jwkOf(publicKey)
  const numbers = [e, n].map((number) => Buffer.from(number, 'base64url'))
  const writer = new BlobWriter().string('ssh-rsa')
  for (const number of numbers) writer.mpint(number)
  return {
    key: readKey(writer.finish()),
    sign: (data, type = 'rsa-sha2-512') =>
      new BlobWriter()
        .string(type)
        .string(sign(rsaHash(type), data, privateKey))
        .finish(),
  }
}

function rsaHash(type: SignatureType): string {
  if (type === 'ssh-rsa') return 'sha1'
  return type === 'rsa-sha2-256' ? 'sha256' : 'sha512'
}

function signerOf(
  type: PublicKey['type'],
  blob: BlobWriter,
  raw: (data: Uint8Array) => Uint8Array,
  flags: number,
): Signer {
  if (!type.startsWith('sk-')) {
    const signPlain = (data: Uint8Array, label: string = type) =>
      new BlobWriter().string(label).string(raw(data)).finish()
    return { key: readKey(blob.finish()), sign: signPlain }
  }
  const device = Buffer.of(flags, 0, 0, 0, 7)
  const signWrapped = (data: Uint8Array) => {
    const signed = Buffer.concat([sha256('ssh:'), device, sha256(data)])
    return new BlobWriter().string(type).string(raw(signed)).bytes(device).finish()
  }
  return { key: readKey(blob.string('ssh:').finish()), sign: signWrapped }
}

function sha256(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}

function readKey(blob: Uint8Array): PublicKey {
  const key = parseKeyBlob(blob)
  if (isKeyFault(key)) throw new Error(key.fault)
  return key
}

const SUBJECT = makeSigner('ssh-ed25519')
/** Signs every forged certificate that names no other. */
export const AUTHORITY: Signer = makeSigner('ssh-ed25519')

/** A certificate as bytes; by default a good one for user `ada`, valid for ever. */
export function forge(
  content: Content = {},
  signer: Signer = AUTHORITY,
  subject: PublicKey = SUBJECT.key,
): Uint8Array {
  const inner = new BlobReader(subject.blob)
  inner.string()
  const body = new BlobWriter()
    .string(content.type ?? certificateType(subject.type))
    .string('nonce')
    .bytes(inner.rest())
    .bytes(u64(content.serial ?? 7n))
    .uint32(content.kind ?? 1)
    .string(content.keyId ?? 'ada@example')
    .string(content.principalBytes ?? strings(content.principals ?? ['ada']))
    .bytes(u64(content.validAfter ?? 0n))
    .bytes(u64(content.validBefore ?? FOR_EVER))
    .string(content.criticalBytes ?? options(content.critical ?? []))
    .string(options(content.extensions ?? [['permit-pty']]))
    .string('')
    .string(content.authority ?? signer.key.blob)
    .finish()
  const signature = signer.sign(body, content.signatureType)
  return new BlobWriter()
    .bytes(body)
    .string(content.signature === undefined ? signature : content.signature(signature))
    .finish()
}

/** As {@link forge}, read. */
export function forged(
  content: Content = {},
  signer?: Signer,
  subject?: PublicKey,
): SshCertificate {
  const certificate = parseCertificateBlob(forge(content, signer, subject))
  if ('fault' in certificate) throw new Error(certificate.fault)
  return certificate
}

/** The certificate type for a key type. */
export function certificateType(type: string): string {
  return `${type.replace('@openssh.com', '')}-cert-v01@openssh.com`
}

/** A 64-bit number. */
export function u64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** Strings one after the other. */
export function strings(values: readonly (string | Uint8Array)[]): Uint8Array {
  const writer = new BlobWriter()
  for (const value of values) writer.string(value)
  return writer.finish()
}

function options(list: readonly Option[]): Uint8Array {
  return strings(
    list.flatMap(([name, value = new Uint8Array()]) => [
      name,
      typeof value === 'string' ? strings([value]) : value,
    ]),
  )
}
