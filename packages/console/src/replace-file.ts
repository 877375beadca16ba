import { ConfigError } from '@gatehouse/core'
import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Replaces the content of a file in one step: readers see the old text or the new one, never a part.
 *
 * The text goes to a new file in the same folder, which takes over mode and owner, is flushed to disk
 * and renamed. A symbolic link stays one. When anything fails the file is as it was.
 *
 * @throws ConfigError when the file cannot be replaced.
 */
export async function replaceFile(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await replace(path, text)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
    throw new ConfigError(`file \`${path}\` cannot be replaced: ${code}`, { cause })
  }
}

async function replace(path: string, text: string | Uint8Array): Promise<void> {
  const target = await realpath(path)
  const { mode, uid, gid } = await stat(target)
  const folder = dirname(target)
  const temporary = join(folder, `.${randomUUID()}.tmp`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    await closing(handle, async () => {
      await handle.writeFile(text)
      const own = await handle.stat()
      if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid)
      await handle.chmod(mode & 0o7777)
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

async function closing(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } finally {
    await handle.close()
  }
}
