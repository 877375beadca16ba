import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors.ts'

/** How {@link replaceFile} writes. */
export interface ReplaceOptions {
  /**
   * Permissions of the file, whatever the mask says; the file may be missing. Default: the file must be
   * there, and keeps its own.
   */
  readonly mode?: number
}

/**
 * Replaces the content of a file in one step: readers see the old text or the new one, never a part.
 *
 * The text goes to a new file in the same folder, which takes over the owner, is flushed to disk and
 * renamed. A symbolic link stays one. When anything fails the file is as it was.
 *
 * @throws ConfigError when the file cannot be replaced.
 */
export async function replaceFile(
  path: string,
  text: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  try {
    await replace(path, text, options)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
    throw new ConfigError(`file \`${path}\` cannot be replaced: ${code}`, { cause })
  }
}

async function replace(
  path: string,
  text: string | Uint8Array,
  { mode }: ReplaceOptions,
): Promise<void> {
  const { target, old } = await targetOf(path, mode !== undefined)
  const folder = dirname(target)
  const temporary = join(folder, `.${randomUUID()}.tmp`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    await closing(handle, async () => {
      await handle.writeFile(text)
      const own = await handle.stat()
      if (old !== undefined && (own.uid !== old.uid || own.gid !== old.gid)) {
        await handle.chown(old.uid, old.gid)
      }
      await handle.chmod(mode ?? (old?.mode ?? 0o600) & 0o7777)
      await handle.sync()
    })
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await closing(handle, () => handle.sync())
}

/** Where the file is behind symbolic links, and what is there. */
async function targetOf(
  path: string,
  mayBeMissing: boolean,
): Promise<{ readonly target: string; readonly old?: Stats }> {
  try {
    const target = await realpath(path)
    return { target, old: await stat(target) }
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return { target: path }
    throw error
  }
}

async function closing(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } finally {
    await handle.close()
  }
}
