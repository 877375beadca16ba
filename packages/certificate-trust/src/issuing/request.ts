import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import { OID } from '../der/oids.ts'
import { constructed, DerReader, TAG } from '../der/reader.ts'
import type { Purpose } from '../options.ts'
import { checkRequest } from '../request/check.ts'
import type { CertificateRequest } from '../request/certificate-request.ts'
import { parseRequest } from '../request/parse.ts'
import type { PublicKeyInfo } from '../signature/public-key.ts'
import { encoded, integer, objectIdentifier, sequence, setOf, type Asn1 } from './asn1.ts'
import { canonicalNames, isEmpty, type SubjectNames } from './alternative-names.ts'
import { IssuingError } from './codes.ts'
import { subjectAltName } from './extension.ts'
import { publicKeyOf } from './key.ts'
import { likenessOf, type Likeness } from './likeness.ts'
import { DEFAULT_PURPOSES, usages } from './self-signed.ts'
import { sign } from './signing.ts'
import { encodeSubject } from './subject.ts'

/** What a request is made of. */
export type RequestOptions =
  | {
      /** Private key. */
      readonly key: KeyObject
      /** Names to ask for. */
      readonly names: SubjectNames
      /** Default `server` and `client`. */
      readonly purposes?: readonly Purpose[]
    }
  | {
      /** Private key; it may be another than that of the certificate. */
      readonly key: KeyObject
      /** A certificate whose subject, alternative names, key usage and purposes are asked for again. */
      readonly like: Certificate
    }

/**
 * Makes a certificate request (PKCS#10) and signs it with its own key.
 *
 * @throws IssuingError for names that are none, none at all, or a key that would be refused.
 */
export function createRequest(options: RequestOptions): CertificateRequest {
  const { key } = options
  const publicKey = publicKeyOf(key)
  const { subject, extensions } =
    'like' in options ? likenessOf(options.like) : partsFor(options, publicKey)
  const attributes = extensions.length === 0 ? [] : [extensionRequest(extensions)]
  const der = sign(key, () =>
    sequence([
      integer(0),
      encoded(subject),
      encoded(publicKey.der),
      sequence(attributes, constructed(0)),
    ]),
  )
  const request = parseRequest(der, { file: 'new request' })
  requireInOrder(request)
  return request
}

/** @throws IssuingError for a request that is not signed by its key, or asks for what is no name. */
export function requireInOrder(request: CertificateRequest): void {
  const { outcome, reasons } = checkRequest(request)
  if (outcome === 'allow') return
  const [{ code, source, facts }] = reasons
  throw new IssuingError('request-refused', {
    ...(source === undefined ? {} : { source }),
    facts: { cause: code, ...facts },
  })
}

function partsFor(
  { names, purposes = DEFAULT_PURPOSES }: Extract<RequestOptions, { names: unknown }>,
  publicKey: PublicKeyInfo,
): Likeness {
  const canonical = canonicalNames(names)
  const subject = encodeSubject(names)
  const hasSubject = DerReader.inside(new DerReader(subject).any()).nextTag === TAG.set
  const alternative = isEmpty(canonical) ? [] : [subjectAltName(canonical, hasSubject)]
  return { subject, extensions: [...usages(publicKey, purposes), ...alternative] }
}

function extensionRequest(extensions: readonly Asn1[]): Asn1 {
  return sequence([objectIdentifier(OID.extensionRequest), setOf(sequence(extensions))])
}
