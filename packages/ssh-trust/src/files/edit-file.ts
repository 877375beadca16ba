import { ConfigError, MAX_POLICY_BYTES } from '@gatehouse/core'
import { readBounded, replaceFile, withLock } from '@gatehouse/core/files'
import { mkdir, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Edited } from '../known-hosts/edit.ts'
import type { FileEdit } from './file-edit.ts'

/** How a file is edited. */
export interface EditFileOptions {
  /** Largest file, in bytes. Default 16 MiB. */
  readonly maxBytes?: number
  /** Permissions afterwards. Default: 0600 of a new file; those it has, less writing by group and others. */
  readonly mode?: number
}

/**
 * Edits a file of lines: locks it, reads it as it is now, and replaces it whole. A file that is missing is
 * empty, and its folder is made for its owner alone. A symbolic link stays one.
 *
 * @throws ConfigError when the file cannot be read, is larger than the limit, or cannot be written; then
 *   it is as it was.
 */
export async function editFile<Refusal extends string>(
  file: string,
  edit: (text: Uint8Array) => Edited<Uint8Array, Refusal>,
  { maxBytes = MAX_POLICY_BYTES, mode }: EditFileOptions = {},
): Promise<FileEdit<Refusal>> {
  await makeFolder(file)
  return await withLock(`${await targetOf(file)}.lock`, async () => {
    const { text, changed, ...rest } = edit(await read(file, maxBytes))
    if (changed) await replaceFile(file, text, { mode: mode ?? (await modeOf(file)) })
    return { file, changed, ...rest }
  })
}

async function read(file: string, maxBytes: number): Promise<Uint8Array> {
  const result = await readBounded(file, maxBytes)
  if ('bytes' in result) return result.bytes
  const { failure, cause } = result
  if (failure === 'missing') return new Uint8Array()
  const why =
    failure === 'too-large'
      ? `is larger than ${maxBytes} bytes`
      : `cannot be read: ${codeOf(cause)}`
  throw new ConfigError(`file \`${file}\` ${why}`, { source: { file }, cause })
}

/** The file behind symbolic links: two paths to one file have one lock. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch {
    return file
  }
}

const OTHERS_WRITE = 0o022

async function modeOf(file: string): Promise<number> {
  try {
    const { mode } = await stat(file)
    return mode & 0o777 & ~OTHERS_WRITE
  } catch {
    return 0o600
  }
}

async function makeFolder(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  } catch (cause) {
    const source = { file }
    throw new ConfigError(`the folder of \`${file}\` cannot be made: ${codeOf(cause)}`, {
      source,
      cause,
    })
  }
}

function codeOf(cause: unknown): string {
  const { code, message } = (cause ?? {}) as Partial<NodeJS.ErrnoException>
  return code ?? message ?? 'failed'
}
