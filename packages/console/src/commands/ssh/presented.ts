import { ConfigError, MAX_POLICY_BYTES } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import {
  describeCertificateFault,
  importKeys,
  isCertificateType,
  KEY_FAULTS,
  parseCertificateFields,
  parseRevoked,
  type ImportedKey,
  type PublicKey,
  type RevocationList,
  type SshCertificate,
} from '@gatehouse/ssh-trust'

/** What was shown: one of them. */
export interface PresentedOptions {
  /** File with one public key: a line, RFC 4716 or PEM. */
  readonly key?: string
  /** File with one OpenSSH certificate. */
  readonly certificate?: string
}

/** A key or a certificate that is asked about. */
export type PresentedKey = { readonly key: PublicKey } | { readonly certificate: SshCertificate }

/** Reads what a command asks about. @throws ConfigError unless it is one key or one certificate. */
export async function readPresented(options: PresentedOptions): Promise<PresentedKey> {
  const { key, certificate } = options
  if (key !== undefined && certificate === undefined) return { key: (await readOneKey(key)).key }
  if (certificate !== undefined && key === undefined) {
    return { certificate: await readCertificate(certificate) }
  }
  throw new ConfigError('name what is shown: `--key FILE` or `--certificate FILE`')
}

/** The keys of a file, all of which can be read. @throws ConfigError for the first that cannot, and for none. */
export async function readKeys(file: string): Promise<readonly [ImportedKey, ...ImportedKey[]]> {
  const { keys, faults } = importKeys(await readText(file))
  const [fault] = faults
  if (fault !== undefined) {
    const source = { file, line: fault.line }
    throw new ConfigError(`${KEY_FAULTS[fault.fault]} [${fault.fault}]`, { source })
  }
  const [first, ...rest] = keys
  if (first === undefined) throw new ConfigError(`\`${file}\` holds no key`, { source: { file } })
  return [first, ...rest]
}

async function readOneKey(file: string): Promise<ImportedKey> {
  const [first, ...rest] = await readKeys(file)
  if (rest.length === 0) return first
  throw new ConfigError(`\`${file}\` holds more than one key`, { source: { file } })
}

async function readCertificate(file: string): Promise<SshCertificate> {
  const text = new TextDecoder().decode(await readText(file))
  const [type = '', base64 = ''] = text.trim().split(/[ \t]+/u)
  const certificate = isCertificateType(type)
    ? parseCertificateFields(type, base64.split('\n', 1)[0] ?? '')
    : ({ fault: 'certificate-type-unknown' } as const)
  if (!('fault' in certificate)) return certificate
  const why = `${describeCertificateFault(certificate)} [${certificate.fault}]`
  throw new ConfigError(why, { source: { file } })
}

/** A list of revoked keys. @throws when it cannot be read. */
export async function readRevoked(file: string | undefined): Promise<RevocationList | undefined> {
  return file === undefined ? undefined : parseRevoked(await readText(file), file)
}

/** A file whole. @throws ConfigError when it cannot be read. */
export async function readText(file: string): Promise<Uint8Array> {
  const read = await readBounded(file, MAX_POLICY_BYTES)
  if ('bytes' in read) return read.bytes
  throw new ConfigError(`file \`${file}\` is ${read.failure}`, { ...read, source: { file } })
}
