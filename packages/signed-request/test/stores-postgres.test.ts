import { once } from 'node:events'
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '@gatehouse/core'
import pg from 'pg'
import type { ReplayStore } from '../src/index.ts'
import { openPostgresReplayStore, type PostgresStoreOptions } from '../src/stores/index.ts'
import { DatabaseReplayStore } from '../src/stores/database-store.ts'
import { UsedValuesDatabase } from '../src/stores/database.ts'
import { connectTo } from '../src/stores/postgres-pool.ts'
import { postgresPrograms, PostgresServer } from './postgres-server.ts'
import { describeStore, valueOf } from './stores-cases.ts'

const isInstalled = postgresPrograms !== undefined
const title = isInstalled ? 'PostgreSQL' : 'needs PostgreSQL: apt-get install postgresql'

const CONFIG = { code: 'ERR_CONFIG' }
const TABLE = 'gatehouse_used_values'

let server: PostgresServer
let tables = 0

beforeAll(async () => {
  if (isInstalled) server = await PostgresServer.make()
})

afterAll(async () => {
  if (isInstalled) await server.remove()
})

/** A name that no other test has. */
function newTable(): string {
  tables += 1
  return `values_${tables}`
}

async function open(options: PostgresStoreOptions = {}): Promise<ReplayStore> {
  const store = await openPostgresReplayStore(server.url, options)
  onTestFinished(() => store.close())
  return store
}

/** A connection of the test's own. */
async function connect(url: Secret = server.url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url.expose() })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** Resolves when a store waits for a lock of somebody else. */
async function someoneWaits(client: pg.Client): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- asks again until one waits
    const { rowCount } = await client.query(
      `select 1 from pg_locks join pg_stat_activity using (pid)
       where not granted and application_name = 'gatehouse'`,
    )
    if (rowCount !== 0) return
  }
}

