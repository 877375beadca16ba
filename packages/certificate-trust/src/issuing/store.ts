import { createHmac, createPublicKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { Secret } from '@gatehouse/core'
import { MAX_BUNDLE_BYTES } from '../bundle/parse.ts'
import { Certificate } from '../certificate/certificate.ts'
import { DerFault } from '../der/fault.ts'
import { OID } from '../der/oids.ts'
import { constructed, primitive, TAG, type DerReader } from '../der/reader.ts'
import { contentsOf, encodingOf, objectIdentifier, smallInteger } from '../der/values.ts'
import { readDer } from '../input/source.ts'
import { readAlgorithm } from '../signature/algorithm.ts'
import { IssuingError } from './codes.ts'
import { PassphraseWork, type Derivation, type DerivationHash } from './derivation.ts'
import { decrypt, readEncrypted } from './encryption.ts'
import { decryptKey, keyOf } from './private-key.ts'
import { STORE_OID } from './store-oids.ts'

/** What a PKCS#12 store holds. */
export interface KeyStore {
  /** Its private key; none in a store of certificates. */
  readonly key?: KeyObject
  /** Its certificates: the one for the key first, the others in the order of the file. */
  readonly certificates: readonly Certificate[]
}

/**
 * Reads a PKCS#12 store that is protected by a passphrase: PBES2 with AES, and what was written before
 * (3DES, RC2). The MAC is checked before anything is decrypted.
 *
 * Nothing in it is trusted because it is there. Lists and secrets in it are passed over.
 *
 * @throws ParseError with the byte of the first error; BER is refused.
 * @throws IssuingError with `passphrase-wrong` (a changed file looks the same), `integrity-missing`,
 *   `integrity-unsupported`, `iterations-too-many`, `encryption-unsupported`, `key-not-one` or `key-unreadable`.
 * @see RFC 7292
 */
export function importPkcs12(
  bytes: Uint8Array,
  passphrase: Secret,
  { file }: { readonly file: string },
): KeyStore {
  const work = new PassphraseWork(passphrase, file)
  const found: Found = { keys: [], certificates: [] }
  const limit = { file, maxBytes: MAX_BUNDLE_BYTES }
  const contents = readDer(bytes, limit, (reader) => readChecked(reader, work))
  readDer(contents, limit, (reader) => {
    const safes = reader.inside(TAG.sequence)
    while (!safes.isAtEnd) readSafe(safes, work, found)
  })
  const [key, second] = found.keys
  if (second !== undefined) throw new IssuingError('key-not-one', { source: { file } })
  if (key === undefined) return { certificates: found.certificates }
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const isOwn = ({ publicKey }: Certificate): boolean => Buffer.compare(publicKey.der, own) === 0
  const [first] = found.certificates.filter(isOwn)
  const others = found.certificates.filter((certificate) => certificate !== first)
  return { key, certificates: first === undefined ? others : [first, ...others] }
}

interface Found {
  readonly keys: KeyObject[]
  readonly certificates: Certificate[]
}

/** The contents of a store whose MAC is right. */
function readChecked(reader: DerReader, work: PassphraseWork): Uint8Array {
  const store = reader.inside(TAG.sequence)
  const version = store.element(TAG.integer)
  if (smallInteger(version) !== 3) throw new DerFault('version-mismatch', version.start)
  const safe = store.inside(TAG.sequence)
  const type = objectIdentifier(safe.element(TAG.oid))
  // Signed by a key rather than protected by a passphrase.
  if (type !== OID.data) throw integrityFault('integrity-unsupported', work)
  const around = safe.inside(constructed(0))
  safe.finish()
  const contents = contentsOf(around.element(TAG.octetString))
  around.finish()
  const mac = store.optionalInside(TAG.sequence)
  store.finish()
  if (mac === undefined) throw integrityFault('integrity-missing', work)
  checkMac(mac, contents, work)
  return contents
}

const MAC_HASHES: Readonly<Record<string, DerivationHash>> = {
  [OID.sha1]: 'sha1',
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
}

function checkMac(mac: DerReader, contents: Uint8Array, work: PassphraseWork): void {
  const info = mac.inside(TAG.sequence)
  const hash = MAC_HASHES[readAlgorithm(info).algorithm]
  const given = contentsOf(info.element(TAG.octetString))
  info.finish()
  const salt = contentsOf(mac.element(TAG.octetString))
  const count = mac.optional(TAG.integer)
  mac.finish()
  const iterations = count === undefined ? 1 : smallInteger(count)
  if (hash === undefined || iterations === 0) throw integrityFault('integrity-unsupported', work)
  const key = macKey(hash, { salt, iterations }, work)
  const right = createHmac(hash, key).update(contents).digest()
  const isRight = given.length === right.length && timingSafeEqual(given, right)
  if (!isRight) throw integrityFault('passphrase-wrong', work)
}

/** The key of a MAC has the length of its hash. */
export function macKey(
  hash: DerivationHash,
  derivation: Derivation,
  work: PassphraseWork,
): Uint8Array {
  const length = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 }[hash]
  return work.pkcs12(hash, 'mac', derivation, length)
}

