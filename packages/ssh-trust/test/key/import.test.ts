import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  formatKeyLine,
  formatPem,
  formatRfc4716,
  fromKeyObject,
  importKeys,
  isKeyFault,
  MAX_IMPORT_BYTES,
  parseKeyBlob,
  type KeyFault,
  type PublicKey,
} from '../../src/index.ts'
import { GOOD } from './blobs.ts'

function keyOf(parsed: PublicKey | KeyFault | undefined): PublicKey {
  if (parsed === undefined || isKeyFault(parsed)) throw new Error('no key')
  return parsed
}

function textOf(written: string | KeyFault): string {
  if (typeof written !== 'string') throw new Error(written.fault)
  return written
}

/** What an import says of a text, short: keys by type, faults by code, each with its line. */
function read(text: string | Uint8Array): string[] {
  const { keys, faults } = importKeys(text)
  const found = [
    ...keys.map(({ line, form, key }) => [line, `${form} ${key.type}`] as const),
    ...faults.map(({ line, fault }) => [line, fault] as const),
  ]
  return found.toSorted(([a], [b]) => a - b).map(([line, what]) => `${line}: ${what}`)
}

const spki = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString()
const bend = (text: string, change: (der: Buffer) => Buffer): string => {
  const [begin = '', ...rest] = text.trim().split('\n')
  const der = Buffer.from(rest.slice(0, -1).join(''), 'base64')
  return [begin, change(der).toString('base64'), rest.at(-1)].join('\n')
}

const keys = GOOD.map(({ blob }) => keyOf(parseKeyBlob(blob)))
const ed25519 = keyOf(keys[0])
const rsa = keyOf(keys[1])
const ecdsa = keyOf(keys[2])
const security = keyOf(keys[5])
const line = formatKeyLine(ed25519, 'ops@example.com')
const block = formatRfc4716(rsa, 'a comment')
const pem = textOf(formatPem(ecdsa))
const pkcs1 = rsa.keyObject.export({ format: 'pem', type: 'pkcs1' }).toString()

