import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import type { Secret } from '@gatehouse/core'
import { TAG, type DerReader } from '../der/reader.ts'
import { kindOf } from '../input/kind.ts'
import { formatPem, isPem, readPem, type PemBlock } from '../input/pem.ts'
import { malformed, readDer } from '../input/source.ts'
import { encode, octets, sequence } from './asn1.ts'
import { IssuingError } from './codes.ts'
import { PassphraseWork } from './derivation.ts'
import { decipherRc2, decipherWith, decrypt, encrypt, readEncrypted } from './encryption.ts'

/** Most bytes of a file with a private key, 1 MiB: certificates may stand beside it. */
const MAX_KEY_BYTES = 1024 * 1024

/** How a file with a private key is read. */
export interface KeyOptions {
  /** Label of the bytes; it stands in every error. */
  readonly file: string
  /** Default: the key must not be encrypted. */
  readonly passphrase?: Secret
}

/** What a private key is, by the label of its PEM block. */
const FORMS: Readonly<Record<string, 'pkcs8' | 'pkcs1' | 'sec1' | 'encrypted'>> = {
  'PRIVATE KEY': 'pkcs8',
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'ENCRYPTED PRIVATE KEY': 'encrypted',
}

/**
 * Reads the one private key of a file: PKCS#8, PKCS#1 or SEC 1, as DER or PEM, encrypted or not; also
 * the old encryption of PEM (`DEK-Info`). Other blocks beside it are passed over.
 *
 * @throws ParseError when the file is not well-formed, or has no private key.
 * @throws IssuingError with `passphrase-missing`, `passphrase-wrong`, `encryption-unsupported`,
 *   `iterations-too-many`, `key-unreadable` or `key-not-one`.
 */
export function readPrivateKey(bytes: Uint8Array, { file, passphrase }: KeyOptions): KeyObject {
  if (bytes.length > MAX_KEY_BYTES) {
    throw malformed('too-large', { file, line: 1, offset: 0 }, bytes)
  }
  const work = passphrase === undefined ? undefined : new PassphraseWork(passphrase, file)
  if (!isPem(bytes)) return readDerKey(bytes, file, work)
  const [block, second] = readPem(bytes, file).filter(({ label }) => label in FORMS)
  if (block === undefined) {
    throw malformed('pem-missing', { file, line: 1, offset: 0 }, bytes)
  }
  if (second !== undefined) throw new IssuingError('key-not-one', { source: { file } })
  return readBlock(block, file, work)
}

function readBlock(block: PemBlock, file: string, work: PassphraseWork | undefined): KeyObject {
  const { label, der, headers, line } = block
  const form = FORMS[label] as (typeof FORMS)[string]
  if (form === 'encrypted') return decryptKey(der, requireWork(work, file), line)
  const dek = headers.find((header) => header.startsWith('DEK-Info:'))
  if (dek === undefined) return keyOf(der, form, file)
  const known = requireWork(work, file)
  try {
    return keyOf(decryptOld(dek, der, known), form, file)
  } catch (error) {
    // One time in some 256 the padding is right with another passphrase.
    const isNoKey = error instanceof IssuingError && error.reason.code === 'key-unreadable'
    throw isNoKey ? new IssuingError('passphrase-wrong', { source: { file } }) : error
  }
}

function readDerKey(bytes: Uint8Array, file: string, work: PassphraseWork | undefined): KeyObject {
  if (kindOf(bytes) === 'encrypted-key') return decryptKey(bytes, requireWork(work, file), 1)
  const next = readDer(bytes, { file, maxBytes: MAX_KEY_BYTES }, (reader) => {
    const inside = reader.inside(TAG.sequence)
    inside.element(TAG.integer)
    return inside.any().tag
  })
  if (next === TAG.sequence) return keyOf(bytes, 'pkcs8', file)
  return keyOf(bytes, next === TAG.integer ? 'pkcs1' : 'sec1', file)
}

function requireWork(work: PassphraseWork | undefined, file: string): PassphraseWork {
  if (work === undefined) throw new IssuingError('passphrase-missing', { source: { file } })
  return work
}

