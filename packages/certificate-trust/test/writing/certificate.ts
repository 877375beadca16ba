import { parseCertificate, type Certificate } from '../../src/index.ts'
import { around, integer, oid, sequence, set, time, utf8 } from './der.ts'
import { signed, type SigningKey } from './keys.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  dns,
  extKeyUsage,
  keyUsage,
  SERVER_AUTH,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.ts'

/** Instant that all chains of these tests are valid at. */
export const AT: Date = new Date('2026-11-22T12:00:00Z')
const FROM = '2026-01-01T00:00:00Z'
const UNTIL = '2126-01-01T00:00:00Z'

/** A Name of one common name; of several parts when there are more texts. */
export function name(...parts: readonly string[]): Uint8Array {
  return sequence(...parts.map(relativeName))
}

export function relativeName(text: string): Uint8Array {
  return set(attribute(text))
}

export function attribute(text: string, type = '2.5.4.3'): Uint8Array {
  return sequence(oid(type), utf8(text))
}

/** What a certificate is made of; every part as DER. */
export interface Parts {
  readonly version: 1 | 2 | 3
  readonly serial: Uint8Array
  readonly innerAlgorithm: Uint8Array
  readonly issuer: Uint8Array
  readonly notBefore: Uint8Array
  readonly notAfter: Uint8Array
  readonly subject: Uint8Array
  readonly info: Uint8Array
  /** By what they are for, so that one can be replaced or left out. */
  readonly extensions: Readonly<Record<string, Uint8Array | null>>
}

/** Whoever has a name and a key. */
export interface Holder {
  readonly name: Uint8Array
  readonly key: SigningKey
}

let serials = 0x1000

/** Parts that hold unless others are given. */
function partsOf(subject: Holder, issuer: Holder): Parts {
  serials += 1
  return {
    version: 3,
    serial: integer(serials),
    innerAlgorithm: issuer.key.algorithm,
    issuer: issuer.name,
    notBefore: time(FROM),
    notAfter: time(UNTIL),
    subject: subject.name,
    info: subject.key.info,
    extensions: {
      subjectKey: subjectKeyIdentifier(subject.key.identifier),
      authorityKey: authorityKeyIdentifier(issuer.key.identifier),
    },
  }
}

/** The signed part of a certificate. */
export function bodyOf({ version, extensions, ...parts }: Parts): Uint8Array {
  const given = Object.values(extensions).filter((one) => one !== null)
  return sequence(
    ...(version === 1 ? [] : [around(0, integer(version - 1))]),
    parts.serial,
    parts.innerAlgorithm,
    parts.issuer,
    sequence(parts.notBefore, parts.notAfter),
    parts.subject,
    parts.info,
    ...(version === 3 && given.length > 0 ? [around(3, sequence(...given))] : []),
  )
}

export type Changes = Partial<Omit<Parts, 'extensions'>> & {
  readonly extensions?: Readonly<Record<string, Uint8Array | null>>
}

/** A certificate with some parts changed, as DER, signed anew. */
export function encode(subject: Holder, issuer: Holder, changes: Changes = {}): Uint8Array {
  const parts = partsOf(subject, issuer)
  const extensions = { ...parts.extensions, ...changes.extensions }
  return signed(issuer.key, bodyOf({ ...parts, ...changes, extensions }))
}

export function issue(subject: Holder, issuer: Holder, changes: Changes = {}): Certificate {
  return parseCertificate(encode(subject, issuer, changes), { file: 'certificate' })
}

/** A certificate of an authority. */
export function authority(subject: Holder, issuer: Holder, changes: Changes = {}): Certificate {
  const usual = { ca: basicConstraints(true), usage: keyUsage(5, 6) }
  return issue(subject, issuer, { ...changes, extensions: { ...usual, ...changes.extensions } })
}

/** A certificate of a server called `web01.example.com`. */
export function server(subject: Holder, issuer: Holder, changes: Changes = {}): Certificate {
  return issue(subject, issuer, serverChanges(changes))
}

export function serverChanges(changes: Changes = {}): Changes {
  const usual = {
    names: subjectAltName(dns('web01.example.com')),
    purposes: extKeyUsage(SERVER_AUTH),
    usage: keyUsage(0),
  }
  return { ...changes, extensions: { ...usual, ...changes.extensions } }
}

/** A root has no need to name the key that signed it. */
export function root(holder: Holder, changes: Changes = {}): Certificate {
  const extensions = { authorityKey: null, ...changes.extensions }
  return authority(holder, holder, { ...changes, extensions })
}
