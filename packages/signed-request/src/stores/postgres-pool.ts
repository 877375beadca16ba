import type { ServerConnection, ServerPool } from './database.ts'

/** How long a server may take, in milliseconds. */
export interface Patience {
  /** For a connection, for a lock, and with a client that went silent in a transaction. Default 5,000. */
  readonly waitMs?: number
  /** For one statement. Default 10,000. The server ends it, and `waitMs` later the connection is given up. */
  readonly statementMs?: number
}

/**
 * Connections to a PostgreSQL server: one at a time is used, and one that failed is never used again.
 *
 * @param url - With the password, if there is any.
 */
export async function connectTo(url: string, patience: Patience = {}): Promise<ServerPool> {
  const { waitMs = 5_000, statementMs = 10_000 } = patience
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    keepAlive: true,
    connectionTimeoutMillis: waitMs,
    lock_timeout: waitMs,
    idle_in_transaction_session_timeout: waitMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + waitMs,
    application_name: 'gatehouse',
  })
  // A connection that breaks while nobody uses it is out of the pool; the next use makes another.
  pool.on('error', () => undefined)
  return {
    connect: async (): Promise<ServerConnection> => {
      const client = await pool.connect()
      let fault: Error | undefined
      const onError = (error: Error): void => {
        fault = error
      }
      client.on('error', onError)
      return {
        query: async (text, parameters) => {
          // Not even to roll back: the server does that, and a silent one would be waited for once more.
          if (fault !== undefined) throw fault
          try {
            return await client.query(text, [...parameters])
          } catch (error) {
            if (!isOfServer(error)) fault = error as Error
            throw error
          }
        },
        release: () => {
          client.off('error', onError)
          client.release(fault !== undefined)
        },
      }
    },
    end: () => pool.end(),
  }
}

/** Whether the server refused a statement and goes on, so that the connection is still good. */
function isOfServer(error: unknown): boolean {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity === 'ERROR'
}
