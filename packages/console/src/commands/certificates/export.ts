import { exportPkcs12, formatBundle, formatCertificate } from '@gatehouse/certificate-trust/issuing'
import { ConfigError } from '@gatehouse/core'
import { readCertificates, readKey, readPassphrase } from '../../certificates/input.ts'
import { answer, writeResult } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { Terminal } from '../../terminal.ts'

/** Options of `cert export`. */
export interface ExportOptions {
  /** Write PKCS#12, the key with it. */
  readonly pkcs12?: boolean
  /** Write PKCS#7. */
  readonly pkcs7?: boolean
  /** Write DER; only for one certificate. */
  readonly der?: boolean
  /** File to write. */
  readonly out: string
  /** File with the private key, which goes into PKCS#12. */
  readonly key?: string
  /** File with the passphrase of that key. */
  readonly keyPassphraseFile?: string
  /** File with the passphrase of the store that is written. */
  readonly passphraseFile?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert export INPUT`: certificates in another form, with their key in PKCS#12 only. */
export async function exportCertificates(
  input: string,
  options: ExportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { out } = options
  const format = formatOf(options)
  const certificates = await readCertificates(input, {})
  const contents = await contentsFor(certificates, format, options)
  await writeResult(out, contents, format === 'pkcs12' ? { mode: 0o600 } : {})
  const stated = certificates.map(stateCertificate)
  const what = certificates.length === 1 ? 'one certificate' : `${certificates.length} certificates`
  answer(
    options,
    {
      object: { command: 'cert export', format, certificates: stated, file: out },
      lines: [fact('written', `${out}: ${what}`)],
    },
    terminal,
  )
  return EXIT.allow
}

type Certificates = Awaited<ReturnType<typeof readCertificates>>

type Format = 'pem' | 'der' | 'pkcs7' | 'pkcs12'

function formatOf({ der = false, pkcs7 = false, pkcs12 = false }: ExportOptions): Format {
  const flags = { der, pkcs7, pkcs12 }
  const [format = 'pem', second] = (['der', 'pkcs7', 'pkcs12'] as const).filter((one) => flags[one])
  if (second === undefined) return format
  throw new ConfigError('`--der`, `--pkcs7` and `--pkcs12` exclude each other')
}

async function contentsFor(
  certificates: Certificates,
  format: Format,
  { key, keyPassphraseFile, passphraseFile }: ExportOptions,
): Promise<string | Uint8Array> {
  if (format === 'pkcs12') {
    if (key === undefined || passphraseFile === undefined) {
      throw new ConfigError('PKCS#12 needs `--key` and `--passphrase-file`')
    }
    return exportPkcs12({
      key: await readKey(key, keyPassphraseFile),
      certificates,
      passphrase: await readPassphrase(passphraseFile),
    })
  }
  if (key !== undefined || passphraseFile !== undefined) {
    throw new ConfigError('`--key` and `--passphrase-file` go with `--pkcs12`')
  }
  if (format === 'pkcs7') return formatBundle(certificates)
  if (format === 'pem') return certificates.map(formatCertificate).join('')
  const [certificate, second] = certificates
  if (second === undefined) return certificate.der
  throw new ConfigError('a file in DER holds one certificate: use `--pkcs7`')
}
