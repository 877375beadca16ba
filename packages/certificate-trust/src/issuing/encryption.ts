import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { DerFault } from '../der/fault.ts'
import { DerReader, TAG, type DerElement } from '../der/reader.ts'
import { contentsOf, smallInteger } from '../der/values.ts'
import { readAlgorithm, type AlgorithmIdentifier } from '../signature/algorithm.ts'
import { integer, NULL, objectIdentifier, octets, sequence, type Asn1 } from './asn1.ts'
import { IssuingError } from './codes.ts'
import type { Derivation, DerivationHash, PassphraseWork } from './derivation.ts'
import { STORE_OID as OID } from './store-oids.ts'

/** A cipher: the name that node:crypto has for it, or the effective bits of RC2, which it does not have. */
interface Cipher {
  readonly name:
    'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'des-ede-cbc' | number
  readonly keyBytes: number
  readonly blockBytes: 8 | 16
}

/** Encryption schemes of PBES2 that are read. */
const PBES2_CIPHERS: Readonly<Record<string, Cipher>> = {
  [OID.aes128Cbc]: { name: 'aes-128-cbc', keyBytes: 16, blockBytes: 16 },
  [OID.aes192Cbc]: { name: 'aes-192-cbc', keyBytes: 24, blockBytes: 16 },
  [OID.aes256Cbc]: { name: 'aes-256-cbc', keyBytes: 32, blockBytes: 16 },
  [OID.desEde3Cbc]: { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 },
}

/** Schemes of PKCS#12 before it took PBES2, all over SHA-1. */
const OLD_CIPHERS: Readonly<Record<string, Cipher>> = {
  [OID.shaAnd3KeyTripleDes]: { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 },
  [OID.shaAnd2KeyTripleDes]: { name: 'des-ede-cbc', keyBytes: 16, blockBytes: 8 },
  [OID.shaAnd128BitRc2]: { name: 128, keyBytes: 16, blockBytes: 8 },
  [OID.shaAnd40BitRc2]: { name: 40, keyBytes: 5, blockBytes: 8 },
}

const PSEUDO_RANDOM: Readonly<Record<string, DerivationHash>> = {
  [OID.hmacWithSha1]: 'sha1',
  [OID.hmacWithSha224]: 'sha224',
  [OID.hmacWithSha256]: 'sha256',
  [OID.hmacWithSha384]: 'sha384',
  [OID.hmacWithSha512]: 'sha512',
}

/**
 * Decrypts what a passphrase protects.
 *
 * @throws IssuingError with `encryption-unsupported`, `iterations-too-many` or `passphrase-wrong`.
 * @throws DerFault when the parameters are not well-formed.
 */
export function decrypt(
  { algorithm, parameters }: AlgorithmIdentifier,
  encrypted: Uint8Array,
  work: PassphraseWork,
): Uint8Array {
  if (parameters === undefined) throw unsupported(work, algorithm)
  if (algorithm === OID.pbes2) return decryptPbes2(parameters, encrypted, work)
  const cipher = OLD_CIPHERS[algorithm]
  if (cipher === undefined) throw unsupported(work, algorithm)
  const inside = DerReader.inside(parameters)
  const derivation = readDerivation(inside, work)
  inside.finish()
  const key = work.pkcs12('sha1', 'key', derivation, cipher.keyBytes)
  const vector = work.pkcs12('sha1', 'vector', derivation, cipher.blockBytes)
  return decipher({ cipher, key, vector }, encrypted, work)
}

function decryptPbes2(
  parameters: DerElement,
  encrypted: Uint8Array,
  work: PassphraseWork,
): Uint8Array {
  const inside = DerReader.inside(parameters)
  const derivation = readAlgorithm(inside)
  const scheme = readAlgorithm(inside)
  inside.finish()
  const cipher = PBES2_CIPHERS[scheme.algorithm]
  const vector = scheme.parameters
  if (cipher === undefined) throw unsupported(work, scheme.algorithm)
  if (vector?.tag !== TAG.octetString || vector.end - vector.contents !== cipher.blockBytes) {
    throw unsupported(work, scheme.algorithm)
  }
  const key = pbkdf2Key(derivation, cipher, work)
  return decipher({ cipher, key, vector: contentsOf(vector) }, encrypted, work)
}

