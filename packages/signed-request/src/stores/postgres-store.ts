import { ConfigError, type Secret } from '@gatehouse/core'
import type { ReplayStore } from '../replay-store.ts'
import { DatabaseReplayStore } from './database-store.ts'
import { DEFAULT_TABLE, UsedValuesDatabase } from './database.ts'
import { connectTo } from './postgres-pool.ts'

/** Options of {@link openPostgresReplayStore}. */
export interface PostgresStoreOptions {
  /** Most used values that are remembered at once. Default 1,000,000. Give all receivers the same. */
  readonly limit?: number
  /** Name of the table, lower-case letters, digits and `_`, at most 48. Default `gatehouse_used_values`. */
  readonly table?: string
}

/** What begins otherwise would be filled up with what the environment says. */
const URL_START = /^postgres(?:ql)?:\/\/[^/?]/

const TABLE = /^[a-z_][a-z0-9_]{0,47}$/

/**
 * Opens a store of used values on a PostgreSQL server, which several receivers share: a value is accepted
 * by one of them, once.
 *
 * The tables are made if they are not there; they hold the key, too, so whoever can read them can issue
 * values. Uses fail while the server is away and go on when it is back. The server has to keep what it
 * acknowledges: with replicas, a fail-over to one that lags behind loses uses.
 *
 * @param url - `postgresql://…`, with the password if there is any; it is in no message. TLS as its `sslmode` says.
 * @throws ConfigError (`ERR_CONFIG`) when the server cannot be reached or does not keep what it acknowledges.
 */
export async function openPostgresReplayStore(
  url: Secret,
  options: PostgresStoreOptions = {},
): Promise<ReplayStore> {
  const { limit, table = DEFAULT_TABLE } = options
  if (!TABLE.test(table)) throw new ConfigError('the name of the table is not one that is taken')
  if (!URL_START.test(url.expose())) throw new ConfigError('the address of the server is none')
  let database: UsedValuesDatabase | undefined
  try {
    database = UsedValuesDatabase.ofServer(await connectTo(url.expose()), table)
    const { fsync, commit } = await database.durability()
    if (fsync !== 'on' || commit === 'off') {
      throw new ConfigError(
        `the server loses what it acknowledged: fsync is ${fsync}, synchronous_commit is ${commit}`,
      )
    }
    return await DatabaseReplayStore.open(database, limit)
  } catch (cause) {
    await database?.close()
    throw cause instanceof ConfigError ? cause : unusable(cause)
  }
}

/** Without the error itself: it may hold the address with its password. */
function unusable(cause: unknown): ConfigError {
  const { code } = cause as { readonly code?: unknown }
  const told = typeof code === 'string' && /^\w{1,32}$/.test(code) ? code : 'no connection'
  return new ConfigError(`the store of used values on the server cannot be opened (${told})`)
}
