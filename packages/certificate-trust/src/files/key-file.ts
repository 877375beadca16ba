import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { ConfigError, Secret } from '@gatehouse/core'
import { checkKeyFiles, checkTrustFiles, type FileFinding } from './permissions.ts'
import { writeNew } from './new-file.ts'

/**
 * Writes a private key into a new file that nobody but its owner can read (0600).
 *
 * @param pem - The key. It never stands in an error.
 * @throws ConfigError when there is something at the path, a link included, or it cannot be written.
 */
export async function writeKeyFile(path: string, pem: string | Secret): Promise<void> {
  try {
    await writeNew(path, pem instanceof Secret ? pem.expose() : pem, 0o600)
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = exists ? 'there is a file already' : 'the file cannot be written'
    throw new ConfigError(why, { source: { file: path }, cause })
  }
}

/** One key and certificate that several components of a system use. */
export interface Sharing {
  /** Path of the private key. */
  readonly key: string
  /** Path of its certificate. */
  readonly certificate: string
  /** Number of the group that the components are in. */
  readonly group: number
}

/**
 * Shares a key and its certificate with a group: the key becomes 0640, the certificate 0644.
 *
 * @returns What is still wrong, such as a folder that others may write to; none when all is in order.
 * @throws ConfigError when one of them is a link, no regular file, or cannot be changed.
 */
export async function shareIdentity({
  key,
  certificate,
  group,
}: Sharing): Promise<readonly FileFinding[]> {
  await grant(key, group, 0o640)
  await grant(certificate, group, 0o644)
  const ofKey = await checkKeyFiles([key], { group })
  const ofCertificate = await checkTrustFiles([certificate])
  const known = new Set(ofKey.map(({ code, path }) => `${code} ${path}`))
  return [...ofKey, ...ofCertificate.filter(({ code, path }) => !known.has(`${code} ${path}`))]
}

/** Nobody can read more than before until the group is the right one. */
async function grant(path: string, group: number, mode: number): Promise<void> {
  try {
    const handle = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    try {
      const status = await handle.stat()
      if (!status.isFile()) throw new Error('not a regular file')
      await handle.chmod(0o600)
      await handle.chown(status.uid, group)
      await handle.chmod(mode)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new ConfigError('the file cannot be shared', { source: { file: path }, cause })
  }
}
