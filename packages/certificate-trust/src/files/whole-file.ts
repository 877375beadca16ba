import { randomUUID } from 'node:crypto'
import { open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes a new file with a mode of its own, whatever the mask says, and has the disk confirm it. */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode & 0o600)
  try {
    await fill(handle, text, mode)
  } catch (error) {
    await handle.close()
    await unlink(path)
    throw error
  }
  await handle.close()
  await syncFolder(dirname(path))
}

async function fill(handle: FileHandle, text: string, mode: number): Promise<void> {
  await handle.writeFile(text)
  await handle.chmod(mode)
  await handle.sync()
}

/**
 * Replaces a file by another: whoever reads it sees the whole of the one or of the other. Ends when the
 * disk has it.
 *
 * @param mode - Permissions, whatever the mask says.
 */
export async function replaceWhole(path: string, text: string, mode: number): Promise<void> {
  const folder = dirname(path)
  const beside = join(folder, `.${basename(path)}.${randomUUID()}`)
  await writeNew(beside, text, mode)
  try {
    await rename(beside, path)
  } catch (error) {
    await unlink(beside)
    throw error
  }
  await syncFolder(folder)
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
