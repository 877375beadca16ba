import { BUNDLE_LABELS, MAX_BUNDLE_BYTES } from '../bundle/parse.ts'
import { readBundle } from '../bundle/bundle.ts'
import { Certificate } from '../certificate/certificate.ts'
import type { DerReader } from '../der/reader.ts'
import type { MalformedCode } from '../malformed-codes.ts'
import { REQUEST_LABELS } from '../request/parse.ts'
import { kindOf, type FileKind } from './kind.ts'
import { CERTIFICATE_LABELS } from './parse.ts'
import { isPem, readPem } from './pem.ts'
import { malformed, readDer, type ReadOptions } from './source.ts'

/**
 * Reads the certificates of a file, whatever form they have: X.509 or PKCS#7, as DER or as PEM of any
 * number of blocks. What a block holds counts, not its label: some authorities label PKCS#7 as a certificate.
 *
 * Private keys and other blocks beside certificates are passed over. The order is that of the file.
 *
 * @throws ParseError with line and byte of the first error; with `request-instead-of-certificate`,
 *   `private-key-instead-of-certificate`, `key-store-instead-of-certificate` or
 *   `list-instead-of-certificate` when the file holds only that.
 */
export function parseCertificateFile(
  bytes: Uint8Array,
  { file, maxBytes = MAX_BUNDLE_BYTES }: ReadOptions,
): readonly Certificate[] {
  const options = { file, maxBytes }
  if (!isPem(bytes)) return readOne(bytes, options, 1)
  const blocks = readPem(bytes, file)
  const wanted = blocks.filter(
    ({ label }) => CERTIFICATE_LABELS.has(label) || BUNDLE_LABELS.has(label),
  )
  if (wanted.length > 0) return wanted.flatMap(({ der, line }) => readOne(der, options, line))
  const [other] = blocks.filter(({ label }) => codeOfLabel(label) !== 'pem-missing')
  const code = other === undefined ? 'pem-missing' : codeOfLabel(other.label)
  throw malformed(code, { file, line: other?.line ?? 1, offset: 0 }, bytes)
}

const INSTEAD: Readonly<Partial<Record<FileKind, MalformedCode>>> = {
  request: 'request-instead-of-certificate',
  'private-key': 'private-key-instead-of-certificate',
  'encrypted-key': 'private-key-instead-of-certificate',
  'key-store': 'key-store-instead-of-certificate',
  list: 'list-instead-of-certificate',
}

function readOne(
  der: Uint8Array,
  options: Required<ReadOptions>,
  line: number,
): readonly Certificate[] {
  const kind = kindOf(der)
  const code = kind === undefined ? undefined : INSTEAD[kind]
  if (code !== undefined) throw malformed(code, { file: options.file, line, offset: 0 }, der)
  const read = kind === 'bundle' ? readBundle : readCertificate
  return readDer(der, options, read, line)
}

function readCertificate(reader: DerReader): readonly Certificate[] {
  return [new Certificate(reader)]
}

function codeOfLabel(label: string): MalformedCode {
  if (REQUEST_LABELS.has(label)) return 'request-instead-of-certificate'
  if (label.endsWith('PRIVATE KEY')) return 'private-key-instead-of-certificate'
  return label === 'X509 CRL' ? 'list-instead-of-certificate' : 'pem-missing'
}
