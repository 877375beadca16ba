import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@gatehouse/core'
import { memoryReplayStore, type ReplayStore, type UsedValue } from '@gatehouse/signed-request'
import { openFileReplayStore, openPostgresReplayStore } from '@gatehouse/signed-request/stores'
import type { Options } from './command.ts'
import { settle } from './garbage.ts'
import { markdownTable, short } from './markdown-table.ts'
import { cpuSince, median } from './measure.ts'
import { startPostgres } from './replay-stores/postgres.ts'
import { report } from './report.ts'

/** How fast a store uses values up. */
interface StoreRate {
  readonly store: string
  /** How many uses wait at the same time. */
  readonly atOnce: number
  /** Values by the clock. */
  readonly perSecond: number
  /** Values by the CPU time of this process; a server of its own is not in it. */
  readonly perCpuSecond: number
}

interface Subject {
  readonly name: string
  /** Most values of a round. */
  readonly most: number
  readonly open: () => Promise<ReplayStore>
}

const AT_ONCE = [1, 8, 64]
const ROUNDS = 5
const WARM_UP_ROUNDS = 2
const ROUND_MS = 1_000
const LIFE_MS = 60_000
/** Room for every round of a subject. */
const LIMIT = 10_000_000

/** Values that each store uses up, one after the other and several at once. */
export async function benchReplayStores(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-stores-'))
  const postgres = await startPostgres()
  try {
    const subjects: Subject[] = [
      {
        name: 'in memory',
        most: 200_000,
        open: () => Promise.resolve(memoryReplayStore({ limit: LIMIT })),
      },
      {
        name: 'on disk',
        most: 100_000,
        open: () => openFileReplayStore(join(folder, 'used.db'), { limit: LIMIT }),
      },
    ]
    if (postgres === undefined) {
      process.stdout.write('replay-stores: no PostgreSQL on this machine, left out\n')
    } else {
      const url = new Secret(postgres.url)
      const open = (): Promise<ReplayStore> => openPostgresReplayStore(url, { limit: LIMIT })
      subjects.push({ name: postgres.version, most: 100_000, open })
    }
    const figures: StoreRate[] = []
    for (const subject of subjects) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      figures.push(...(await ratesOf(subject)))
    }
    const rows = figures.map(({ store, atOnce, perSecond, perCpuSecond }) => [
      store,
      String(atOnce),
      short(perSecond),
      short(perCpuSecond),
    ])
    const table = [['store', 'at once', 'a second', 'a CPU-second of ours'], ...rows]
    report({ name: 'replay-stores', body: markdownTable(table), figures }, options)
  } finally {
    await postgres?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ratesOf({ name, most, open }: Subject): Promise<StoreRate[]> {
  const store = await open()
  try {
    const rates: StoreRate[] = []
    for (const atOnce of AT_ONCE) {
      const rounds: Omit<StoreRate, 'store' | 'atOnce'>[] = []
      for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        const rate = await oneRound(store, atOnce, most)
        if (round >= 0) rounds.push(rate)
      }
      rates.push({
        store: name,
        atOnce,
        perSecond: median(rounds.map(({ perSecond }) => perSecond)),
        perCpuSecond: median(rounds.map(({ perCpuSecond }) => perCpuSecond)),
      })
    }
    return rates
  } finally {
    await store.close()
  }
}

async function oneRound(
  store: ReplayStore,
  atOnce: number,
  most: number,
): Promise<Omit<StoreRate, 'store' | 'atOnce'>> {
  const at = new Date()
  const end = at.getTime() + LIFE_MS
  const values = Array.from({ length: most }, (): UsedValue => {
    return { id: randomBytes(16).toString('base64url'), end }
  })
  settle()
  const before = process.cpuUsage()
  const start = performance.now()
  let used = 0
  const use = async (): Promise<void> => {
    while (performance.now() - start < ROUND_MS) {
      const value = values.pop()
      if (value === undefined) return
      // oxlint-disable-next-line no-await-in-loop -- so many wait, and no more
      const outcome = await store.use(value, at)
      if (outcome !== 'first') throw new Error(`a new value is ${outcome}`)
      used += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, use))
  const seconds = (performance.now() - start) / 1000
  return { perSecond: used / seconds, perCpuSecond: (used * 1_000_000) / cpuSince(before) }
}
