import { createPrivateKey, type KeyObject } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatHead, type HeadOptions } from '@gatehouse/audit-log'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import type { AuditConfig } from '../config/model.ts'
import { ownPath, type Keeper } from './paths.ts'

/** Largest key file in bytes: 16 KiB, far above any key. */
const MAX_KEY_BYTES = 16 * 1024

/**
 * How the heads of a log are signed, and the file that they are appended to.
 *
 * @throws {@link ConfigError} when the key is none, or the file cannot be written.
 */
export async function headOptions(
  { signingKeyFile, headsFile }: NonNullable<AuditConfig['heads']>,
  keeper: Keeper,
): Promise<HeadOptions> {
  const key = await readKey(signingKeyFile)
  const path = ownPath(headsFile, keeper)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await append(path, '')
  } catch (cause) {
    const message = `cannot write the heads of the audit log to \`${path}\``
    throw new ConfigError(message, { source: { file: path }, cause })
  }
  return { key, sink: (head) => append(path, `${formatHead(head)}\n`) }
}

async function readKey(file: string): Promise<KeyObject> {
  const read = await readBounded(file, MAX_KEY_BYTES)
  const key = 'bytes' in read ? privateKey(Buffer.from(read.bytes)) : undefined
  if (key?.asymmetricKeyType === 'ed25519') return key
  const message = `the signing key file \`${file}\` holds no private Ed25519 key`
  throw new ConfigError(message, { source: { file } })
}

function privateKey(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

async function append(path: string, line: string): Promise<void> {
  const handle = await open(path, 'a', 0o600)
  try {
    await handle.appendFile(line)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
