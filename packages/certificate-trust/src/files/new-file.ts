import { open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

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

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
