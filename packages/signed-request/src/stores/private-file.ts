import { lstat, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ConfigError, escapeControls } from '@gatehouse/core'

/**
 * Makes an empty file that is for its owner alone (0600), or checks that the one there is.
 *
 * No one else may write to the folder, for other files come to stand beside this one; and no one else
 * may put another folder in the place of one above it. Where the system knows no owners, nothing is
 * checked. Access lists beyond the mode are not seen.
 *
 * @returns The path without links.
 * @throws {@link ConfigError} (`ERR_CONFIG`) that says what is wrong with which path.
 */
export async function preparePrivateFile(path: string): Promise<string> {
  const folder = await attempt(path, () => realpath(dirname(resolve(path))))
  const real = join(folder, resolve(path).slice(dirname(resolve(path)).length))
  for (const one of withAncestors(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- the first fault is told, from the inside out
    await checkFolder(one, one === folder)
  }
  await attempt(real, () => create(real))
  const status = await attempt(real, () => lstat(real))
  if (!status.isFile()) throw fault(real, 'is no regular file')
  if (isOfAnother(status.uid)) throw fault(real, 'belongs to another user')
  if (isPosix && (status.mode & 0o077) !== 0) throw fault(real, 'is not for its owner alone')
  return real
}

/** One that is there is not opened: closing it would give up every lock that this process holds on it. */
async function create(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

const isPosix = process.geteuid !== undefined

function isOfAnother(uid: number): boolean {
  return isPosix && uid !== 0 && uid !== process.geteuid?.()
}

function withAncestors(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...withAncestors(parent)]
}

async function checkFolder(path: string, isOwn: boolean): Promise<void> {
  const { mode, uid } = await attempt(path, () => stat(path))
  if (isOfAnother(uid)) throw fault(path, 'belongs to another user')
  const isSticky = (mode & 0o1000) !== 0
  const isOpen = (mode & 0o022) !== 0 && !(isSticky && !isOwn)
  if (isPosix && isOpen) throw fault(path, 'can be changed by others than its owner')
}

async function attempt<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    throw fault(path, `cannot be used (${code})`, cause)
  }
}

function fault(path: string, what: string, cause?: unknown): ConfigError {
  const source = { file: path }
  return new ConfigError(`\`${escapeControls(path)}\` ${what}`, { source, cause })
}
