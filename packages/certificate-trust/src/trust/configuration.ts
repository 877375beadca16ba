import { MAX_POLICY_BYTES, type FileSource, type TextOptions } from '@gatehouse/core'
import {
  booleanOf,
  elementsOf,
  fieldsOf,
  report,
  statementOf,
  stringOf,
  type Statement,
  type TrustText,
} from './fields.ts'
import { JsonText, type JsonValue } from './json.ts'
import {
  isHostName,
  isTrustMode,
  MAX_TRUSTED_NAMES,
  type TrustMode,
  type TrustSettings,
} from './settings.ts'
import { TRUST_TEXT_CODES } from './text-codes.ts'

/** A certificate that an unattended import is to trust. */
export interface ConfiguredCertificate extends Statement {
  /** Path of the certificate. */
  readonly file: string
  /** Where it stands in the configuration. */
  readonly source: Required<FileSource>
}

/** What the configuration file of an unattended import says. */
export interface TrustConfiguration extends Omit<TrustSettings, 'list' | 'mode'> {
  readonly mode: TrustMode
  readonly certificates: readonly ConfiguredCertificate[]
}

/**
 * Reads the configuration of an unattended import, JSON with the fields `mode`, and if need be `names`,
 * `requireTrustedCertificates` and `certificates`; each of those has `file`, `role` and `sha256`, and
 * may have `until` and `note`.
 *
 * There is no word in it for trusting everybody.
 *
 * @throws ParseError with every error, codes of `TRUST_TEXT_CODES`.
 */
export function parseTrustConfiguration(
  input: string | Uint8Array,
  options: TextOptions,
): TrustConfiguration {
  const { file, maxBytes = MAX_POLICY_BYTES } = options
  const text: TrustText = new JsonText(input, { file, maxBytes }, TRUST_TEXT_CODES)
  const optional = ['names', 'requireTrustedCertificates', 'certificates']
  const top = fieldsOf(text, text.root, ['mode'], optional)
  const mode = stringOf(text, top.get('mode'), isTrustMode)
  const names = readNames(text, top.get('names'))
  const isRequired = booleanOf(text, top.get('requireTrustedCertificates'))
  const certificates = elementsOf(text, top.get('certificates')).flatMap((value) =>
    readCertificate(text, value, file),
  )
  text.throwIfAny()
  return {
    mode: mode as TrustMode,
    certificates,
    names,
    ...(isRequired === undefined ? {} : { requireTrustedCertificates: isRequired }),
  }
}

function readNames(text: TrustText, value: JsonValue | undefined): readonly string[] {
  const elements = elementsOf(text, value)
  if (value !== undefined && elements.length > MAX_TRUSTED_NAMES) {
    report(text, value, 'names-too-many')
  }
  return elements.flatMap((one) => stringOf(text, one, isHostName) ?? [])
}

function readCertificate(
  text: TrustText,
  value: JsonValue,
  file: string,
): readonly ConfiguredCertificate[] {
  const fields = fieldsOf(text, value, ['file', 'role', 'sha256'], ['until', 'note'])
  const statement = statementOf(text, fields)
  const path = stringOf(text, fields.get('file'), (one) => one !== '' && !one.includes('\0'))
  if (statement === undefined || path === undefined) return []
  return [{ ...statement, file: path, source: { file, ...text.placeOf(value.start) } }]
}
