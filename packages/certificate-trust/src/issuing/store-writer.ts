import { createHmac, randomBytes, type KeyObject } from 'node:crypto'
import type { Secret } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import { OID } from '../der/oids.ts'
import { constructed, primitive } from '../der/reader.ts'
import {
  encode,
  encoded,
  integer,
  NULL,
  objectIdentifier,
  octets,
  octetsAround,
  sequence,
  setOf,
  type Asn1,
} from './asn1.ts'
import { IssuingError } from './codes.ts'
import type { PassphraseWork } from './derivation.ts'
import { encrypt, ITERATIONS, SALT_BYTES } from './encryption.ts'
import { keyIdentifierOf, publicKeyOf } from './key.ts'
import { encryptKey, workFor } from './private-key.ts'
import { importPkcs12, macKey } from './store.ts'
import { STORE_OID } from './store-oids.ts'

/** What a PKCS#12 store is made of. */
export interface KeyStoreOptions {
  /** Private key. */
  readonly key: KeyObject
  /** The certificate for the key, and any others, such as its authorities. */
  readonly certificates: readonly [Certificate, ...Certificate[]]
  /** Not empty. */
  readonly passphrase: Secret
}

/**
 * Writes a PKCS#12 store: key and certificates encrypted with PBES2, AES-256 and PBKDF2 over SHA-256,
 * with a MAC over SHA-256. OpenSSL 1.1 and Windows Server 2019 read it, older ones may not.
 *
 * @throws IssuingError for an empty passphrase, or when no certificate is for the key.
 * @see RFC 7292
 */
export function exportPkcs12({ key, certificates, passphrase }: KeyStoreOptions): Uint8Array {
  const file = 'new store'
  const publicKey = publicKeyOf(key)
  const isOwn = (one: Certificate): boolean =>
    Buffer.compare(one.publicKey.der, publicKey.der) === 0
  if (!certificates.some(isOwn)) {
    throw new IssuingError('certificate-for-other-key', { source: { file } })
  }
  const work = workFor(passphrase, file)
  const identifier = localKeyId(keyIdentifierOf(publicKey))
  const bags = certificates.map((one) => certificateBag(one, isOwn(one) ? [identifier] : []))
  const der = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
  const shrouded = encoded(encryptKey(der, work))
  const keyBag = bagOf(STORE_OID.shroudedKeyBag, shrouded, [identifier])
  const safes = encode(
    sequence([
      encryptedSafe(encode(sequence(bags)), work),
      contentInfo(OID.data, octetsAround(sequence([keyBag]))),
    ]),
  )
  const store = encode(
    sequence([integer(3), contentInfo(OID.data, octets(safes)), macOf(safes, work)]),
  )
  importPkcs12(store, passphrase, { file })
  return store
}

function contentInfo(type: string, contents: Asn1): Asn1 {
  return sequence([objectIdentifier(type), sequence([contents], constructed(0))])
}

function encryptedSafe(plain: Uint8Array, work: PassphraseWork): Asn1 {
  const { algorithm, contents } = encrypt(plain, work)
  const info = sequence([objectIdentifier(OID.data), algorithm, octets(contents, primitive(0))])
  return contentInfo(STORE_OID.encryptedData, sequence([integer(0), info]))
}

function bagOf(type: string, value: Asn1, attributes: readonly Asn1[]): Asn1 {
  return sequence([
    objectIdentifier(type),
    sequence([value], constructed(0)),
    ...attributes.map((attribute) => setOf(attribute)),
  ])
}

function certificateBag({ der }: Certificate, attributes: readonly Asn1[]): Asn1 {
  const value = sequence([
    objectIdentifier(STORE_OID.x509Certificate),
    sequence([octets(der)], constructed(0)),
  ])
  return bagOf(STORE_OID.certBag, value, attributes)
}

/** What tells other programs which certificate belongs to the key. */
function localKeyId(identifier: Uint8Array): Asn1 {
  return sequence([objectIdentifier(STORE_OID.localKeyId), setOf(octets(identifier))])
}

function macOf(contents: Uint8Array, work: PassphraseWork): Asn1 {
  const salt = randomBytes(SALT_BYTES)
  const key = macKey('sha256', { salt, iterations: ITERATIONS }, work)
  const digest = createHmac('sha256', key).update(contents).digest()
  const algorithm = sequence([objectIdentifier(OID.sha256), NULL])
  return sequence([sequence([algorithm, octets(digest)]), octets(salt), integer(ITERATIONS)])
}
