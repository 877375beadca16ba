import type { Certificate } from '../certificate/certificate.ts'
import { readExtension } from '../certificate/extensions.ts'
import { OID } from '../der/oids.ts'
import { constructed, DerReader, TAG } from '../der/reader.ts'
import { encoded, type Asn1 } from './asn1.ts'

/** What another certificate can have of a certificate, byte for byte. */
export interface Likeness {
  /** Name as DER. */
  readonly subject: Uint8Array
  /** Key usage, purposes and alternative names, as far as it has them. */
  readonly extensions: readonly Asn1[]
}

const COPIED: readonly string[] = [OID.keyUsage, OID.extKeyUsage, OID.subjectAltName]

/** Subject and extensions of a certificate. */
export function likenessOf(certificate: Certificate): Likeness {
  const body = new DerReader(certificate.signedBytes).inside(TAG.sequence)
  while (!body.isAtEnd && body.nextTag !== constructed(3)) body.any()
  const extensions: Asn1[] = []
  const list = body.optionalInside(constructed(3))?.inside(TAG.sequence)
  if (list === undefined) return { subject: certificate.subject.der, extensions }
  while (!list.isAtEnd) {
    const start = list.offset
    const { type } = readExtension(list)
    if (COPIED.includes(type)) {
      extensions.push(encoded(certificate.signedBytes.subarray(start, list.offset)))
    }
  }
  return { subject: certificate.subject.der, extensions }
}
