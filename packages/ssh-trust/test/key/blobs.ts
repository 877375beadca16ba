import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type KeyFaultCode, type KeyType } from '../../src/index.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { jwkOf } from '../../src/key/jwk.ts'

/** One blob, what is expected of it, and where OpenSSH thinks otherwise. */
export interface BlobCase {
  readonly name: string
  /** Label that stands before the blob in a line. */
  readonly type: string
  readonly blob: Uint8Array
  /** Absent: it is a key. */
  readonly fault?: KeyFaultCode
  /** `ssh-keygen` takes what is refused here. */
  readonly stricter?: true
}

const b64 = (member: string | undefined): Buffer => Buffer.from(member ?? '', 'base64url')
const wire = (): BlobWriter => new BlobWriter()
const concat = (...pieces: readonly Uint8Array[]): Uint8Array => Buffer.concat(pieces)
const publicOf = (key: KeyObject) => jwkOf(createPublicKey(key))

const rsa = publicOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
export const N: Buffer = b64(rsa.n)
export const E: Buffer = b64(rsa.e)
const short = b64(publicOf(generateKeyPairSync('rsa', { modulusLength: 1016 }).privateKey).n)
const large = Buffer.alloc(2048, 0xff)
const X: Buffer = b64(publicOf(generateKeyPairSync('ed25519').privateKey).x)

const CURVES = [
  ['nistp256', 'P-256'],
  ['nistp384', 'P-384'],
  ['nistp521', 'P-521'],
] as const

function point(crv: string): Buffer {
  const jwk = publicOf(generateKeyPairSync('ec', { namedCurve: crv }).privateKey)
  return Buffer.concat([Buffer.of(4), b64(jwk.x), b64(jwk.y)])
}

function ecdsa(curve: string, at: Uint8Array, inner = curve): Uint8Array {
  return wire().string(`ecdsa-sha2-${curve}`).string(inner).string(at).finish()
}

/** SSH RSA blob with its numbers exactly as given. */
export function rsaBlob(e: Uint8Array, n: Uint8Array, type = 'ssh-rsa'): Uint8Array {
  return wire().string(type).string(e).string(n).finish()
}

export const zero = (bytes: Uint8Array): Uint8Array => concat(Buffer.of(0), bytes)

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (
    let bit = exponent, square = base % P;
    bit > 0n;
    bit >>= 1n, square = (square * square) % P
  ) {
    if ((bit & 1n) === 1n) result = (result * square) % P
  }
  return result
}

/** The first point of P-256 from a given abscissa on. */
function pointFrom(start: bigint): Buffer {
  for (let x = start; ; x += 1n) {
    const square = (x ** 3n - 3n * x + B) % P
    const y = power(square, (P + 1n) / 4n)
    if ((y * y) % P === square) {
      const hex = [x, y].map((number) => number.toString(16).padStart(64, '0'))
      return Buffer.from(`04${hex.join('')}`, 'hex')
    }
  }
}

const P256 = point('P-256')
const compressed = Buffer.concat([Buffer.of(2 + ((P256.at(-1) ?? 0) & 1)), P256.subarray(1, 33)])
const offCurve = Buffer.from(P256)
offCurve[64] = (offCurve[64] ?? 0) ^ 1
const hybrid = Buffer.from(P256)
hybrid[0] = 6 + ((P256.at(-1) ?? 0) & 1)

const ed25519 = wire().string('ssh-ed25519').string(X).finish()
const sk = 'sk-ssh-ed25519@openssh.com'
const skEc = 'sk-ecdsa-sha2-nistp256@openssh.com'
const rsaGood = rsaBlob(E, zero(N))
const even = Buffer.from(N)
even[127] = (even[127] ?? 0) & 0xfe

function ed(bytes: Uint8Array, type = 'ssh-ed25519'): Uint8Array {
  return wire().string(type).string(bytes).finish()
}

/** Good blobs of every type but `ssh-dss`. */
export const GOOD: readonly {
  readonly type: KeyType
  readonly blob: Uint8Array
  readonly bits: number
}[] = [
  { type: 'ssh-ed25519', blob: ed25519, bits: 256 },
  { type: 'ssh-rsa', blob: rsaGood, bits: 1024 },
  { type: 'ecdsa-sha2-nistp256', blob: ecdsa('nistp256', P256), bits: 256 },
  { type: 'ecdsa-sha2-nistp384', blob: ecdsa('nistp384', point('P-384')), bits: 384 },
  { type: 'ecdsa-sha2-nistp521', blob: ecdsa('nistp521', point('P-521')), bits: 521 },
  { type: sk, blob: wire().string(sk).string(X).string('ssh:').finish(), bits: 256 },
  {
    type: skEc,
    blob: wire().string(skEc).string('nistp256').string(P256).string('ssh:').finish(),
    bits: 256,
  },
]

