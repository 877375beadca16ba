import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { ConfigError, LimitError, Secret } from '@gatehouse/core'
import type { ReplayStore, UsedValue, UseOutcome } from '../replay-store.ts'
import type { UsedValues, UsedValuesDatabase } from './database.ts'

/** Most used values that are remembered at once unless another limit is given: some 100 MB. */
const DEFAULT_LIMIT = 1_000_000

/** Most uses that share a transaction: what waits at 256 connections, with room. */
const MAX_BATCH = 500

/** Most uses that wait. Above it they are refused at once: their callers would have gone before. */
const MAX_WAITING = 10_000

/** Most values that one transaction forgets, but for those that end in the same millisecond. */
const FORGET_BATCH = 1_000

/** How often a store that is not full looks for what it can forget, in milliseconds of the uses' times. */
const FORGET_EVERY_MS = 1_000

const KEY_BYTES = 32
const ID = /^[A-Za-z0-9_-]{22}$/

interface Use {
  readonly value: UsedValue
  readonly at: number
  readonly resolve: (outcome: UseOutcome) => void
  readonly reject: (error: unknown) => void
}

/**
 * Used values in a database.
 *
 * Uses that come while a transaction runs share the next one; each has its own outcome. A transaction
 * that fails rejects all of its uses, and nothing is known of them.
 */
export class DatabaseReplayStore implements ReplayStore {
  readonly key: Secret<Uint8Array>
  readonly #database: UsedValuesDatabase
  readonly #limit: number
  #waiting: Use[] = []
  #running: Promise<void> | undefined
  #isClosed = false
  #nextForget = Number.NEGATIVE_INFINITY

  private constructor(database: UsedValuesDatabase, key: Uint8Array, limit: number) {
    this.#database = database
    this.key = new Secret(key)
    this.#limit = limit
  }

  /**
   * Makes the tables if they are not there, and takes the key that is in them.
   *
   * @throws {@link ConfigError} (`ERR_CONFIG`) for a limit or a key that cannot be; else what the database throws.
   */
  static async open(
    database: UsedValuesDatabase,
    limit: number = DEFAULT_LIMIT,
  ): Promise<DatabaseReplayStore> {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new ConfigError('the limit of used values has to be a whole number from 1')
    }
    const text = await database.prepare(randomBytes(KEY_BYTES).toString('base64'))
    const key = Buffer.from(text, 'base64')
    if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
      throw new ConfigError('the key among the used values is not one of 32 bytes')
    }
    return new DatabaseReplayStore(database, key, limit)
  }

  use(value: UsedValue, at: Date): Promise<UseOutcome> {
    const { id, end } = value
    if (!ID.test(id) || !Number.isSafeInteger(end) || Number.isNaN(at.getTime())) {
      return Promise.reject(new TypeError('not a value that could have been issued'))
    }
    if (this.#isClosed) return Promise.reject(new ConfigError('the store of used values is closed'))
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new LimitError(`more than ${MAX_WAITING} uses wait for the store`))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ value: { id, end }, at: at.getTime(), resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Waits for the uses that were asked for; later ones are refused. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#running
    await this.#database.close()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A file's driver keeps the loop busy while it syncs: let in what has come by then.
      // oxlint-disable-next-line no-await-in-loop -- one transaction after the other
      await setImmediate()
      const batch = this.#waiting.splice(0, MAX_BATCH)
      // oxlint-disable-next-line no-await-in-loop -- one transaction after the other
      await this.#settle(batch)
    }
    this.#running = undefined
  }

  async #settle(batch: readonly Use[]): Promise<void> {
    try {
      const outcomes = await this.#database.within((values) => this.#commit(values, batch))
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as UseOutcome)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async #commit(values: UsedValues, batch: readonly Use[]): Promise<UseOutcome[]> {
    const { key, horizon, used } = values.state
    if (key !== Buffer.from(this.key.expose()).toString('base64')) {
      throw new ConfigError('the used values were lost and begun anew: open the store again')
    }
    const alive = batch.filter(({ value, at }) => value.end > horizon && value.end > at)
    const fresh = new Map(alive.map(({ value }) => [value.id, value]))
    const known = fresh.size === 0 ? fresh : await values.find([...fresh.keys()])
    for (const id of known.keys()) fresh.delete(id)

    const earliest = Math.min(...batch.map(({ at }) => at))
    const kept = await this.#forget(values, earliest, used + fresh.size > this.#limit)
    const room = Math.max(0, this.#limit - kept.used)
    const accepted = [...fresh.values()].slice(0, room)
    const added = accepted.length === 0 ? new Set<string>() : await values.add(accepted)
    const next = { horizon: kept.horizon, used: kept.used + added.size }
    if (next.horizon !== horizon || next.used !== used) await values.setState(next)

    const isAlive = new Set(alive)
    const tooMany = new Set([...fresh.keys()].slice(room))
    const first = new Set(added)
    return batch.map((use) => {
      if (!isAlive.has(use)) return 'expired'
      if (tooMany.has(use.value.id)) return 'full'
      return first.delete(use.value.id) ? 'first' : 'used'
    })
  }

  /**
   * Forgets some of what has ended. The horizon is to be raised to the latest end of it, in the same
   * transaction; what is remembered ends after the horizon, so it is raised indeed.
   *
   * @param at - Earliest time of the uses that are at hand, so that none of them is forgotten here.
   */
  async #forget(
    values: UsedValues,
    at: number,
    isNeeded: boolean,
  ): Promise<{ readonly horizon: number; readonly used: number }> {
    const { horizon, used } = values.state
    const isDue = at >= this.#nextForget || at < this.#nextForget - FORGET_EVERY_MS
    if (used === 0 || !(isNeeded || isDue)) return { horizon, used }
    const ends = await values.ended(at, FORGET_BATCH)
    this.#nextForget = ends.length < FORGET_BATCH ? at + FORGET_EVERY_MS : at
    const last = ends.at(-1)
    if (last === undefined) return { horizon, used }
    return { horizon: last, used: used - (await values.forget(last)) }
  }
}
