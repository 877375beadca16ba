import { sign } from 'node:crypto'

import { BlobReader } from '../../src/key/blob-reader.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import {
  parseCertificateBlob,
  type GeneratedKey,
  type GeneratedType,
  type SshCertificate,
} from '../../src/index.ts'
import { makeSigner, type Signer } from '../certificate/forge.ts'
import { certificateOf } from '../certificate/read.ts'
import { keyOf } from '../ssh2/places.ts'
import type { Identity } from './agent.ts'

/** A certificate that says what another one says, of a key and by an authority whose private halves are here. */
export interface Resigned {
  readonly certificate: SshCertificate
  /** As a line. */
  readonly line: string
  readonly subject: GeneratedKey
  /** For an agent; of Ed25519. */
  readonly identity: Identity
  /** A text with the keys and the certificate here in the place of those there. */
  readonly replayed: (text: string) => string
}

const authorities = new Map<string, Signer>()

function authorityFor({ signatureKey: { fingerprint, type } }: SshCertificate): Signer {
  const known = authorities.get(fingerprint) ?? makeSigner(type)
  authorities.set(fingerprint, known)
  return known
}

/** Signs a certificate anew, byte for byte but for its two keys and the signature. */
export async function resign(line: string): Promise<Resigned> {
  const given = certificateOf(line)
  const authority = authorityFor(given)
  const subject = await keyOf(given.key.type as GeneratedType, given.key.fingerprint)
  const blob = bodyOf(Buffer.from(line.split(' ')[1] ?? '', 'base64'), given, {
    subject: subject.publicKey.blob,
    authority: authority.key.blob,
  })
  const signature = authority.sign(blob, given.signatureType)
  const whole = new BlobWriter().bytes(blob).string(signature).finish()
  const certificate = parseCertificateBlob(whole)
  if ('fault' in certificate) throw new Error(certificate.fault)
  const pairs: readonly (readonly [string, Uint8Array])[] = [
    [line.split(' ')[1] ?? '', whole],
    [base64(given.key.blob), subject.publicKey.blob],
    [base64(given.signatureKey.blob), authority.key.blob],
  ]
  return {
    certificate,
    line: `${given.type} ${base64(whole)}`,
    subject,
    identity: { blob: whole, sign: (data) => signed(subject, data) },
    replayed: (text) => {
      let replayed = text
      for (const [there, here] of pairs) replayed = replayed.replaceAll(there, base64(here))
      return replayed
    },
  }
}

function signed({ publicKey: { type }, privateKey }: GeneratedKey, data: Uint8Array): Uint8Array {
  return new BlobWriter()
    .string(type)
    .string(sign(null, data, privateKey))
    .finish()
}

/** All that is signed. */
function bodyOf(
  blob: Uint8Array,
  given: SshCertificate,
  by: { readonly subject: Uint8Array; readonly authority: Uint8Array },
): Uint8Array {
  const start = new BlobReader(blob)
  const [type, nonce] = [start.string(), start.string()]
  start.bytes(fieldsOf(given.key.blob).length)
  const rest = start.rest()
  const authorityAt = Buffer.from(rest).lastIndexOf(given.signatureKey.blob) - 4
  return new BlobWriter()
    .string(type)
    .string(nonce)
    .bytes(fieldsOf(by.subject))
    .bytes(rest.subarray(0, authorityAt))
    .string(by.authority)
    .finish()
}

/** A key without the name of its type. */
function fieldsOf(blob: Uint8Array): Uint8Array {
  const reader = new BlobReader(blob)
  reader.string()
  return reader.rest()
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
