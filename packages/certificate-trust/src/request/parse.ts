import { malformed, type ReadOptions } from '../input/source.ts'
import { MAX_CERTIFICATE_BYTES, parseBlocks } from '../input/parse.ts'
import { CertificateRequest } from './certificate-request.ts'

/** The older label is that of Netscape and of Microsoft's tools (RFC 7468, 7). */
export const REQUEST_LABELS: ReadonlySet<string> = new Set([
  'CERTIFICATE REQUEST',
  'NEW CERTIFICATE REQUEST',
])

/**
 * Reads one certificate request (PKCS#10): DER, or PEM with one block of that label.
 *
 * Its form is checked to the last byte, nothing else: whether it is signed by its own key is for `checkRequest`.
 *
 * @throws ParseError with line and byte of the first error.
 * @see RFC 2986
 */
export function parseRequest(
  bytes: Uint8Array,
  { file, maxBytes = MAX_CERTIFICATE_BYTES }: ReadOptions,
): CertificateRequest {
  const [request, second] = parseBlocks(
    bytes,
    { file, maxBytes },
    REQUEST_LABELS,
    (reader) => new CertificateRequest(reader),
  )
  if (request === undefined || second !== undefined) {
    const code = second === undefined ? 'pem-missing' : 'der-trailing-data'
    throw malformed(code, { file, line: 1, offset: 0 }, bytes)
  }
  return request
}
