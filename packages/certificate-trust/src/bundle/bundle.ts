import { Certificate } from '../certificate/certificate.ts'
import { DerFault } from '../der/fault.ts'
import { OID } from '../der/oids.ts'
import { constructed, DerReader, TAG } from '../der/reader.ts'
import { objectIdentifier, smallInteger } from '../der/values.ts'
import { readAlgorithm } from '../signature/algorithm.ts'

/**
 * Reads a PKCS#7 message that only carries certificates: SignedData without contents and signers.
 *
 * Certificates stay in the order of the file, whatever that is: the type of the set is one of BER,
 * and most programs do not sort it. Revocation lists beside them are passed over unread.
 *
 * @throws DerFault on the first error. Use `parseBundle`.
 */
export function readBundle(reader: DerReader): readonly Certificate[] {
  const message = reader.inside(TAG.sequence)
  const { offset } = message
  const type = objectIdentifier(message.element(TAG.oid))
  if (type !== OID.signedData) throw new DerFault('bundle-not-certificates-only', offset)
  const around = message.inside(constructed(0))
  message.finish()
  const body = around.inside(TAG.sequence)
  around.finish()
  const version = body.element(TAG.integer)
  // 1, or 3 with lists of other kinds (RFC 5652, 5.1).
  if (![1, 3].includes(smallInteger(version))) throw new DerFault('version-mismatch', version.start)
  const digests = body.inside(TAG.set)
  while (!digests.isAtEnd) readAlgorithm(digests)
  readNoContents(body.inside(TAG.sequence))
  const certificates = readCertificates(body.optionalInside(constructed(0)))
  body.optional(constructed(1))
  const signers = body.inside(TAG.set)
  if (!signers.isAtEnd) throw new DerFault('bundle-not-certificates-only', signers.offset)
  body.finish()
  if (certificates.length === 0) throw new DerFault('bundle-empty', offset)
  return certificates
}

function readNoContents(contents: DerReader): void {
  const type = objectIdentifier(contents.element(TAG.oid))
  const isEmpty = type === OID.data && contents.isAtEnd
  if (!isEmpty) throw new DerFault('bundle-not-certificates-only', contents.offset)
}

function readCertificates(set: DerReader | undefined): readonly Certificate[] {
  const certificates: Certificate[] = []
  if (set === undefined) return certificates
  while (!set.isAtEnd) certificates.push(new Certificate(set))
  return certificates
}
