import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  fingerprintOf,
  fromKeyObject,
  isKeyFault,
  KEY_FAULTS,
  MAX_KEY_BLOB_BYTES,
  parseKeyBlob,
  parseKeyFields,
  type KeyFault,
  type PublicKey,
} from '../../src/index.ts'
import { BlobReader, MalformedBlob, readStrictly } from '../../src/key/blob-reader.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { CASES, E, GOOD, N, rsaBlob, zero } from './blobs.ts'

function keyOf(read: PublicKey | KeyFault): PublicKey {
  if (isKeyFault(read)) throw new Error(read.fault)
  return read
}

function faultOf(read: object): string | undefined {
  return isKeyFault(read) ? read.fault : undefined
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

describe('a line of a key', () => {
  test.each(CASES)('$name gives $fault', ({ type, blob, fault }) => {
    expect(faultOf(parseKeyFields(type, base64(blob)))).toBe(fault)
  })

  test('the cases reach every fault of a blob', () => {
    const reached = new Set(CASES.map(({ fault }) => fault))
    const elsewhere = [
      'base64-malformed',
      'number-zero',
      'line-malformed',
      'rfc4716-malformed',
      'pem-malformed',
      'form-unfit',
      'private-key',
      'file-too-long',
    ]
    expect(
      Object.keys(KEY_FAULTS).filter(
        (code) => !elsewhere.includes(code) && !reached.has(code as never),
      ),
    ).toEqual([])
  })

  const text = base64(GOOD[0]?.blob ?? new Uint8Array())
  test.each([
    ['a carriage return at the end', `${text}\r`],
    ['a vertical tab inside', `${text.slice(0, 9)}\v${text.slice(9)}`],
  ])('the base64 is read with %s', (_, written) => {
    expect(faultOf(parseKeyFields('ssh-ed25519', written))).toBeUndefined()
  })

  const padded = base64(GOOD[2]?.blob ?? new Uint8Array())
  test.each([
    ['a character less', text.slice(0, -1)],
    ['no padding', padded.replace('=', '')],
    ['padding too much', `${text}====`],
    ['data after the padding', `${padded}AAAA`],
    ['the other alphabet', `${text.slice(0, 30)}_${text.slice(31)}`],
    ['a no-break space', `${text}\u{A0}`],
    ['a NUL', `${text}\0`],
    [
      'stray bits',
      padded.replace(/.=$/u, (tail) => `${String.fromCodePoint((tail.codePointAt(0) ?? 0) + 1)}=`),
    ],
  ])('the base64 is refused with %s', (_, written) => {
    expect(faultOf(parseKeyFields('ecdsa-sha2-nistp256', written))).toBe('base64-malformed')
  })
})

describe('a key', () => {
  test.each(GOOD)('$type has its type, size and blob', ({ type, blob, bits }) => {
    const key = keyOf(parseKeyBlob(blob))
    expect([key.type, key.bits, key.application]).toEqual([
      type,
      bits,
      type.startsWith('sk-') ? 'ssh:' : undefined,
    ])
    expect(base64(key.blob)).toBe(base64(blob))
    expect(key.keyObject).toBe(key.keyObject)
  })

  test('superfluous zeros make no other key', () => {
    const plain = keyOf(parseKeyBlob(rsaBlob(E, zero(N))))
    const padded = keyOf(parseKeyBlob(rsaBlob(zero(zero(E)), zero(zero(zero(N))))))
    expect(padded.equals(plain)).toBe(true)
    expect(padded.fingerprint).toBe(plain.fingerprint)
  })

  test('differs from a key of the same point for another application', () => {
    const [type, x] = readNames(GOOD[5]?.blob ?? new Uint8Array())
    const other = new BlobWriter().string(type).string(x).string('ssh:other').finish()
    const key = keyOf(parseKeyBlob(GOOD[5]?.blob ?? new Uint8Array()))
    expect(keyOf(parseKeyBlob(other)).equals(key)).toBe(false)
  })

  test('does not change with the array it was read from', () => {
    const blob = Buffer.from(GOOD[0]?.blob ?? [])
    const key = keyOf(parseKeyBlob(blob))
    const before = createHash('sha256').update(key.blob).digest('hex')
    blob.fill(0)
    expect(createHash('sha256').update(key.blob).digest('hex')).toBe(before)
    expect(key.keyObject.equals(keyOf(parseKeyBlob(GOOD[0]?.blob ?? blob)).keyObject)).toBe(true)
  })

  test.each([
    ['ed25519', generateKeyPairSync('ed25519').privateKey, null],
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'sha256'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, 'sha512'],
  ] as const)('of %s verifies what its private half signed', (_, privateKey, hash) => {
    const data = Buffer.from('data')
    const key = keyOf(fromKeyObject(privateKey))
    expect(verify(hash, data, key.keyObject, sign(hash, data, privateKey))).toBe(true)
  })

  test.each([
    ['x25519', generateKeyPairSync('x25519').publicKey],
    ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['RSA for PSS only', generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey],
  ])('is not made of %s', (_, key) => {
    expect(faultOf(fromKeyObject(key))).toBe('type-unknown')
  })

  test('of RSA is not made below 1024 bits', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 768 }).publicKey
    expect(faultOf(fromKeyObject(key))).toBe('modulus-too-short')
  })

  test('of ssh-dss has its size, and its fields may not be zero', () => {
    const { publicKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
    const spki = publicKey.export({ format: 'der', type: 'spki' })
    const numbers = dsaNumbers(spki)
    const key = keyOf(parseKeyBlob(dsaBlob(numbers)))
    expect(key.bits).toBe(1024)
    expect(key.keyObject.export({ format: 'der', type: 'spki' }).equals(spki)).toBe(true)
    expect(faultOf(parseKeyBlob(dsaBlob([...numbers.slice(0, 3), new Uint8Array()])))).toBe(
      'number-zero',
    )
  })

  test('that is too long is not looked at', () => {
    expect(faultOf(parseKeyBlob(new Uint8Array(MAX_KEY_BLOB_BYTES + 1)))).toBe('blob-too-long')
  })
})

