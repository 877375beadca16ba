import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeKeyFile } from '@gatehouse/certificate-trust/files'
import {
  createKey,
  formatCertificate,
  formatKey,
  issueSelfSigned,
} from '@gatehouse/certificate-trust/issuing'
import { loadIdentity, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError } from '@gatehouse/core'

/** Ten years: whoever can read the file can act as the console anyway, and whoever cannot learns nothing. */
const DAYS = 3650

/** Where the inner key is unless another place is named: beside the systems file. */
export function innerKeyPath(systemsPath: string): string {
  return join(dirname(systemsPath), 'inner-key.pem')
}

/**
 * The key that commands sign their calls to a running console with, and the certificate around it. Both
 * stand in one file, which only the console's own account can read: who can read it may call.
 *
 * @throws ConfigError when the file is not there, others can read or replace it, or it holds something else.
 */
export async function loadInnerKey(file: string): Promise<TlsIdentity> {
  if (!existsSync(file)) {
    const what = `there is no inner key \`${file}\`: a console makes it when it starts`
    throw new ConfigError(what, { source: { file } })
  }
  return loadIdentity({ certificateFile: file, keyFile: file })
}

/**
 * The same for a console that starts: a file that is not there is made, and nothing is ever replaced.
 *
 * @throws ConfigError as {@link loadInnerKey} does, and when the file cannot be made.
 */
export async function openInnerKey(file: string): Promise<TlsIdentity> {
  if (!existsSync(file)) {
    const key = createKey('Ed25519')
    const names = { commonName: 'Gatehouse console', dns: ['localhost'] }
    const certificate = issueSelfSigned({ key, names, at: new Date(), days: DAYS })
    await writeKeyFile(file, `${formatKey(key)}${formatCertificate(certificate)}`)
  }
  return loadInnerKey(file)
}
