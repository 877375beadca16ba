import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  formatPrivateKey,
  fromKeyObject,
  isKeyFault,
  parsePrivateKey,
  PRIVATE_KEY_FAULTS,
} from '../../src/index.ts'
import { BlobReader } from '../../src/key/blob-reader.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { jwkOf } from '../../src/key/jwk.ts'

const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1')

/** What a container is made of; what is left out is as it should be. */
interface Parts {
  readonly magic: Uint8Array
  readonly cipher: string
  readonly kdf: string
  readonly keys: number
  readonly blob: Uint8Array
  readonly secret: Uint8Array
  readonly after: Uint8Array
}

function partsOf(key: KeyObject): Parts {
  const text = (formatPrivateKey(key) as Secret).expose()
  const outer = new BlobReader(Buffer.from(text.replaceAll(/-----.*-----/gu, ''), 'base64'))
  const magic = outer.bytes(15)
  for (let skipped = 0; skipped < 3; skipped += 1) outer.string()
  outer.uint32()
  const [blob, secret] = [outer.string(), outer.string()]
  const after = new Uint8Array()
  return { magic, cipher: 'none', kdf: 'none', keys: 1, blob, secret, after }
}

function containerOf(parts: Parts): string {
  const bytes = new BlobWriter()
    .bytes(parts.magic)
    .string(parts.cipher)
    .string(parts.kdf)
    .string('')
    .uint32(parts.keys)
    .string(parts.blob)
    .string(parts.secret)
    .bytes(parts.after)
    .finish()
  return armoured(Buffer.from(bytes).toString('base64'))
}

function armoured(base64: string): string {
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function changed(bytes: Uint8Array, at: number, to: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at < 0 ? copy.length + at : at] = to
  return copy
}

const ED25519 = generateKeyPairSync('ed25519').privateKey
const OTHER = generateKeyPairSync('ed25519').privateKey
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const whole = partsOf(ED25519)

/** The private part of the key, with the public half of another. */
const crossed = ((): Uint8Array => {
  const half = partsOf(OTHER).blob.subarray(-32)
  const secret = Uint8Array.from(whole.secret)
  // Two check numbers, the type, then point, seed and point.
  secret.set(half, 8 + 15 + 4)
  secret.set(half, 8 + 15 + 4 + 32 + 4 + 32)
  return secret
})()

const CASES: readonly (readonly [string, string, string])[] = [
  ['no container', 'container-missing', 'ssh-ed25519 AAAA'],
  ['PEM', 'container-missing', ED25519.export({ type: 'pkcs8', format: 'pem' }) as string],
  ['broken base64', 'container-missing', armoured('AAA')],
  ['a text without end', 'container-missing', containerOf(whole).slice(0, -8)],
  ['a text of megabytes', 'container-missing', armoured('A'.repeat(1_000_000))],
  [
    'another magic',
    'container-malformed',
    containerOf({ ...whole, magic: changed(MAGIC, 12, 0x39) }),
  ],
  ['a shorter magic', 'container-malformed', armoured('AAAA')],
  ['a cipher', 'container-encrypted', containerOf({ ...whole, cipher: 'aes256-ctr' })],
  ['a key derivation alone', 'container-malformed', containerOf({ ...whole, kdf: 'bcrypt' })],
  ['two keys', 'container-malformed', containerOf({ ...whole, keys: 2 })],
  ['bytes behind it', 'blob-trailing', containerOf({ ...whole, after: Buffer.of(0) })],
  [
    'half a private part',
    'blob-truncated',
    containerOf({ ...whole, secret: whole.secret.subarray(0, 64) }),
  ],
  [
    'other check numbers',
    'check-differs',
    containerOf({ ...whole, secret: changed(whole.secret, 0, ~(whole.secret[0] ?? 0)) }),
  ],
  [
    'another padding',
    'padding-malformed',
    containerOf({ ...whole, secret: changed(whole.secret, -1, 99) }),
  ],
  [
    'no whole block',
    'padding-malformed',
    containerOf({ ...whole, secret: whole.secret.subarray(0, -1) }),
  ],
  [
    'a block too many',
    'padding-malformed',
    containerOf({ ...whole, secret: Buffer.concat([whole.secret, Buffer.alloc(8)]) }),
  ],
  ['another public half', 'halves-differ', containerOf({ ...whole, blob: partsOf(OTHER).blob })],
  [
    'another public half on both sides',
    'halves-differ',
    containerOf({ ...whole, blob: partsOf(OTHER).blob, secret: crossed }),
  ],
  [
    'another public half beside the private one',
    'halves-differ',
    containerOf({ ...whole, secret: crossed }),
  ],
  [
    'a public half of another type',
    'halves-differ',
    containerOf({ ...whole, blob: partsOf(EC).blob }),
  ],
  ['no public half', 'blob-truncated', containerOf({ ...whole, blob: new Uint8Array() })],
]

describe('a private key in its container', () => {
  test.each([
    ['Ed25519', ED25519],
    ['ECDSA', EC],
    ['ECDSA on P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('is read as it was written: %s', (_, key) => {
    const read = parsePrivateKey(formatPrivateKey(key, 'a comment') as Secret)
    if ('fault' in read) throw new Error(read.fault)
    const publicKey = fromKeyObject(key)
    expect(read.comment).toBe('a comment')
    expect(!isKeyFault(publicKey) && read.publicKey.equals(publicKey)).toBe(true)
    expect(jwkOf(read.privateKey)).toEqual(jwkOf(key))
  })

  test.each(CASES)('is refused for %s: %s', (_, fault, text) => {
    expect(parsePrivateKey(text)).toEqual({ fault })
  })

  test('has a case for each of its faults', () => {
    const faults = new Set(CASES.map(([, fault]) => fault))
    expect(Object.keys(PRIVATE_KEY_FAULTS).filter((code) => !faults.has(code))).toEqual([])
  })
})
