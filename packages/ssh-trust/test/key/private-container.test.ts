import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  formatPrivateKey,
  fromKeyObject,
  generateKey,
  isKeyFault,
  type PublicKey,
} from '../../src/index.ts'
import { BlobReader } from '../../src/key/blob-reader.ts'
import { jwkOf } from '../../src/key/jwk.ts'

/** A reader of what follows the two check numbers. */
function privatePartOf(key: KeyObject): BlobReader {
  const text = (formatPrivateKey(key) as Secret).expose()
  const outer = new BlobReader(Buffer.from(text.replaceAll(/-----.*-----/gu, ''), 'base64'))
  outer.bytes(15)
  for (let skipped = 0; skipped < 3; skipped += 1) outer.string()
  outer.uint32()
  outer.string()
  const inner = new BlobReader(outer.string())
  inner.bytes(8)
  return inner
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** A member of a JWK without leading zeros. */
function magnitude(member: string | undefined): Buffer {
  const bytes = Buffer.from(member ?? '', 'base64url')
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0))
}

describe('a private key', () => {
  test('is written as PROTOCOL.key has it, with both halves and padding', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const publicKey = fromKeyObject(privateKey) as PublicKey
    const written = formatPrivateKey(privateKey, 'a comment') as Secret
    const lines = written.expose().split('\n')
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ])
    const outer = new BlobReader(Buffer.from(lines.slice(1, -2).join(''), 'base64'))
    expect(Buffer.from(outer.bytes(15)).toString('latin1')).toBe('openssh-key-v1\0')
    expect([outer.text(), outer.text(), outer.text(), outer.uint32()]).toEqual([
      'none',
      'none',
      '',
      1,
    ])
    expect(Buffer.compare(outer.string(), publicKey.blob)).toBe(0)
    const secret = outer.string()
    outer.end()
    expect(secret.length % 8).toBe(0)
    const inner = new BlobReader(secret)
    expect(inner.uint32()).toBe(inner.uint32())
    expect([inner.text(), inner.string().length, inner.string().length, inner.text()]).toEqual([
      'ssh-ed25519',
      32,
      64,
      'a comment',
    ])
    const padding = [...inner.rest()]
    expect(padding).toEqual(padding.map((_, index) => index + 1))
  })

  test('of RSA has its numbers in the order of OpenSSH', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { n, e, d, qi, p, q } = jwkOf(privateKey)
    const inner = privatePartOf(privateKey)
    expect(inner.text()).toBe('ssh-rsa')
    expect([n, e, d, qi, p, q].map(() => base64url(inner.mpint()))).toEqual(
      [n, e, d, qi, p, q].map((member) => base64url(magnitude(member))),
    )
  })

  test('of ECDSA has its secret after the point', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const inner = privatePartOf(privateKey)
    expect([inner.text(), inner.text(), inner.string().length]).toEqual([
      'ecdsa-sha2-nistp384',
      'nistp384',
      97,
    ])
    expect(base64url(inner.mpint())).toBe(base64url(magnitude(jwkOf(privateKey).d)))
  })

  test('is not shown when it is printed', () => {
    const written = formatPrivateKey(generateKeyPairSync('ed25519').privateKey)
    expect(JSON.stringify({ written })).toBe('{"written":"[secret]"}')
  })

  test('of a type that SSH has not is refused', () => {
    const written = formatPrivateKey(generateKeyPairSync('x25519').privateKey)
    expect(written).toEqual({ fault: 'type-unknown' })
  })

  test('is not made of a public one', () => {
    expect(() => formatPrivateKey(generateKeyPairSync('ed25519').publicKey)).toThrow(TypeError)
  })

  test.each(['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp521'] as const)(
    'is made for %s',
    async (type) => {
      const { publicKey, privateKey } = await generateKey(type)
      const again = fromKeyObject(privateKey)
      expect(publicKey.type).toBe(type)
      expect(!isKeyFault(again) && again.equals(publicKey)).toBe(true)
    },
  )
})