function pbkdf2Key(
  { algorithm, parameters }: AlgorithmIdentifier,
  { keyBytes }: Cipher,
  work: PassphraseWork,
): Buffer {
  if (algorithm !== OID.pbkdf2 || parameters === undefined) throw unsupported(work, algorithm)
  const inside = DerReader.inside(parameters)
  const derivation = readDerivation(inside, work)
  const length = inside.optional(TAG.integer)
  const named = inside.isAtEnd ? OID.hmacWithSha1 : readAlgorithm(inside).algorithm
  inside.finish()
  const hash = PSEUDO_RANDOM[named]
  const isRightLength = length === undefined || smallInteger(length) === keyBytes
  if (hash === undefined || !isRightLength) throw unsupported(work, named)
  return work.pbkdf2(hash, derivation, keyBytes)
}

function readDerivation(inside: DerReader, work: PassphraseWork): Derivation {
  const salt = contentsOf(inside.element(TAG.octetString))
  const iterations = smallInteger(inside.element(TAG.integer))
  // Without one, the key would not hang on the passphrase.
  if (iterations === 0) throw unsupported(work, 'no iterations')
  return { salt, iterations }
}

/** What a cipher needs. */
interface Deciphering {
  readonly cipher: Cipher
  readonly key: Uint8Array
  readonly vector: Uint8Array
}

function decipher(
  { cipher, key, vector }: Deciphering,
  encrypted: Uint8Array,
  work: PassphraseWork,
): Uint8Array {
  const found =
    typeof cipher.name === 'number'
      ? decipherRc2(cipher.name, key, vector, encrypted)
      : decipherWith(cipher.name, key, vector, encrypted)
  if (found === undefined) {
    throw new IssuingError('passphrase-wrong', { source: { file: work.file } })
  }
  return found
}

/** `undefined` when the padding is not that of the cipher: another key was used. */
export function decipherWith(
  name: string,
  key: Uint8Array,
  vector: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array | undefined {
  const running = createDecipheriv(name, key, vector)
  try {
    return new Uint8Array(Buffer.concat([running.update(encrypted), running.final()]))
  } catch {
    return undefined
  }
}

/** The same for RC2 with some effective bits. */
export function decipherRc2(
  bits: number,
  key: Uint8Array,
  vector: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array | undefined {
  const running = forge.rc2.createDecryptionCipher(binary(key), bits)
  running.start(binary(vector))
  running.update(forge.util.createBuffer(binary(encrypted)))
  if (encrypted.length % 8 !== 0 || !running.finish()) return undefined
  const plain = Buffer.from(running.output.getBytes(), 'latin1')
  return new Uint8Array(plain)
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function unsupported({ file }: PassphraseWork, algorithm: string): IssuingError {
  return new IssuingError('encryption-unsupported', { source: { file }, facts: { algorithm } })
}

/**
 * Times that a passphrase is hashed for what is written here. With three derivations a file costs
 * some half a second, and readers that are as careful as ours take it.
 */
export const ITERATIONS = 100_000

/** Salts of 16 bytes (RFC 8018, 4.1 asks for 8 at least). */
export const SALT_BYTES = 16

/** What was encrypted, and how. */
export interface Encrypted {
  readonly algorithm: Asn1
  readonly contents: Uint8Array
}

/** Encrypts by PBES2 with PBKDF2, HMAC with SHA-256 and AES-256 (RFC 8018, 6.2). */
export function encrypt(plain: Uint8Array, work: PassphraseWork): Encrypted {
  const [salt, vector] = [randomBytes(SALT_BYTES), randomBytes(16)]
  const key = work.pbkdf2('sha256', { salt, iterations: ITERATIONS }, 32)
  const running = createCipheriv('aes-256-cbc', key, vector)
  const contents = new Uint8Array(Buffer.concat([running.update(plain), running.final()]))
  const hmac = sequence([objectIdentifier(OID.hmacWithSha256), NULL])
  const derivation = sequence([
    objectIdentifier(OID.pbkdf2),
    sequence([octets(salt), integer(ITERATIONS), hmac]),
  ])
  const scheme = sequence([objectIdentifier(OID.aes256Cbc), octets(vector)])
  return {
    algorithm: sequence([objectIdentifier(OID.pbes2), sequence([derivation, scheme])]),
    contents,
  }
}

/** Reads what an EncryptedPrivateKeyInfo, or an EncryptedContentInfo behind its type, is made of. */
export function readEncrypted(
  reader: DerReader,
  tag: number,
): { readonly algorithm: AlgorithmIdentifier; readonly contents: Uint8Array } {
  const algorithm = readAlgorithm(reader)
  const contents = contentsOf(reader.element(tag))
  if (contents.length === 0) throw new DerFault('der-truncated', reader.offset)
  return { algorithm, contents }
}