/** Blobs and labels, good and bad; `ssh-keygen` is asked about each. */
export const CASES: readonly BlobCase[] = [
  ...GOOD.map(({ type, blob }) => ({ name: `a good ${type}`, type, blob })),
  ...GOOD.map(({ type, blob }): BlobCase => ({
    name: `a ${type} with a byte more`,
    type,
    blob: concat(blob, Buffer.of(0)),
    fault: 'blob-trailing',
  })),
  ...GOOD.map(({ type, blob }): BlobCase => ({
    name: `a ${type} with a byte less`,
    type,
    blob: blob.subarray(0, -1),
    fault: 'blob-truncated',
  })),
  { name: 'nothing', type: 'ssh-rsa', blob: new Uint8Array(), fault: 'blob-truncated' },
  {
    name: 'a length of 4 GiB',
    type: 'ssh-rsa',
    blob: Buffer.alloc(4, 255),
    fault: 'blob-truncated',
  },
  { name: 'a superfluous zero before n', type: 'ssh-rsa', blob: rsaBlob(E, zero(zero(N))) },
  { name: 'superfluous zeros before e', type: 'ssh-rsa', blob: rsaBlob(zero(zero(E)), zero(N)) },
  { name: 'a negative n', type: 'ssh-rsa', blob: rsaBlob(E, N), fault: 'number-negative' },
  {
    name: 'a negative e',
    type: 'ssh-rsa',
    blob: rsaBlob(Buffer.of(0x83), zero(N)),
    fault: 'number-negative',
  },
  {
    name: 'n of 1016 bits',
    type: 'ssh-rsa',
    blob: rsaBlob(E, zero(short)),
    fault: 'modulus-too-short',
  },
  {
    name: 'n of zero',
    type: 'ssh-rsa',
    blob: rsaBlob(E, Buffer.alloc(0)),
    fault: 'modulus-too-short',
  },
  { name: 'n of 16384 bits', type: 'ssh-rsa', blob: rsaBlob(E, zero(large)) },
  {
    name: 'n of 16385 bits',
    type: 'ssh-rsa',
    blob: rsaBlob(E, concat(Buffer.of(1), large)),
    fault: 'number-too-long',
  },
  {
    name: 'n of 16384 bits with two zeros before it',
    type: 'ssh-rsa',
    blob: rsaBlob(E, zero(zero(large))),
    fault: 'number-too-long',
  },
  {
    name: 'an even n',
    type: 'ssh-rsa',
    blob: rsaBlob(E, zero(even)),
    fault: 'modulus-even',
    stricter: true,
  },
  {
    name: 'e of 1',
    type: 'ssh-rsa',
    blob: rsaBlob(Buffer.of(1), zero(N)),
    fault: 'exponent-unusable',
    stricter: true,
  },
  {
    name: 'e of 0',
    type: 'ssh-rsa',
    blob: rsaBlob(Buffer.alloc(0), zero(N)),
    fault: 'exponent-unusable',
    stricter: true,
  },
  {
    name: 'an even e',
    type: 'ssh-rsa',
    blob: rsaBlob(Buffer.of(4), zero(N)),
    fault: 'exponent-unusable',
    stricter: true,
  },
  {
    name: 'e as large as n',
    type: 'ssh-rsa',
    blob: rsaBlob(zero(N), zero(N)),
    fault: 'exponent-unusable',
    stricter: true,
  },
  { name: 'the label rsa-sha2-256', type: 'rsa-sha2-256', blob: rsaGood },
  { name: 'the label rsa-sha2-512', type: 'rsa-sha2-512', blob: rsaGood },
  {
    name: 'the label of a WebAuthn signature',
    type: 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
    blob: GOOD[6]?.blob ?? new Uint8Array(),
  },
  { name: 'the label ssh-rsa on Ed25519', type: 'ssh-rsa', blob: ed25519, fault: 'type-mismatch' },
  {
    name: 'the label rsa-sha2-256 on Ed25519',
    type: 'rsa-sha2-256',
    blob: ed25519,
    fault: 'type-mismatch',
  },
  {
    name: 'the label of another curve',
    type: 'ecdsa-sha2-nistp384',
    blob: ecdsa('nistp256', P256),
    fault: 'type-mismatch',
  },
  { name: 'a label in capitals', type: 'SSH-ED25519', blob: ed25519, fault: 'type-unknown' },
  { name: 'a short label', type: 'ED25519', blob: ed25519, fault: 'type-unknown' },
  { name: 'an unknown label', type: 'ssh-foo', blob: ed25519, fault: 'type-unknown' },
  {
    name: 'the label of a certificate',
    type: 'ssh-ed25519-cert-v01@openssh.com',
    blob: ed25519,
    fault: 'type-certificate',
  },
  {
    name: 'a certificate type inside',
    type: 'ssh-ed25519',
    blob: ed(X, 'ssh-ed25519-cert-v01@openssh.com'),
    fault: 'type-certificate',
  },
  {
    name: 'an unknown type inside',
    type: 'ssh-ed25519',
    blob: ed(X, 'ssh-ed448'),
    fault: 'type-unknown',
  },
  {
    name: 'a short type inside',
    type: 'ssh-ed25519',
    blob: ed(X, 'ED25519'),
    fault: 'type-unknown',
    stricter: true,
  },
  {
    name: 'a signature type inside',
    type: 'ssh-rsa',
    blob: rsaBlob(E, zero(N), 'rsa-sha2-256'),
    fault: 'type-unknown',
    stricter: true,
  },
  {
    name: 'a NUL after the type inside',
    type: 'ssh-ed25519',
    blob: ed(X, 'ssh-ed25519\0'),
    fault: 'text-malformed',
    stricter: true,
  },
  {
    name: 'a NUL in the type inside',
    type: 'ssh-ed25519',
    blob: ed(X, 'ssh-ed25519\0x'),
    fault: 'text-malformed',
  },
  {
    name: 'a type inside that is no UTF-8',
    type: 'ssh-ed25519',
    blob: wire().string(Buffer.of(0xff)).string(X).finish(),
    fault: 'text-malformed',
  },
  {
    name: 'Ed25519 of 31 bytes',
    type: 'ssh-ed25519',
    blob: ed(X.subarray(1)),
    fault: 'length-wrong',
  },
  { name: 'Ed25519 of 33 bytes', type: 'ssh-ed25519', blob: ed(zero(X)), fault: 'length-wrong' },
  {
    name: 'a curve that is not the type’s',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', P256, 'nistp384'),
    fault: 'curve-mismatch',
  },
  {
    name: 'a point of another curve',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', point('P-384')),
    fault: 'point-malformed',
  },
  {
    name: 'a compressed point',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', compressed),
    fault: 'point-compressed',
  },
  {
    name: 'a hybrid point',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', hybrid),
    fault: 'point-malformed',
  },
  {
    name: 'the point at infinity',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', Buffer.of(0)),
    fault: 'point-malformed',
  },
  {
    name: 'an empty point',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', Buffer.alloc(0)),
    fault: 'point-malformed',
  },
  {
    name: 'a point off the curve',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', offCurve),
    fault: 'point-not-on-curve',
  },
  {
    name: 'a coordinate above the field',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 255)])),
    fault: 'point-not-on-curve',
  },
  {
    name: 'a very small coordinate',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', pointFrom(2n)),
    fault: 'point-weak',
  },
  {
    name: 'a coordinate of 128 bits',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', pointFrom(2n ** 127n)),
    fault: 'point-weak',
  },
  {
    name: 'a coordinate of 129 bits',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', pointFrom(2n ** 128n)),
  },
  {
    name: 'a coordinate above the order',
    type: 'ecdsa-sha2-nistp256',
    blob: ecdsa('nistp256', pointFrom(ORDER)),
    fault: 'point-weak',
  },
  ...CURVES.map(([curve, crv]): BlobCase => {
    const bent = point(crv)
    bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
    return {
      name: `a point off ${curve}`,
      type: `ecdsa-sha2-${curve}`,
      blob: ecdsa(curve, bent),
      fault: 'point-not-on-curve',
    }
  }),
  {
    name: 'a security key without application',
    type: sk,
    blob: ed(X, sk),
    fault: 'blob-truncated',
  },
  {
    name: 'a security key with an empty application',
    type: sk,
    blob: wire().string(sk).string(X).string('').finish(),
  },
  {
    name: 'a NUL in the application',
    type: sk,
    blob: wire().string(sk).string(X).string('s\0h').finish(),
    fault: 'text-malformed',
  },
  {
    name: 'an application of 16 KiB',
    type: sk,
    blob: wire()
      .string(sk)
      .string(X)
      .string('a'.repeat(16 * 1024))
      .finish(),
    fault: 'blob-too-long',
    stricter: true,
  },
]
