import { stat } from 'node:fs/promises'
import { readBounded, type BoundedRead } from '@gatehouse/core/files'
import type { TableName } from '../model.ts'

/** Two files that belong together, or what is known of them. */
export type Both<Value> = Readonly<Record<TableName, Value>>

/** How often the two files are read anew when one of them changed in between. */
const MAX_ATTEMPTS = 3

/** Stamp of what is no regular file. It is not opened: a pipe would keep us waiting for a writer. */
const NO_FILE = 'no file'

/**
 * Reads two files as they stood at one moment, as far as inodes, sizes and times of change tell.
 *
 * @param read - Reads one of them.
 * @returns `undefined` when one of them changed at every attempt.
 */
export async function readTogether(
  paths: Both<string>,
  maxBytes: number,
  read: typeof readBounded = readBounded,
): Promise<Both<BoundedRead> | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    // oxlint-disable no-await-in-loop -- each attempt, and each of its steps, waits for the one before
    const before = await ofBoth(paths, stampOf)
    const reads = await ofBoth(paths, (path, table) =>
      before[table] === NO_FILE ? UNREADABLE : read(path, maxBytes),
    )
    const after = await ofBoth(paths, stampOf)
    // oxlint-enable no-await-in-loop
    if (before.allow === after.allow && before.deny === after.deny) return reads
  }
  return undefined
}

async function ofBoth<Value>(
  paths: Both<string>,
  ask: (path: string, table: TableName) => Value | Promise<Value>,
): Promise<Both<Value>> {
  const asked = [ask(paths.allow, 'allow'), ask(paths.deny, 'deny')] as const
  const [allow, deny] = await Promise.all(asked)
  return { allow, deny }
}

const UNREADABLE: BoundedRead = { failure: 'unreadable', cause: new Error('not a regular file') }

/** What changes when a file does. */
async function stampOf(path: string): Promise<string> {
  try {
    const status = await stat(path, { bigint: true })
    if (!status.isFile()) return NO_FILE
    const { dev, ino, size, mtimeNs, ctimeNs } = status
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
