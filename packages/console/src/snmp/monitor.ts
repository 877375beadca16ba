import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import type { PeerClock } from '@gatehouse/snmp-access/message'
import PQueue from 'p-queue'
import type { System, SystemDirectory } from '../systems.ts'
import { pollSystem, refusedUsers, type Asker, type PollResult } from './poll.ts'
import type { SnmpSettings } from './settings.ts'
import { triesFor, WorkingTries, type Try } from './tries.ts'
import type { SnmpState, SnmpSystemView } from './view.ts'

/** What a monitor works with. */
export interface MonitorOptions {
  readonly settings: SnmpSettings
  /** The systems of the console; those in the settings are polled. */
  readonly directory: SystemDirectory
  /** Asks them. */
  readonly asker: Asker
  /** Told of each engine that proved itself to a user, and of the system that it is. Default: nobody. */
  readonly onProven?: (user: string, engine: PeerClock, system: string) => void
  /** The time. Default: the clock of this machine. */
  readonly now?: () => Date
  /** Least time between two polls of a system that traps cause, in milliseconds. Default 5000. */
  readonly trapGapMs?: number
}

const TRAP_GAP_MS = 5000

/** What is known of one system. */
interface Watched {
  readonly name: string
  address: string
  state: SnmpState
  result?: PollResult
  seen?: Extract<PollResult, { readonly outcome: 'up' }>
  lastSeen?: Date
  lastTried?: Date
  isBusy: boolean
  /** A trap came while it was busy, or too soon after the last. */
  isWanted: boolean
  timer?: NodeJS.Timeout
  lastSoon: number
  /** Refusals of users in a row: since one of them worked. */
  refusals: number
  /** Refusals of each user since it worked, by reference. */
  readonly refusalsOf: Map<string, number>
}

/**
 * Polls systems by SNMP: some at once, each by itself, and never twice at the same time.
 *
 * Everything is in memory. What it shows is what somebody answered: UDP proves no sender but in version 3.
 */
export class SnmpMonitor {
  readonly #options: Required<MonitorOptions>
  readonly #queue: PQueue
  readonly #watched = new Map<string, Watched>()
  readonly #working = new WorkingTries()
  /** Names of systems by the addresses that their traps come from. */
  readonly #byAddress = new Map<string, Set<string>>()
  readonly #addresses = new Map<string, readonly string[]>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #fault: string | undefined

