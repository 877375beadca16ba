import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import type { Certificate } from '../certificate/certificate.ts'
import { checkKeyFiles, describeFileFinding } from '../files/permissions.ts'
import { parseCertificateFile } from '../input/certificate-file.ts'
import type { TlsIdentity } from './model.ts'

/** Where an identity lies. */
export interface IdentityFiles {
  /** Certificate and what issued it, in that order: PEM, DER or PKCS#7. */
  readonly certificateFile: string
  /** Private key of the certificate: PEM, not encrypted, and for its owner alone. */
  readonly keyFile: string
  /** Number of the group that may read the key, too. Default: none may. */
  readonly keyGroup?: number
}

/** Largest file of an identity in bytes: 1 MiB, some hundred certificates. */
const MAX_IDENTITY_BYTES = 1024 * 1024

/**
 * Reads what one side of a connection shows of itself, if nobody else can read or replace the key.
 *
 * @throws ConfigError when others can, with every permission that is wrong (`checkKeyFiles`; not where
 *   the system does not say who may read a file), when a file cannot be read, and when the key is not
 *   that of the first certificate.
 * @throws ParseError when a certificate is malformed.
 */
export async function loadIdentity({
  certificateFile,
  keyFile,
  keyGroup: group,
}: IdentityFiles): Promise<TlsIdentity> {
  const found = await checkKeyFiles([keyFile], group === undefined ? {} : { group })
  const findings = found.filter(({ code }) => code !== 'permissions-unknown')
  if (findings.length > 0) {
    const source = { file: keyFile }
    throw new ConfigError(findings.map(describeFileFinding).join('; '), { source })
  }
  const bytes = await read(certificateFile)
  const [own, ...rest] = parseCertificateFile(bytes, { file: certificateFile })
  if (own === undefined) throw failed(certificateFile, 'holds no certificate')
  const key = await readKey(keyFile)
  if (!isKeyOf(own, key)) throw failed(keyFile, `is not the key of \`${certificateFile}\``)
  return { key, certificates: [own, ...rest] }
}

async function readKey(file: string): Promise<KeyObject> {
  const bytes = Buffer.from(await read(file))
  try {
    return createPrivateKey(bytes)
  } catch (cause) {
    throw failed(file, 'holds no private key that can be read without a passphrase', cause)
  } finally {
    bytes.fill(0)
  }
}

function isKeyOf(certificate: Certificate, key: KeyObject): boolean {
  try {
    return new X509Certificate(certificate.der).checkPrivateKey(key)
  } catch {
    return false
  }
}

async function read(file: string): Promise<Uint8Array> {
  const found = await readBounded(file, MAX_IDENTITY_BYTES)
  if ('bytes' in found) return found.bytes
  throw failed(file, `is ${found.failure}`, found.cause)
}

function failed(file: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError(`\`${file}\` ${what}`, { source: { file }, cause })
}