describe('an import', () => {
  test('reads every form from one file', () => {
    const text = `# keys of today\n${line}\n\n${block}${pem}${pkcs1}`
    expect(read(text)).toEqual([
      '2: line ssh-ed25519',
      '4: rfc4716 ssh-rsa',
      '10: pem ecdsa-sha2-nistp256',
      '14: pem ssh-rsa',
    ])
  })

  test('reads lines that end as on Windows, and drops a byte order mark', () => {
    const text = `\u{FEFF}${line}\n${block}${pem}`.replaceAll('\n', '\r\n')
    expect(read(text)).toEqual(read(Buffer.from(text)))
    expect(read(text)).toHaveLength(3)
    expect(importKeys(text).faults).toEqual([])
  })

  test('keeps the comment of a line and of a block', () => {
    const comments = importKeys(`${line}\n${block}`).keys.map(({ comment }) => comment)
    expect(comments).toEqual(['ops@example.com', 'a comment'])
  })

  test('reads headers that are continued, unquoted and of no use', () => {
    const text = block.replace(
      'Comment: "a comment"',
      'x-made-by: some\\\nbody\ncomment:  long \\\nand longer ',
    )
    expect(importKeys(text).keys.map(({ comment }) => comment)).toEqual(['long and longer'])
  })

  test('goes on after what is no key', () => {
    expect(read(`host.example ${line}\n${line}`)).toEqual([
      '1: type-unknown',
      '2: line ssh-ed25519',
    ])
  })

  const privateKey = generateKeyPairSync('ed25519').privateKey
  test.each([
    ['a line of one field', 'ssh-ed25519', 'line-malformed'],
    ['a line with options', `restrict ${line}`, 'type-unknown'],
    ['a private key in PEM', privateKey.export({ format: 'pem', type: 'pkcs8' }), 'private-key'],
    ['a private key of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA', 'private-key'],
    ['a private key of SSH2', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA', 'private-key'],
    ['a block without its end', block.slice(0, 200), 'rfc4716-malformed'],
    [
      'a header that is continued nowhere',
      block.replace(/"\n[^]*(?=----\s*END)/u, '\\\n'),
      'rfc4716-malformed',
    ],
    [
      'a header name that is too long',
      block.replace('Comment', 'x'.repeat(65)),
      'rfc4716-malformed',
    ],
    [
      'a header value that is too long',
      block.replace('a comment', 'x'.repeat(1025)),
      'rfc4716-malformed',
    ],
    ['a block of bad base64', block.replace(/AAAA/u, 'A-AA'), 'base64-malformed'],
    ['a block of a bad key', block.replace(/AAAA/u, '////'), 'blob-truncated'],
    ['PEM without its end', pem.slice(0, 100), 'pem-malformed'],
    ['PEM of bad base64', pem.replace(/MF/u, 'M='), 'base64-malformed'],
    ['PEM of something else', pem.replaceAll('PUBLIC KEY', 'CERTIFICATE'), 'pem-malformed'],
    [
      'PEM with trailing data',
      bend(pem, (der) => Buffer.concat([der, Buffer.of(0)])),
      'pem-malformed',
    ],
    ['PEM of a damaged key', bend(pem, (der) => der.subarray(0, -1)), 'pem-malformed'],
    [
      'PEM of a point off the curve',
      bend(pem, (der) => Buffer.concat([der.subarray(0, -1), Buffer.of((der.at(-1) ?? 0) ^ 1)])),
      'pem-malformed',
    ],
    [
      'PEM of SPKI where PKCS#1 is said',
      pem.replaceAll('PUBLIC KEY', 'RSA PUBLIC KEY'),
      'pem-malformed',
    ],
    [
      'PEM of a type that SSH has not',
      spki(generateKeyPairSync('x25519').publicKey),
      'type-unknown',
    ],
    [
      'PEM of a short RSA key',
      spki(generateKeyPairSync('rsa', { modulusLength: 768 }).publicKey),
      'modulus-too-short',
    ],
    ['a file too large', `${'#'.repeat(MAX_IMPORT_BYTES)}\n`, 'file-too-long'],
  ])('refuses %s', (_, text, fault) => {
    expect(read(text.toString())).toEqual([`1: ${fault}`])
  })

  test('says nothing of a private key but where it is', () => {
    const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const { faults } = importKeys(`${line}\n${text}${line}\n`)
    expect(faults).toEqual([{ fault: 'private-key', line: 2 }])
    expect(importKeys(`${line}\n${text}${line}\n`).keys).toHaveLength(2)
  })
})

describe('an export', () => {
  test.each(keys.map((key) => [key.type, key] as const))(
    'of %s reads back in every form',
    (_, key) => {
      const written = [`${formatKeyLine(key)}\n`, formatRfc4716(key)]
      const asPem = formatPem(key)
      if (typeof asPem === 'string') written.push(asPem)
      expect(importKeys(written.join('')).keys.map((again) => again.key.equals(key))).toEqual(
        written.map(() => true),
      )
    },
  )

  test('in PEM is refused for a security key', () => {
    expect(formatPem(security)).toEqual({ fault: 'form-unfit' })
  })

  test.each(['a\nb', 'a\r\nssh-rsa AAAA', '\u{2028}', '\u{0}'])(
    'is one key whatever the comment %j',
    (comment) => {
      for (const text of [formatKeyLine(ed25519, comment), formatRfc4716(ed25519, comment)]) {
        const { keys: found, faults } = importKeys(text)
        expect([found.length, faults.length]).toEqual([1, 0])
      }
    },
  )

  test.each(['long '.repeat(40), 'é'.repeat(300), '\\'.repeat(200)])(
    'folds the comment %j into lines of 72 bytes at most',
    (comment) => {
      const block72 = formatRfc4716(ed25519, comment)
      const widths = block72.split('\n').map((text) => Buffer.byteLength(text))
      expect(Math.max(...widths)).toBeLessThanOrEqual(72)
      expect(importKeys(block72).keys.map((found) => found.comment)).toEqual([comment])
    },
  )

  test('cuts a comment off that RFC 4716 has no room for', () => {
    const [found] = importKeys(formatRfc4716(ed25519, 'é'.repeat(2000))).keys
    expect(found?.comment).toBe('é'.repeat(511))
  })

  test('of a key of node:crypto has its canonical line', () => {
    const key = keyOf(fromKeyObject(rsa.keyObject))
    expect(formatKeyLine(key)).toBe(formatKeyLine(rsa))
  })
})