  constructor({ now, trapGapMs, onProven, ...options }: MonitorOptions) {
    this.#options = {
      ...options,
      onProven: onProven ?? ((): void => undefined),
      now: now ?? ((): Date => new Date()),
      trapGapMs: trapGapMs ?? TRAP_GAP_MS,
    }
    this.#queue = new PQueue({ concurrency: options.settings.poll.atOnce })
  }

  /** Begins to poll, now and then at each interval. */
  start(): void {
    const { intervalSeconds } = this.#options.settings.poll
    this.#timer = setInterval(() => void this.pollAll(), intervalSeconds * 1000)
    void this.pollAll()
  }

  /** Polls every system that is not being polled, and resolves when that is done. Never rejects. */
  async pollAll(): Promise<void> {
    let systems: readonly System[]
    try {
      systems = await this.#options.directory.list()
      this.#fault = undefined
    } catch (error) {
      this.#fault = (error as Error).message
      return
    }
    const { systems: wanted } = this.#options.settings
    const polled = systems.filter(({ name }) => wanted.has(name))
    const names = new Set(polled.map(({ name }) => name))
    for (const [name, { timer }] of this.#watched) {
      if (names.has(name)) continue
      clearTimeout(timer)
      this.#watched.delete(name)
      this.#locate(name, [])
    }
    await Promise.all(polled.map((system) => this.#poll(this.#watch(system))))
  }

  /** Polls a system as soon as may be: many calls make few polls. */
  pollSoon(name: string): void {
    const watched = this.#watched.get(name)
    if (watched === undefined || this.#isClosed) return
    if (watched.isBusy) {
      watched.isWanted = true
      return
    }
    if (watched.timer !== undefined) return
    const wait = Math.max(0, watched.lastSoon + this.#options.trapGapMs - performance.now())
    if (wait === 0) {
      watched.lastSoon = performance.now()
      void this.#poll(watched)
      return
    }
    watched.timer = setTimeout(() => {
      delete watched.timer
      this.pollSoon(name)
    }, wait)
  }

  /** The system that an address belongs to, if it is polled and has been looked up; of several none. */
  systemAt(address: string): string | undefined {
    const [system, ...others] = this.#byAddress.get(keyOf(address)) ?? []
    return others.length === 0 ? system : undefined
  }

  /** Why systems cannot be looked up now. Unescaped. */
  get fault(): string | undefined {
    return this.#fault
  }

  /** Every system as it stands, in the order of the systems file. */
  get systems(): readonly SnmpSystemView[] {
    const now = this.#options.now().getTime()
    return [...this.#watched.values()].map((watched) => this.#viewOf(watched, now))
  }

  /** Ends it; polls that run come to nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const { timer } of this.#watched.values()) clearTimeout(timer)
    this.#queue.clear()
    await this.#queue.onIdle()
  }

  #watch({ name, address }: System): Watched {
    const known = this.#watched.get(name)
    if (known?.address === address) return known
    const watched: Watched = {
      name,
      address,
      state: 'never seen',
      isBusy: false,
      isWanted: false,
      lastSoon: -Infinity,
      refusals: 0,
      refusalsOf: new Map(),
    }
    this.#watched.set(name, watched)
    this.#locate(name, [keyOf(address)])
    return watched
  }

  #locate(name: string, addresses: readonly string[]): void {
    for (const address of this.#addresses.get(name) ?? []) {
      const there = this.#byAddress.get(address)
      there?.delete(name)
      if (there?.size === 0) this.#byAddress.delete(address)
    }
    for (const address of addresses) {
      this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(name))
    }
    this.#addresses.set(name, addresses)
  }

  async #poll(watched: Watched): Promise<void> {
    if (watched.isBusy || this.#isClosed) return
    watched.isBusy = true
    try {
      await this.#queue.add(() => this.#pollNow(watched))
    } finally {
      watched.isBusy = false
    }
    if (!watched.isWanted) return
    watched.isWanted = false
    this.pollSoon(watched.name)
  }

  async #pollNow(watched: Watched): Promise<void> {
    const { settings, asker, now } = this.#options
    const { name, address } = watched
    const port = settings.systems.get(name)?.port
    if (port === undefined || this.#isClosed) return
    this.#locate(name, await addressesOf(address))
    watched.lastTried = now()
    const tries = this.#triesFor(watched)
    const result = await pollSystem(asker, { host: address, port }, tries, settings.poll)
    watched.result = result
    countRefusals(watched, result)
    if (result.outcome === 'up') {
      watched.state = 'up'
      watched.lastSeen = now()
      watched.seen = result
      this.#working.remember(name, result.ref)
      const { proven } = result
      if (proven !== undefined) this.#options.onProven(proven.user, proven.engine, name)
      return
    }
    const isSeen = watched.lastSeen !== undefined
    const isRefused = result.outcome === 'refused' || this.#isStopped(watched)
    watched.state = isRefused ? 'refused' : isSeen ? 'silent' : 'never seen'
  }

  /** What is tried now: after too many refusals no user, and before it no more than may still be refused. */
  #triesFor(watched: Watched): readonly Try[] {
    const { settings } = this.#options
    let left = settings.poll.stopAfter - watched.refusals
    return triesFor(settings, watched.name, this.#working).filter(({ version, ref }) => {
      if (version !== '3') return true
      if ((watched.refusalsOf.get(ref) ?? 0) >= settings.poll.stopAfter) return false
      left -= 1
      return left >= 0
    })
  }

  #isStopped({ refusals }: Watched): boolean {
    return refusals >= this.#options.settings.poll.stopAfter
  }

  #viewOf(watched: Watched, now: number): SnmpSystemView {
    const { name, address, state, seen, result, lastSeen, lastTried } = watched
    const port = this.#options.settings.systems.get(name)?.port ?? 0
    return {
      name,
      address,
      port,
      state,
      ...(lastSeen !== undefined && {
        lastSeen: lastSeen.toISOString(),
        ageSeconds: Math.max(0, Math.floor((now - lastSeen.getTime()) / 1000)),
      }),
      ...(lastTried !== undefined && { lastTried: lastTried.toISOString() }),
      ...(seen !== undefined && {
        by: {
          ref: seen.ref,
          version: seen.version,
          ...(seen.level !== undefined && { level: seen.level }),
        },
        values: seen.values,
      }),
      failed: result?.failed ?? [],
      ...(this.#isStopped(watched) && { usersStopped: true as const }),
    }
  }
}

/** A community that works does not unlock an account: only users that work count as a new beginning. */
function countRefusals(watched: Watched, result: PollResult): void {
  const { refusalsOf } = watched
  const refused = refusedUsers(result.failed)
  watched.refusals += refused.length
  for (const ref of refused) refusalsOf.set(ref, (refusalsOf.get(ref) ?? 0) + 1)
  if (result.outcome !== 'up' || result.version !== '3') return
  watched.refusals = 0
  refusalsOf.delete(result.ref)
}

/** One way to write an address: canonical, IPv4 as such, without a zone. */
function keyOf(address: string): string {
  const bare = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIPv6(bare) ? new URL(`http://[${bare}]`).hostname : bare
}

/** Addresses of a name now; of an address itself. None when they are not known. */
async function addressesOf(name: string): Promise<readonly string[]> {
  if (isIP(name) !== 0) return [keyOf(name)]
  try {
    const found = await lookup(name, { all: true })
    return found.map(({ address }) => keyOf(address))
  } catch {
    return []
  }
}
