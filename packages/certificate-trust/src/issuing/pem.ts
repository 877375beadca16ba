import type { Certificate } from '../certificate/certificate.ts'
import { OID } from '../der/oids.ts'
import { constructed, TAG } from '../der/reader.ts'
import { formatPem } from '../input/pem.ts'
import { parseBundle } from '../bundle/parse.ts'
import type { CertificateRequest } from '../request/certificate-request.ts'
import type { CertificateList } from '../revocation/certificate-list.ts'
import { encode, encoded, integer, objectIdentifier, sequence } from './asn1.ts'

/** A certificate as PEM. */
export function formatCertificate({ der }: Certificate): string {
  return formatPem('CERTIFICATE', der)
}

/** A certificate request as PEM. */
export function formatRequest({ der }: CertificateRequest): string {
  return formatPem('CERTIFICATE REQUEST', der)
}

/** A revocation list as PEM. */
export function formatCertificateList({ der }: CertificateList): string {
  return formatPem('X509 CRL', der)
}

/**
 * Certificates as a PKCS#7 bundle (DER), as authorities reply with.
 *
 * @see RFC 5652, 5: SignedData without contents and signers
 */
export function encodeBundle(certificates: readonly [Certificate, ...Certificate[]]): Uint8Array {
  const body = sequence([
    integer(1),
    sequence([], TAG.set),
    sequence([objectIdentifier(OID.data)]),
    sequence(
      certificates.map(({ der }) => encoded(der)),
      constructed(0),
    ),
    sequence([], TAG.set),
  ])
  const around = [objectIdentifier(OID.signedData), sequence([body], constructed(0))]
  const der = encode(sequence(around))
  parseBundle(der, { file: 'new bundle' })
  return der
}

/** Certificates as a PKCS#7 bundle in PEM. */
export function formatBundle(certificates: readonly [Certificate, ...Certificate[]]): string {
  return formatPem('PKCS7', encodeBundle(certificates))
}