/** A way to the server on which connections can go silent without an end: what is open then stays so. */
async function startProxy(port: number): Promise<{ url: string; silence: () => void }> {
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const upstream = connectSocket(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const silence = (): void => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  const url = `postgresql://gatehouse@127.0.0.1:${(proxy.address() as AddressInfo).port}/postgres`
  return { url, silence }
}

const at = new Date(0)

describe.skipIf(!isInstalled)(title, () => {
  describeStore(
    'a store on a server',
    () => {
      const table = newTable()
      return Promise.resolve({
        open: (options) => openPostgresReplayStore(server.url, { ...options, table }),
        isLasting: true,
      })
    },
    12,
  )

  it('lets one of several receivers take each value', async () => {
    const table = newTable()
    const stores = await Promise.all([1, 2, 3].map(() => open({ table })))
    const keys = stores.map(({ key }) => Buffer.from(key.expose()).toString('hex'))
    expect(new Set(keys).size).toBe(1)
    // All of them offer the same, each begins elsewhere, and what comes at once shares a transaction.
    const numbers = Array.from({ length: 90 }, (_, number) => number)
    const offer = async (store: ReplayStore, first: number): Promise<number[]> => {
      const accepted: number[] = []
      for (let step = 0; step < numbers.length; step += 3) {
        const some = [0, 1, 2].map((index) => (first + step + index) % numbers.length)
        // oxlint-disable-next-line no-await-in-loop -- so that the others come in between
        const outcomes = await Promise.all(
          some.map((number) => store.use(valueOf(number, 60_000), at)),
        )
        accepted.push(...some.filter((_, index) => outcomes[index] === 'first'))
      }
      return accepted
    }
    const accepted = await Promise.all(stores.map((store, index) => offer(store, index * 2)))
    expect(accepted.flat().toSorted((a, b) => a - b)).toEqual(numbers)
  })

  it('lets several receivers have one bound together', async () => {
    const table = newTable()
    const stores = await Promise.all([1, 2, 3].map(() => open({ table, limit: 50 })))
    const uses = Array.from({ length: 300 }, (_, number) =>
      stores[number % 3]?.use(valueOf(number, 60_000), at),
    )
    const outcomes = await Promise.all(uses)
    expect(outcomes.filter((outcome) => outcome === 'first')).toHaveLength(50)
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(250)
  })

  it('takes no value twice while receivers with clocks that differ forget', async () => {
    const table = newTable()
    const stores = await Promise.all([0, 700, 1_900].map(() => open({ table, limit: 40 })))
    const accepted: number[] = []
    const offer = async (store: ReplayStore, ahead: number): Promise<void> => {
      for (let now = 0; now < 40_000; now += 250) {
        const numbers = Array.from({ length: 6 }, () => Math.floor(now / 250 + Math.random() * 12))
        // oxlint-disable-next-line no-await-in-loop -- as a clock goes on
        const outcomes = await Promise.all(
          numbers.map((number) =>
            store.use(valueOf(number, 250 * (number + 1)), new Date(now + ahead)),
          ),
        )
        accepted.push(...numbers.filter((_, index) => outcomes[index] === 'first'))
      }
    }
    await Promise.all(stores.map((store, index) => offer(store, [0, 700, 1_900][index] ?? 0)))
    expect(accepted.length).toBeGreaterThan(100)
    expect(new Set(accepted).size).toBe(accepted.length)
  })

  it('takes no value that another receiver is forgetting', async () => {
    const table = newTable()
    const store = await open({ table })
    expect(await store.use(valueOf(1, 5_000), at)).toBe('first')
    const [other, watcher] = [await connect(), await connect()]
    await other.query('begin')
    await other.query(`select * from ${table}_state for update`)
    // So that a use which does not heed the row of state gets as far as having read an old horizon.
    await other.query(`lock table ${table} in access exclusive mode`)
    await other.query(`update ${table}_state set horizon = 5000, used = 0`)
    await other.query(`delete from ${table} where ends <= 5000`)
    const again = store.use(valueOf(1, 5_000), at)
    await someoneWaits(watcher)
    await other.query('commit')
    expect(await again).toBe('expired')
  })

  it('rejects uses while the server is away, and goes on when it is back', async () => {
    const store = await open()
    expect(await store.use(valueOf(1, 60_000), at)).toBe('first')
    await server.stop()
    const uses = [1, 2].map((number) => store.use(valueOf(number, 60_000), at))
    const settled = await Promise.allSettled(uses)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await server.start()
    expect(await store.use(valueOf(1, 60_000), at)).toBe('used')
    expect(await store.use(valueOf(2, 60_000), at)).toBe('first')
  })

  it('forgets nothing that it accepted when the server crashes under load', async () => {
    const table = newTable()
    const store = await open({ table })
    const accepted: number[] = []
    let isDown = false
    const load = async (from: number): Promise<void> => {
      for (let number = from; ; number += 4) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- one after the other, until it fails
          if ((await store.use(valueOf(number, 60_000), at)) === 'first') accepted.push(number)
        } catch {
          expect(isDown).toBe(true)
          return
        }
        if (accepted.length >= 40 && !isDown) {
          isDown = true
          // oxlint-disable-next-line no-await-in-loop -- the others go on meanwhile
          await server.stop('SIGQUIT')
        }
      }
    }
    await Promise.all([0, 1, 2, 3].map(load))
    await server.start()
    const again = accepted.map((number) => store.use(valueOf(number, 60_000), at))
    expect(new Set(await Promise.all(again))).toEqual(new Set(['used']))
  })

  it('rejects uses, and does not say `first`, when its connection is cut', async () => {
    const table = newTable()
    const store = await open({ table })
    const [other, watcher] = [await connect(), await connect()]
    await other.query('begin')
    await other.query(`select * from ${table}_state for update`)
    // Expected at once: it may be rejected before the server has answered who ended it.
    const refused = expect(store.use(valueOf(1, 60_000), at)).rejects.toThrow()
    await someoneWaits(watcher)
    await watcher.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'gatehouse' and wait_event_type = 'Lock'`,
    )
    await refused
    await other.query('rollback')
    expect(await store.use(valueOf(1, 60_000), at)).toBe('first')
  })

  it('gives up a connection that went silent, and goes on with another', async () => {
    const { url, silence } = await startProxy(Number(new URL(server.url.expose()).port))
    const pool = await connectTo(url, { waitMs: 200, statementMs: 200 })
    const database = UsedValuesDatabase.ofServer(pool, newTable())
    const store = await DatabaseReplayStore.open(database)
    expect(await store.use(valueOf(1, 60_000), at)).toBe('first')
    silence()
    await expect(store.use(valueOf(1, 60_000), at)).rejects.toThrow()
    expect(await store.use(valueOf(1, 60_000), at)).toBe('used')
    await store.close()
  })

  it('rejects uses when the tables were made anew by another receiver', async () => {
    const table = newTable()
    const store = await open({ table })
    expect(await store.use(valueOf(1, 60_000), at)).toBe('first')
    const client = await connect()
    await client.query(`drop table ${table}, ${table}_state`)
    await expect(store.use(valueOf(2, 60_000), at)).rejects.toThrow()
    const other = await open({ table })
    expect(other.key.expose()).not.toEqual(store.key.expose())
    await expect(store.use(valueOf(1, 60_000), at)).rejects.toMatchObject(CONFIG)
    expect(await other.use(valueOf(3, 60_000), at)).toBe('first')
  })

  it('is made once by receivers that start at once, and used by one that may not make it', async () => {
    const table = newTable()
    const stores = await Promise.all(Array.from({ length: 8 }, () => open({ table })))
    expect(await stores[0]?.use(valueOf(1, 60_000), at)).toBe('first')
    const client = await connect()
    await client.query(`create role ${table}_user login`)
    await client.query(`grant select, insert, update, delete on ${table} to ${table}_user`)
    await client.query(`grant select, insert, update on ${table}_state to ${table}_user`)
    const url = new Secret(server.url.expose().replace('//gatehouse@', `//${table}_user@`))
    const store = await openPostgresReplayStore(url, { table })
    onTestFinished(() => store.close())
    expect(await store.use(valueOf(1, 60_000), at)).toBe('used')
    expect(await store.use(valueOf(2, 60_000), at)).toBe('first')
    const elsewhere = openPostgresReplayStore(url, { table: newTable() })
    await expect(elsewhere).rejects.toMatchObject(CONFIG)
  })

  it('has the tables that are named, or its own', async () => {
    await open()
    const client = await connect()
    const { rows } = await client.query(`select to_regclass($1) as name`, [`${TABLE}_state`])
    expect(rows).toEqual([{ name: `${TABLE}_state` }])
  })

  it.each(['', 'Values', 'a"b', 'a.b', '1a', 'a'.repeat(49)])(
    'is not opened with a table named %j',
    async (table) => {
      await expect(openPostgresReplayStore(server.url, { table })).rejects.toMatchObject(CONFIG)
    },
  )

  it.each(['fsync=off', 'synchronous_commit=off'])(
    'is not opened on a server with %s, which loses what it acknowledged',
    async (setting) => {
      await server.stop()
      await server.start([setting])
      try {
        await expect(openPostgresReplayStore(server.url)).rejects.toMatchObject(CONFIG)
      } finally {
        await server.stop()
        await server.start()
      }
    },
  )
})

it.each([
  'postgresql://gatehouse:open-sesame@127.0.0.1:1/values',
  'postgresql://gatehouse:open-sesame@127.0.0.1:x/values',
  'host=127.0.0.1 password=open-sesame',
  '',
])('is not opened where no server is, and the error does not tell the password', async (url) => {
  const error: unknown = await openPostgresReplayStore(new Secret(url)).catch((cause) => cause)
  expect(error).toMatchObject(CONFIG)
  expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('sesame')
})
