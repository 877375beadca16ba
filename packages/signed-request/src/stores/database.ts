import {
  Kysely,
  PostgresDialect,
  sql,
  SqliteDialect,
  type PostgresPoolClient,
  type Transaction,
} from 'kysely'
import type { UsedValue } from '../replay-store.ts'

/** What an SQLite driver gives: as much of it as is needed here. */
export interface SqliteFile {
  prepare(text: string): {
    readonly reader: boolean
    all(parameters: readonly unknown[]): unknown[]
    run(parameters: readonly unknown[]): {
      changes: number | bigint
      lastInsertRowid: number | bigint
    }
    iterate(parameters: readonly unknown[]): IterableIterator<unknown>
  }
  close(): void
}

/** A connection to PostgreSQL: as much of it as is needed here. */
export interface ServerConnection {
  query(text: string, parameters: readonly unknown[]): Promise<unknown>
  release(): void
}

/** Connections to a PostgreSQL server. */
export interface ServerPool {
  connect(): Promise<ServerConnection>
  end(): Promise<void>
}

/** What the row of state holds. */
export interface State {
  /** Key of the store in base64; another one than before means that the tables were made anew. */
  readonly key: string
  /** The latest end that was forgotten, in milliseconds since 1970; 0 before any was. */
  readonly horizon: number
  /** How many used values are remembered. */
  readonly used: number
}

/** The tables of used values in one transaction that nobody else is in. */
export interface UsedValues {
  readonly state: State
  /** Which of the identifiers are remembered. */
  find(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** The earliest ends at or before a moment, in order. */
  ended(at: number, limit: number): Promise<readonly number[]>
  /** Forgets what ended at or before a moment; how many that were. */
  forget(horizon: number): Promise<number>
  /** Remembers values; which of them were not remembered yet. */
  add(values: readonly UsedValue[]): Promise<ReadonlySet<string>>
  setState(state: Omit<State, 'key'>): Promise<void>
}

interface Tables {
  gatehouse_used_values: { id: string; ends: number | string }
  gatehouse_used_values_state: {
    id: number
    key: string
    horizon: number | string
    used: number | string
  }
}

/** Name of the table unless another is given. */
export const DEFAULT_TABLE = 'gatehouse_used_values'

/** The tables of used values, with columns that SQLite and PostgreSQL have alike. */
export class UsedValuesDatabase {
  readonly #db: Kysely<Tables>
  readonly #values: 'gatehouse_used_values'
  readonly #state: 'gatehouse_used_values_state'
  /** SQLite has one connection to a locked file; on a server others may be in the tables at once. */
  readonly #isShared: boolean

  private constructor(db: Kysely<Tables>, table: string, isShared: boolean) {
    this.#db = db
    this.#values = table as 'gatehouse_used_values'
    this.#state = `${table}_state` as 'gatehouse_used_values_state'
    this.#isShared = isShared
  }

  /** Tables in a file that nobody else has open. */
  static ofFile(database: SqliteFile): UsedValuesDatabase {
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
    return new UsedValuesDatabase(db, DEFAULT_TABLE, false)
  }

  /** Tables on a server. */
  static ofServer(pool: ServerPool, table: string): UsedValuesDatabase {
    const connect = async (): Promise<PostgresPoolClient> => {
      const connection = await pool.connect()
      const query = connection.query.bind(connection) as PostgresPoolClient['query']
      return { query, release: () => connection.release() }
    }
    const dialect = new PostgresDialect({ pool: { connect, end: () => pool.end() } })
    const db = new Kysely<Tables>({ dialect })
    return new UsedValuesDatabase(db, table, true)
  }

  /**
   * Makes what is not there yet.
   *
   * @param newKey - Key in base64 for tables that have none.
   * @returns The key that the tables have, in base64.
   */
  async prepare(newKey: string): Promise<string> {
    return await this.#db.transaction().execute(async (tx) => {
      if (!(this.#isShared && (await this.#isOnServer(tx)))) await this.#create(tx)
      await tx
        .insertInto(this.#state)
        .values({ id: 1, key: newKey, horizon: 0, used: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      const row = await tx.selectFrom(this.#state).select('key').executeTakeFirstOrThrow()
      return row.key
    })
  }

  /** Settings of the server that say whether what is acknowledged outlasts a power cut. */
  async durability(): Promise<{ readonly fsync: string; readonly commit: string }> {
    const { rows } = await sql<{ fsync: string; commit: string }>`
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit
    `.execute(this.#db)
    return rows[0] ?? { fsync: '', commit: '' }
  }

  /**
   * Works on the tables in one transaction, durable when it resolves.
   *
   * The row of state is locked first. So no two receivers are in the tables at once, and none adds what
   * another is about to forget: without the lock it would decide by a horizon that is being raised, wait
   * for the row to be deleted, and then find its place free.
   */
  async within<Result>(work: (values: UsedValues) => Promise<Result>): Promise<Result> {
    return await this.#db.transaction().execute(async (tx) => {
      const query = tx.selectFrom(this.#state).select(['key', 'horizon', 'used'])
      const locked = this.#isShared ? query.forUpdate() : query
      const { key, horizon, used } = await locked.executeTakeFirstOrThrow()
      const state = { key, horizon: Number(horizon), used: Number(used) }
      return await work(this.#operations(tx, state))
    })
  }

  async close(): Promise<void> {
    await this.#db.destroy()
  }

  #operations(tx: Transaction<Tables>, state: State): UsedValues {
    return {
      state,
      find: async (ids) => {
        const rows = await tx.selectFrom(this.#values).select('id').where('id', 'in', ids).execute()
        return new Set(rows.map(({ id }) => id))
      },
      ended: async (at, limit) => {
        const query = tx.selectFrom(this.#values).select('ends').where('ends', '<=', at)
        const rows = await query.orderBy('ends').limit(limit).execute()
        return rows.map(({ ends }) => Number(ends))
      },
      forget: async (horizon) => {
        const query = tx.deleteFrom(this.#values).where('ends', '<=', horizon)
        return Number((await query.executeTakeFirst()).numDeletedRows)
      },
      add: async (values) => {
        const rows = await tx
          .insertInto(this.#values)
          .values(values.map(({ id, end }) => ({ id, ends: end })))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('id')
          .execute()
        return new Set(rows.map(({ id }) => id))
      },
      setState: async (next) => {
        await tx.updateTable(this.#state).set(next).where('id', '=', 1).execute()
      },
    }
  }

  /** Asked first: who may not create tables may still use those that somebody else made. */
  async #isOnServer(tx: Transaction<Tables>): Promise<boolean> {
    await sql`select pg_advisory_xact_lock(hashtext(${this.#state}))`.execute(tx)
    const { rows } = await sql<{ present: boolean }>`
      select to_regclass(quote_ident(${this.#state})) is not null as present
    `.execute(tx)
    return rows[0]?.present === true
  }

  async #create(tx: Transaction<Tables>): Promise<void> {
    await tx.schema
      .createTable(this.#values)
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('ends', 'bigint', (column) => column.notNull())
      .execute()
    await tx.schema
      .createIndex(`${this.#values}_ends`)
      .ifNotExists()
      .on(this.#values)
      .column('ends')
      .execute()
    await tx.schema
      .createTable(this.#state)
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('horizon', 'bigint', (column) => column.notNull())
      .addColumn('used', 'bigint', (column) => column.notNull())
      .execute()
  }
}
