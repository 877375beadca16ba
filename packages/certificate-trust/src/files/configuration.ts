import { dirname, resolve } from 'node:path'
import { DiagnosticList, MAX_POLICY_BYTES, ParseError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import type { Certificate } from '../certificate/certificate.ts'
import { parseCertificateFile } from '../input/certificate-file.ts'
import { parseTrustConfiguration, type ConfiguredCertificate } from '../trust/configuration.ts'
import { trustSettings, type TrustSettings } from '../trust/settings.ts'
import { TRUST_TEXT_CODES, type TrustTextCode } from '../trust/text-codes.ts'
import { trustList, type TrustedCertificate } from '../trust/trust-list.ts'
import { readFileOf } from './trust-list-file.ts'

/**
 * Sets up trust without a person: the settings of a configuration file, with the certificates that it
 * names by path and SHA-256. Paths count from the folder of that file; of a file with several
 * certificates only the one that is named is trusted.
 *
 * @throws ParseError with every error, codes of `TRUST_TEXT_CODES`: nothing is imported when one
 *   certificate is not the one that the configuration states. ConfigError when the configuration cannot be read.
 * @see parseTrustConfiguration for the form
 */
export async function importConfiguration(path: string): Promise<TrustSettings> {
  const bytes = await readFileOf(path)
  const { certificates, ...settings } = parseTrustConfiguration(bytes, { file: path })
  const lines = new TextDecoder().decode(bytes).split('\n')
  const diagnostics = new DiagnosticList<TrustTextCode>(path)
  const entries: TrustedCertificate[] = []
  const seen = new Set<string>()
  for (const configured of certificates) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: a hundred open files gain nothing
    const found = await find(configured, dirname(path))
    const key = `${configured.role} ${configured.sha256}`
    const code = typeof found === 'string' ? found : seen.has(key) ? 'entry-repeated' : undefined
    seen.add(key)
    const { source, role, until, note } = configured
    if (code !== undefined) {
      diagnostics.add(code, TRUST_TEXT_CODES[code], source, lines[source.line - 1] ?? '')
    } else if (typeof found !== 'string') {
      entries.push({
        certificate: found,
        role,
        ...(until === undefined ? {} : { until }),
        ...(note === undefined ? {} : { note }),
      })
    }
  }
  diagnostics.throwIfAny()
  return trustSettings({ ...settings, list: trustList(entries) })
}

async function find(
  { file, sha256 }: ConfiguredCertificate,
  folder: string,
): Promise<Certificate | TrustTextCode> {
  const read = await readBounded(resolve(folder, file), MAX_POLICY_BYTES)
  if (!('bytes' in read)) return 'file-unreadable'
  try {
    const certificates = parseCertificateFile(read.bytes, { file })
    return certificates.find((one) => one.sha256 === sha256) ?? 'sha256-mismatch'
  } catch (error) {
    if (error instanceof ParseError) return 'certificate-malformed'
    throw error
  }
}
