import { readdir, rename, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'

/** A file that was in use before and has a number now. */
export interface RolledFile {
  /** 1 is the newest. */
  readonly index: number
  readonly path: string
}

/** Name of a rolled file: `Trusted.log` becomes `Trusted1.log`. */
function rolledPath(path: string, index: number): string {
  const { dir, name, ext } = parse(path)
  return join(dir, `${name}${index}${ext}`)
}

/** The rolled files of a log that exist, the newest first. There may be holes in the numbers. */
export async function listRolled(path: string): Promise<RolledFile[]> {
  const { dir, name, ext } = parse(path)
  const entries = await readdir(dir === '' ? '.' : dir)
  return entries
    .flatMap((entry) => {
      if (!entry.startsWith(name) || !entry.endsWith(ext)) return []
      const number = entry.slice(name.length, entry.length - ext.length)
      return /^[1-9]\d{0,8}$/.test(number) ? [Number(number)] : []
    })
    .toSorted((a, b) => a - b)
    .map((index) => ({ index, path: rolledPath(path, index) }))
}

/**
 * Moves the file in use to number 1, what was there to number 2, and so on up to the first free
 * number.
 *
 * A process that is killed between two steps leaves a free number, which the next shift fills.
 *
 * @param maxFiles - How many rolled files to keep. When all their numbers are taken, the highest is
 * dropped.
 */
export async function shift(path: string, maxFiles: number): Promise<void> {
  const taken = new Set((await listRolled(path)).map(({ index }) => index))
  let free = 1
  while (taken.has(free)) free += 1
  for (let index = maxFiles; index < free; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a kill leaves a known state
    if (index > 0) await rm(rolledPath(path, index))
  }
  for (let index = Math.min(free, maxFiles); index > 1; index -= 1) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    await rename(rolledPath(path, index - 1), rolledPath(path, index))
  }
  if (maxFiles > 0) await rename(path, rolledPath(path, 1))
  else await rm(path)
}
