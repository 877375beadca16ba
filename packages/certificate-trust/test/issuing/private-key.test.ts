import { createCipheriv, createHash, type KeyObject } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { createKey, formatKey, readPrivateKey } from '../../src/issuing/index.ts'
import { PassphraseWork } from '../../src/issuing/derivation.ts'
import { encryptKey } from '../../src/issuing/private-key.ts'
import { formatPem } from '../../src/input/pem.ts'
import { bytesOf, codeOf, KEYS, reasonOf } from './lab.ts'

const file = 'web01.key'
const passphrase = new Secret('pä55 ☂')
const RSA = createKey('RSA-3072')

function isRead(bytes: Uint8Array, key: KeyObject = KEYS.system): boolean {
  return readPrivateKey(bytes, { file }).equals(key)
}

const DER = KEYS.system.export({ type: 'sec1', format: 'der' })

/** A key as OpenSSL encrypted it before PKCS#8: one round of MD5 for each 16 bytes of the key. */
function oldPem(cipher: string, keyBytes: number, vectorBytes: number, der = DER): Uint8Array {
  const vector = Buffer.alloc(vectorBytes, 7)
  const text = Buffer.from(passphrase.expose(), 'utf8')
  let digest = Buffer.alloc(0)
  let key = Buffer.alloc(0)
  while (key.length < keyBytes) {
    digest = createHash('md5')
      .update(Buffer.concat([digest, text, vector.subarray(0, 8)]))
      .digest()
    key = Buffer.concat([key, digest])
  }
  const running = createCipheriv(cipher, key.subarray(0, keyBytes), vector)
  const encrypted = Buffer.concat([running.update(der), running.final()])
  const headers = `\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher.toUpperCase()},${vector.toString('hex')}\n\n`
  return bytesOf(formatPem('EC PRIVATE KEY', encrypted).replace('\n', headers))
}

describe('a private key is read', () => {
  test.each(['P-256', 'P-384', 'P-521', 'Ed25519'] as const)('of %s as it is written', (type) => {
    const key = createKey(type)
    expect(isRead(bytesOf(formatKey(key)), key)).toBe(true)
    const read = readPrivateKey(bytesOf(formatKey(key, passphrase)), { file, passphrase })
    expect(read.equals(key)).toBe(true)
  })

  test('as PKCS#8, SEC 1 and PKCS#1, in DER and PEM', () => {
    for (const format of ['der', 'pem'] as const) {
      for (const type of ['pkcs8', 'sec1'] as const) {
        const written = KEYS.system.export({ type, format } as { type: 'sec1'; format: 'der' })
        expect(isRead(new Uint8Array(Buffer.from(written))), `${type} ${format}`).toBe(true)
      }
      const written = RSA.export({ type: 'pkcs1', format } as { type: 'pkcs1'; format: 'der' })
      expect(isRead(new Uint8Array(Buffer.from(written)), RSA)).toBe(true)
    }
  })

  test('beside certificates and parameters', () => {
    const other = formatPem('EC PARAMETERS', Uint8Array.of(1))
    expect(isRead(bytesOf(other + formatKey(KEYS.system)))).toBe(true)
  })

  test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])(
    'that Node encrypted with %s',
    (cipher) => {
      const options = {
        type: 'pkcs8',
        format: 'der',
        cipher,
        passphrase: passphrase.expose(),
      } as const
      const der = new Uint8Array(KEYS.system.export(options))
      expect(readPrivateKey(der, { file, passphrase }).equals(KEYS.system)).toBe(true)
    },
  )

  test.each([
    ['aes-128-cbc', 16, 16],
    ['aes-256-cbc', 32, 16],
    ['des-ede3-cbc', 24, 8],
  ] as const)('in the old encryption of PEM with %s', (cipher, keyBytes, vectorBytes) => {
    const text = oldPem(cipher, keyBytes, vectorBytes)
    expect(readPrivateKey(text, { file, passphrase }).equals(KEYS.system)).toBe(true)
    const source = { file }
    expect(reasonOf(() => readPrivateKey(text, { file }))).toEqual({
      code: 'passphrase-missing',
      source,
    })
    for (let index = 0; index < 20; index += 1) {
      const wrong = { file, passphrase: new Secret(`wrong ${index}`) }
      expect(reasonOf(() => readPrivateKey(text, wrong))).toEqual({
        code: 'passphrase-wrong',
        source,
      })
    }
  })

  test.each([
    ['the old encryption', () => oldPem('aes-128-cbc', 16, 16, Buffer.from('no key'))],
    [
      'PKCS#8',
      () => {
        const work = new PassphraseWork(passphrase, file)
        const der = encryptKey(bytesOf('no key'), work)
        return bytesOf(formatPem('ENCRYPTED PRIVATE KEY', der))
      },
    ],
  ])(
    'but not where %s comes to no key, as it does with one wrong passphrase of 256',
    (_title, make) => {
      const reason = reasonOf(() => readPrivateKey(make(), { file, passphrase }))
      expect(reason).toEqual({ code: 'passphrase-wrong', source: { file } })
    },
  )

  test('but not in an encryption that is not known', () => {
    const text = Buffer.from(oldPem('aes-128-cbc', 16, 16))
      .toString()
      .replace('AES-128', 'IDEA')
    const reason = reasonOf(() => readPrivateKey(bytesOf(text), { file, passphrase }))
    expect(reason).toMatchObject({
      code: 'encryption-unsupported',
      facts: { algorithm: 'IDEA-CBC' },
    })
  })
})

describe('no private key', () => {
  test.each([
    ['pem-missing', 'is a certificate', bytesOf(formatPem('CERTIFICATE', Uint8Array.of(1)))],
    ['der-truncated', 'is nothing', new Uint8Array()],
    ['der-tag-unexpected', 'is text', bytesOf('no key')],
    ['too-large', 'is a megabyte', new Uint8Array(1024 * 1024 + 1)],
    ['key-unreadable', 'is two numbers', Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 3)],
    ['key-unreadable', 'is broken', bytesOf(formatPem('PRIVATE KEY', Uint8Array.of(1, 2, 3)))],
    [
      'pem-malformed',
      'has headers without end',
      bytesOf('-----BEGIN PRIVATE KEY-----\nA: b\nAAAA\n-----END PRIVATE KEY-----\n'),
    ],
  ])('%s: %s', (code, _title, bytes) => {
    expect(codeOf(() => readPrivateKey(bytes, { file }))).toBe(code)
  })

  test('comes of one that is cut off anywhere', () => {
    const der = new Uint8Array(KEYS.system.export({ type: 'pkcs8', format: 'der' }))
    for (let length = 0; length < der.length; length += 1) {
      expect(codeOf(() => readPrivateKey(der.subarray(0, length), { file }))).toBeDefined()
    }
  })
})
