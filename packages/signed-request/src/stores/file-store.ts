import { ConfigError, escapeControls } from '@gatehouse/core'
import type { ReplayStore } from '../replay-store.ts'
import { DatabaseReplayStore } from './database-store.ts'
import { UsedValuesDatabase, type SqliteFile } from './database.ts'
import { preparePrivateFile } from './private-file.ts'

/** Options of {@link openFileReplayStore}. */
export interface FileStoreOptions {
  /** Most used values that are remembered at once. Default 1,000,000. */
  readonly limit?: number
}

/**
 * Opens a store of used values in a file (SQLite), which outlasts a kill and a power cut.
 *
 * One process at a time: the file stays locked until {@link ReplayStore.close} or the end of the process.
 * The file is for its owner alone and holds the key, too; a file that is removed takes the key with it,
 * so that no value of before is taken again. What a file system that lies about syncing loses is lost.
 *
 * @param path - The file; made with mode 0600 if it is not there. Its folder has to be one that nobody else can write to.
 * @throws ConfigError (`ERR_CONFIG`) when file or folder are not private, another process has it open, or it holds something else.
 */
export async function openFileReplayStore(
  path: string,
  options: FileStoreOptions = {},
): Promise<ReplayStore> {
  const real = await preparePrivateFile(path)
  const { default: Database } = await import('libsql')
  let file: SqliteFile | undefined
  try {
    const database = new Database(real)
    file = { prepare: (text) => database.prepare(text), close: () => closeFile(database) }
    // Before anything else: with the lock held from the start, no second process gets as far as the log.
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    return await DatabaseReplayStore.open(UsedValuesDatabase.ofFile(file), options.limit)
  } catch (cause) {
    file?.close()
    throw explained(cause, real)
  }
}

/**
 * Unlocks the file, too: closing alone leaves that to the garbage collector, which first has to find
 * every statement. Out of the write-ahead log, because within it the lock cannot be given up.
 */
function closeFile(database: { exec(text: string): unknown; close(): unknown }): void {
  try {
    database.exec('pragma journal_mode = delete')
    database.exec('pragma locking_mode = normal')
    database.exec('select count(*) from sqlite_master')
  } catch {
    // Whoever has it open keeps it; everything acknowledged is in the log, which the next one reads.
  }
  database.close()
}

function explained(cause: unknown, path: string): unknown {
  const code = (cause as { readonly code?: unknown }).code
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return cause
  const what =
    code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')
      ? 'is open in another process, and holds used values for one only'
      : `cannot be opened as a store of used values (${code})`
  return new ConfigError(`\`${escapeControls(path)}\` ${what}`, { source: { file: path }, cause })
}