function integrityFault(
  code: 'integrity-missing' | 'integrity-unsupported' | 'passphrase-wrong',
  { file }: PassphraseWork,
): IssuingError {
  return new IssuingError(code, { source: { file } })
}

/** One ContentInfo: bags in the clear, or encrypted. */
function readSafe(safes: DerReader, work: PassphraseWork, found: Found): void {
  const safe = safes.inside(TAG.sequence)
  const type = objectIdentifier(safe.element(TAG.oid))
  const around = safe.inside(constructed(0))
  safe.finish()
  if (type === OID.data) {
    readBags(contentsOf(around.element(TAG.octetString)), work, found)
  } else if (type === STORE_OID.encryptedData) {
    const body = around.inside(TAG.sequence)
    smallInteger(body.element(TAG.integer))
    const info = body.inside(TAG.sequence)
    body.finish()
    info.element(TAG.oid)
    const { algorithm, contents } = readEncrypted(info, primitive(0))
    info.finish()
    readBags(decrypt(algorithm, contents, work), work, found)
  } else {
    const source = { file: work.file }
    throw new IssuingError('encryption-unsupported', { source, facts: { algorithm: type } })
  }
  around.finish()
}

function readBags(bytes: Uint8Array, work: PassphraseWork, found: Found): void {
  readDer(bytes, { file: work.file, maxBytes: MAX_BUNDLE_BYTES }, (reader) => {
    const bags = reader.inside(TAG.sequence)
    while (!bags.isAtEnd) {
      const bag = bags.inside(TAG.sequence)
      const type = objectIdentifier(bag.element(TAG.oid))
      const value = bag.inside(constructed(0))
      bag.optional(TAG.set)
      bag.finish()
      readBag(type, value, work, found)
    }
  })
}

function readBag(type: string, value: DerReader, work: PassphraseWork, found: Found): void {
  switch (type) {
    case STORE_OID.keyBag:
      found.keys.push(keyOf(encodingOf(value.any()), 'pkcs8', work.file))
      break
    case STORE_OID.shroudedKeyBag:
      found.keys.push(decryptKey(encodingOf(value.any()), work))
      break
    case STORE_OID.certBag: {
      const inside = value.inside(TAG.sequence)
      const form = objectIdentifier(inside.element(TAG.oid))
      const around = inside.inside(constructed(0))
      inside.finish()
      const encoding = around.element(TAG.octetString)
      around.finish()
      if (form !== STORE_OID.x509Certificate) break
      const limit = { file: work.file, maxBytes: MAX_BUNDLE_BYTES }
      found.certificates.push(readDer(contentsOf(encoding), limit, readCertificate))
      break
    }
    default:
      return
  }
  value.finish()
}

function readCertificate(reader: DerReader): Certificate {
  return new Certificate(reader)
}
