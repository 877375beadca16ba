import { Certificate } from '../certificate/certificate.ts'
import { CertificateList } from '../revocation/certificate-list.ts'
import type { DerReader } from '../der/reader.ts'
import { isPem, readPem } from './pem.ts'
import { malformed, readDer, type ReadOptions } from './source.ts'

/** Most bytes of one certificate, 1 MiB: one with 10,000 names has a third of that. */
export const MAX_CERTIFICATE_BYTES: number = 1024 * 1024

/**
 * Reads one certificate: DER, or PEM with one block.
 *
 * Its form is checked to the last byte, nothing else: neither time nor signature.
 *
 * @throws ParseError with line and byte of the first error.
 * @see RFC 5280, 4.1
 */
export function parseCertificate(bytes: Uint8Array, options: ReadOptions): Certificate {
  const certificates = parseCertificates(bytes, options)
  const [certificate, second] = certificates
  if (certificate === undefined || second !== undefined) {
    const code = second === undefined ? 'pem-missing' : 'der-trailing-data'
    throw malformed(code, { file: options.file, line: 1, offset: 0 }, bytes)
  }
  return certificate
}

/**
 * Reads certificates: one as DER, or every block of a PEM text that is labelled `CERTIFICATE`.
 *
 * @throws ParseError with line and byte of the first error; when a PEM text has none.
 */
export function parseCertificates(
  bytes: Uint8Array,
  { file, maxBytes = MAX_CERTIFICATE_BYTES }: ReadOptions,
): readonly Certificate[] {
  return parseBlocks(
    bytes,
    { file, maxBytes },
    CERTIFICATE_LABELS,
    (reader) => new Certificate(reader),
  )
}

/** `X509` and `TRUSTED` are older labels; the latter may have more behind the certificate, which is refused. */
export const CERTIFICATE_LABELS: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE'])

/** Most bytes of one list, 64 MiB: one of 100,000 certificates has some 4. */
export const MAX_LIST_BYTES: number = 64 * 1024 * 1024

/**
 * Reads revocation lists: one as DER, or every block of a PEM text that is labelled `X509 CRL`.
 *
 * @throws ParseError with line and byte of the first error; when a PEM text has none.
 * @see RFC 5280, 5.1
 */
export function parseCertificateLists(
  bytes: Uint8Array,
  { file, maxBytes = MAX_LIST_BYTES }: ReadOptions,
): readonly CertificateList[] {
  return parseBlocks(
    bytes,
    { file, maxBytes },
    LIST_LABELS,
    (reader) => new CertificateList(reader),
  )
}

const LIST_LABELS: ReadonlySet<string> = new Set(['X509 CRL'])

/** Reads DER, or every block of a PEM text that has one of some labels; there must be one. */
export function parseBlocks<Value>(
  bytes: Uint8Array,
  options: Required<ReadOptions>,
  labels: ReadonlySet<string>,
  read: (reader: DerReader) => Value,
): readonly Value[] {
  if (!isPem(bytes)) return [readDer(bytes, options, read)]
  const blocks = readPem(bytes, options.file).filter(({ label }) => labels.has(label))
  if (blocks.length === 0) {
    throw malformed('pem-missing', { file: options.file, line: 1, offset: 0 }, bytes)
  }
  return blocks.map(({ der, line }) => readDer(der, options, read, line))
}
