import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import {
  around,
  bitString,
  inPlace,
  integer,
  namedBits,
  octets,
  oid,
  sequence,
  time,
  tlv,
  TRUE,
  utf8,
} from './der.ts'

/** A key pair, and how its signatures are called. */
export interface SigningKey {
  /** SubjectPublicKeyInfo. */
  readonly info: Uint8Array
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Uint8Array
  /** What identifies the key in certificates. */
  readonly identifier: Uint8Array
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

const NULL = tlv(0x05)
const SHA256_RSA = sequence(oid('1.2.840.113549.1.1.11'), NULL)
const SHA1_RSA = sequence(oid('1.2.840.113549.1.1.5'), NULL)
const SHA256_ECDSA = sequence(oid('1.2.840.10045.4.3.2'))
const SHA1_ECDSA = sequence(oid('1.2.840.10045.4.1'))

/** Kinds of keys that chains are made with. */
export type KeyKind = 'RSA-2048' | 'P-256'

interface KeyOptions {
  /** Whether it is too short to rely on. */
  readonly isShort?: boolean
  readonly hash?: 'sha1' | 'sha256'
}

/** A new key. */
export function createKey(kind: KeyKind, options: KeyOptions = {}): SigningKey {
  const { isShort = false, hash = 'sha256' } = options
  if (kind === 'RSA-2048') {
    const pair = generateKeyPairSync('rsa', { modulusLength: isShort ? 1024 : 2048 })
    return keyOf(pair, hash === 'sha1' ? SHA1_RSA : SHA256_RSA, hash)
  }
  const pair = generateKeyPairSync('ec', { namedCurve: isShort ? 'P-224' : 'P-256' })
  return keyOf(pair, hash === 'sha1' ? SHA1_ECDSA : SHA256_ECDSA, hash)
}

/** A new key on the curve whose signatures take longest to check. */
export function createSlowKey(): SigningKey {
  return keyOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }), SHA256_ECDSA, 'sha256')
}

/** A key pair as one that signs. */
export function keyOf(
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  algorithm: Uint8Array,
  hash: string | null,
): SigningKey {
  const info = publicKey.export({ type: 'spki', format: 'der' })
  return {
    info,
    algorithm,
    identifier: createHash('sha1').update(info).digest(),
    sign: (bytes) => sign(hash, bytes, privateKey),
  }
}

/** Something signed: the bytes, the algorithm and the signature. */
export function signed({ algorithm, sign: signWith }: SigningKey, body: Uint8Array): Buffer {
  return sequence(body, algorithm, bitString(signWith(body)))
}

/** Whoever has a name and a key. */
export interface Holder {
  readonly name: string
  readonly key: SigningKey
}

/** A Name of one common name; the empty text makes an empty one. */
export function nameOf(text: string): Buffer {
  return text === '' ? sequence() : sequence(tlv(0x31, sequence(oid('2.5.4.3'), utf8(text))))
}

/** One Extension. */
export function extension(type: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(type), ...(critical ? [TRUE] : []), octets(value))
}

/** Basic constraints. */
export function basicConstraints(isCa: boolean, pathLength?: number): Buffer {
  const length = pathLength === undefined ? [] : [integer(pathLength)]
  return extension('2.5.29.19', sequence(...(isCa ? [TRUE] : []), ...length), true)
}

/** Key usage by bits: 0 digitalSignature, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(...bits: readonly number[]): Buffer {
  return extension('2.5.29.15', namedBits(...bits), true)
}

/** Purposes by dotted identifiers. */
export function purposes(...types: readonly string[]): Buffer {
  return extension('2.5.29.37', sequence(...types.map(oid)))
}

/** The purpose of a TLS server. */
export const SERVER = '1.3.6.1.5.5.7.3.1'
/** The purpose of a TLS client. */
export const CLIENT = '1.3.6.1.5.5.7.3.2'

/** A host name as general name. */
export function dns(text: string): Buffer {
  return inPlace(2, Buffer.from(text, 'latin1'))
}

/** Alternative names, each a general name. */
export function alternativeNames(...names: readonly Uint8Array[]): Buffer {
  return extension('2.5.29.17', sequence(...names))
}

function subtrees(number: number, names: readonly string[]): readonly Uint8Array[] {
  if (names.length === 0) return []
  // At once, and not one argument each: there may be a hundred thousand.
  return [around(number, Buffer.concat(names.map((name) => sequence(dns(name)))))]
}

/** Name constraints: host names that are permitted and excluded. */
export function nameConstraints(permitted: readonly string[], excluded: readonly string[]): Buffer {
  return extension('2.5.29.30', sequence(...subtrees(0, permitted), ...subtrees(1, excluded)), true)
}

/** What a certificate says beside who issued it to whom. */
export interface Contents {
  readonly version?: 1 | 3
  readonly from?: Uint8Array
  readonly until?: Uint8Array
  /** Subject as DER, where it is not the name of the holder. */
  readonly subject?: Uint8Array
  /** Behind the identifiers of the keys. */
  readonly extensions: readonly Uint8Array[]
}

/** Instant that all chains are asked about. */
export const AT: Date = new Date('2026-11-22T12:00:00Z')
const FROM = time('2026-01-01T00:00:00Z')
const UNTIL = time('2126-01-01T00:00:00Z')

let serials = 0x1000

/** The signed part of a certificate. */
export function bodyOf(subject: Holder, issuer: Holder, contents: Contents): Buffer {
  const { version = 3, from = FROM, until = UNTIL, extensions } = contents
  serials += 1
  const identifiers = [
    extension('2.5.29.14', octets(subject.key.identifier)),
    ...(subject === issuer
      ? []
      : [extension('2.5.29.35', sequence(inPlace(0, issuer.key.identifier)))]),
  ]
  return sequence(
    ...(version === 1 ? [] : [around(0, integer(2))]),
    integer(serials),
    issuer.key.algorithm,
    nameOf(issuer.name),
    sequence(from, until),
    contents.subject ?? nameOf(subject.name),
    subject.key.info,
    ...(version === 1 ? [] : [around(3, sequence(...identifiers, ...extensions))]),
  )
}

/** A certificate as DER. */
export function issue(subject: Holder, issuer: Holder, contents: Contents): Buffer {
  return signed(issuer.key, bodyOf(subject, issuer, contents))
}

/** The extensions of an authority. */
export const AUTHORITY: readonly Uint8Array[] = [basicConstraints(true), keyUsage(5, 6)]

/** The extensions of a server of some names. */
export function serverOf(...names: readonly string[]): readonly Uint8Array[] {
  return [alternativeNames(...names.map(dns)), purposes(SERVER), keyUsage(0)]
}

/** A certificate of an authority. */
export function authority(subject: Holder, issuer: Holder, ...more: readonly Uint8Array[]): Buffer {
  return issue(subject, issuer, { extensions: [...AUTHORITY, ...more] })
}
