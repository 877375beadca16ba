import { MAX_POLICY_BYTES, ParseError, type TextOptions } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import { parseCertificate } from '../input/parse.ts'
import { formatPem } from '../input/pem.ts'
import { elementsOf, fieldsOf, report, statementOf, stringOf, type TrustText } from './fields.ts'
import { JsonText, type JsonValue } from './json.ts'
import { TRUST_TEXT_CODES } from './text-codes.ts'
import { formatInstant, trustList, type TrustedCertificate, type TrustList } from './trust-list.ts'

/** What a trust list says of itself. */
const FORMAT = 'gatehouse-trust-list/1'

/**
 * Writes a trust list; `parseTrustList` is its inverse.
 *
 * Every entry states the SHA-256 of its certificate, for people to compare.
 */
export function formatTrustList({ entries }: TrustList): string {
  const written = entries.map(({ certificate, role, until, note }) => ({
    role,
    sha256: certificate.sha256,
    ...(until === undefined ? {} : { until: formatInstant(until) }),
    ...(note === undefined ? {} : { note }),
    certificate: formatPem('CERTIFICATE', certificate.der),
  }))
  return `${JSON.stringify({ format: FORMAT, entries: written }, null, 2)}\n`
}

/**
 * Reads a trust list: JSON with the certificates as PEM.
 *
 * @throws ParseError with every error, codes of `TRUST_TEXT_CODES`: a list that is wrong in one place
 *   is refused as a whole.
 */
export function parseTrustList(input: string | Uint8Array, options: TextOptions): TrustList {
  const { file, maxBytes = MAX_POLICY_BYTES } = options
  const text: TrustText = new JsonText(input, { file, maxBytes }, TRUST_TEXT_CODES)
  const top = fieldsOf(text, text.root, ['format', 'entries'])
  const format = top.get('format')
  if (format !== undefined && format.value !== FORMAT) report(text, format, 'format-unknown')
  const seen = new Set<string>()
  const entries = elementsOf(text, top.get('entries')).flatMap((value) => {
    const entry = readEntry(text, value)
    if (entry === undefined) return []
    const key = `${entry.role} ${entry.certificate.sha256}`
    if (seen.has(key)) report(text, value, 'entry-repeated')
    seen.add(key)
    return [entry]
  })
  text.throwIfAny()
  return trustList(entries)
}

function readEntry(text: TrustText, value: JsonValue): TrustedCertificate | undefined {
  const fields = fieldsOf(text, value, ['role', 'sha256', 'certificate'], ['until', 'note'])
  const statement = statementOf(text, fields)
  const place = fields.get('certificate')
  const pem = stringOf(text, place, () => true)
  if (place === undefined || pem === undefined) return undefined
  const certificate = certificateOf(pem)
  if (certificate === undefined) {
    report(text, place, 'certificate-malformed')
    return undefined
  }
  if (statement === undefined) return undefined
  const { sha256, ...rest } = statement
  if (certificate.sha256 === sha256) return { ...rest, certificate }
  report(text, fields.get('sha256') ?? place, 'sha256-mismatch')
  return undefined
}

function certificateOf(pem: string): Certificate | undefined {
  try {
    return parseCertificate(Buffer.from(pem, 'utf8'), { file: 'certificate' })
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}