function readNames(blob: Uint8Array): [string, Uint8Array] {
  const reader = new BlobReader(blob)
  return [reader.text(), reader.string()]
}

/** The four integers of a DSA key in SPKI: p, q, g in the parameters, then y. */
function dsaNumbers(spki: Buffer): Uint8Array[] {
  const numbers = new Array<Uint8Array>()
  const walk = (der: Buffer): void => {
    for (let at = 0; at < der.length;) {
      const tag = der[at] ?? 0
      const form = der[at + 1] ?? 0
      const long = form > 0x80 ? form - 0x80 : 0
      const start = at + 2 + long
      const length = long > 0 ? der.readUIntBE(at + 2, long) : form
      const content = der.subarray(start, start + length)
      if (tag === 0x02) numbers.push(content)
      if (tag === 0x30) walk(content)
      if (tag === 0x03) walk(content.subarray(1))
      at = start + length
    }
  }
  walk(spki)
  return numbers
}

function dsaBlob(numbers: readonly Uint8Array[]): Uint8Array {
  const writer = new BlobWriter().string('ssh-dss')
  for (const number of numbers) writer.mpint(number)
  return writer.finish()
}

describe('a fingerprint', () => {
  const empty = new Uint8Array()
  test('is written as ssh-keygen does', () => {
    expect(fingerprintOf(empty, 'sha256')).toBe(
      'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
    )
    expect(fingerprintOf(empty, 'md5')).toBe('MD5:d4:1d:8c:d9:8f:00:b2:04:e9:80:09:98:ec:f8:42:7e')
  })
})

describe('a reader', () => {
  test('reads numbers, texts and what is left', () => {
    const blob = Buffer.from('01000000020000000000000003000000024142ff00', 'hex')
    const read = readStrictly(blob, (reader) => ({
      values: [reader.byte(), reader.uint32(), reader.uint64(), reader.text(), reader.offset],
      rest: base64(reader.rest()),
    }))
    expect(read).toEqual({ values: [1, 2, 3n, 'AB', 19], rest: '/wA=' })
  })

  test.each([
    ['a byte', 0, (reader: BlobReader) => reader.byte()],
    ['32 bits', 3, (reader: BlobReader) => reader.uint32()],
    ['64 bits', 7, (reader: BlobReader) => reader.uint64()],
  ])('refuses %s that is not there', (_, length, read) => {
    expect(() => read(new BlobReader(new Uint8Array(length)))).toThrow(MalformedBlob)
  })

  test('passes on what is not about the blob', () => {
    expect(() =>
      readStrictly(new Uint8Array(), () => {
        throw new RangeError('ours')
      }),
    ).toThrow(RangeError)
  })
})