/** The key of an EncryptedPrivateKeyInfo (RFC 5958, 3). */
export function decryptKey(der: Uint8Array, work: PassphraseWork, line = 1): KeyObject {
  const { file } = work
  const read = (reader: DerReader): Uint8Array => {
    const inside = reader.inside(TAG.sequence)
    const { algorithm, contents } = readEncrypted(inside, TAG.octetString)
    inside.finish()
    return decrypt(algorithm, contents, work)
  }
  const plain = readDer(der, { file, maxBytes: MAX_KEY_BYTES }, read, line)
  if (kindOf(plain) !== 'private-key') {
    throw new IssuingError('passphrase-wrong', { source: { file } })
  }
  return keyOf(plain, 'pkcs8', file)
}

/** A key object; Node reads the key itself. */
export function keyOf(der: Uint8Array, type: 'pkcs8' | 'pkcs1' | 'sec1', file: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type })
  } catch {
    throw new IssuingError('key-unreadable', { source: { file } })
  }
}

interface OldCipher {
  readonly keyBytes: number
  readonly blockBytes: 8 | 16
}

/** Ciphers of `DEK-Info`, as OpenSSL names them. */
const OLD_CIPHERS: Readonly<Record<string, OldCipher>> = {
  'DES-CBC': { keyBytes: 8, blockBytes: 8 },
  'DES-EDE3-CBC': { keyBytes: 24, blockBytes: 8 },
  'RC2-40-CBC': { keyBytes: 5, blockBytes: 8 },
  'RC2-64-CBC': { keyBytes: 8, blockBytes: 8 },
  'RC2-CBC': { keyBytes: 16, blockBytes: 8 },
  'AES-128-CBC': { keyBytes: 16, blockBytes: 16 },
  'AES-192-CBC': { keyBytes: 24, blockBytes: 16 },
  'AES-256-CBC': { keyBytes: 32, blockBytes: 16 },
}

/** Decrypts a PEM block of RFC 1421 in the form of OpenSSL: MD5 of passphrase and salt, once. */
function decryptOld(dek: string, encrypted: Uint8Array, work: PassphraseWork): Uint8Array {
  const source = { file: work.file }
  const [name = '', hex = ''] = dek
    .slice('DEK-Info:'.length)
    .split(',')
    .map((part) => part.trim())
  const cipher = OLD_CIPHERS[name]
  if (
    cipher === undefined ||
    !/^(?:[0-9A-Fa-f]{2})+$/.test(hex) ||
    hex.length !== cipher.blockBytes * 2
  ) {
    throw new IssuingError('encryption-unsupported', { source, facts: { algorithm: name } })
  }
  const vector = Buffer.from(hex, 'hex')
  const salt = vector.subarray(0, 8)
  let digest = Buffer.alloc(0)
  let key = Buffer.alloc(0)
  while (key.length < cipher.keyBytes) {
    digest = createHash('md5').update(digest).update(work.bytes).update(salt).digest()
    key = Buffer.concat([key, digest])
  }
  key = key.subarray(0, cipher.keyBytes)
  const found = decipherOld(name, key, vector, encrypted)
  if (found === undefined) throw new IssuingError('passphrase-wrong', { source })
  return found
}

function decipherOld(
  name: string,
  key: Buffer,
  vector: Buffer,
  encrypted: Uint8Array,
): Uint8Array | undefined {
  if (name.startsWith('RC2-')) return decipherRc2(key.length * 8, key, vector, encrypted)
  if (name !== 'DES-CBC') return decipherWith(name.toLowerCase(), key, vector, encrypted)
  // DES is three times DES with one key, which node:crypto has.
  return decipherWith('des-ede3-cbc', Buffer.concat([key, key, key]), vector, encrypted)
}

/**
 * A private key as PEM (PKCS#8). With a passphrase it is encrypted: PBKDF2 with SHA-256, AES-256.
 * Without one, whoever reads the text has the key.
 *
 * @throws IssuingError for an empty passphrase.
 */
export function formatKey(key: KeyObject, passphrase?: Secret): string {
  const der = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
  if (passphrase === undefined) return formatPem('PRIVATE KEY', der)
  return formatPem('ENCRYPTED PRIVATE KEY', encryptKey(der, workFor(passphrase, 'new key')))
}

/** An EncryptedPrivateKeyInfo of a PKCS#8 key. */
export function encryptKey(der: Uint8Array, work: PassphraseWork): Uint8Array {
  const { algorithm, contents } = encrypt(der, work)
  return encode(sequence([algorithm, octets(contents)]))
}

/** A passphrase to write with: there must be one. */
export function workFor(passphrase: Secret, file: string): PassphraseWork {
  if (passphrase.expose() === '') throw new IssuingError('passphrase-missing', { source: { file } })
  return new PassphraseWork(passphrase, file)
}
