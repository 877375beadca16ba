import { deny, type Deny, type Secret } from '@gatehouse/core'
import type { RandomSource } from '../values/memory-replay-store.ts'
import type { LoginCode } from './codes.ts'
import { ExpiringTable, type Ending } from './expiring-table.ts'
import { ForwardClock } from './forward-clock.ts'
import { keptForm, newIdentifier } from './identifiers.ts'
import type { Passage } from './passage.ts'

/** Options of {@link Sessions}. */
export interface SessionOptions {
  /** Most sessions at once. Default 1,000. */
  readonly limit?: number
  /** How long a session lasts without use, in milliseconds, 60,000 to 3,600,000. Default 900,000: 15 minutes. */
  readonly idleMs?: number
  /** How long a session lasts however much it is used, in milliseconds, at least `idleMs`. Default 43,200,000: 12 hours. */
  readonly longestMs?: number
  /** Where random bytes come from. Default: that of `node:crypto`. */
  readonly random?: RandomSource
}

/** A session of a person whom a console handed over. */
export interface Session {
  /** Whom, by which console, at which level. */
  readonly passage: Passage
  /** When it was opened. */
  readonly openedAt: Date
  /** When it ends unless it is used before; never later than it may last at all. */
  readonly end: Date
}

/** A new session. */
export interface OpenedSession {
  readonly outcome: 'opened'
  /** What the browser shows from now on: 43 characters of base64url; kept nowhere else. */
  readonly id: Secret
  readonly session: Session
}

/** A session that is alive; its idle time began anew. */
export interface FoundSession {
  readonly outcome: 'found'
  readonly session: Session
}

interface Kept extends Ending {
  readonly passage: Passage
  readonly openedAt: Date
  readonly longestEnd: number
  ended: boolean
}

/**
 * Sessions of a web agent, each known by an identifier alone.
 *
 * Only the SHA-256 of an identifier is kept. A full table refuses, it drops no session that is alive.
 * A clock that is set back revives nothing and lengthens nothing. Everything is gone when the process
 * ends. Whether the console that handed the person over is still trusted is not looked at: call
 * {@link Sessions.endOf} when its trust ends.
 */
export class Sessions {
  readonly #table: ExpiringTable<Kept>
  readonly #clock = new ForwardClock()
  readonly #idleMs: number
  readonly #longestMs: number
  readonly #random: RandomSource | undefined

  /** @throws RangeError for a limit or time that is out of bounds. */
  constructor(options: SessionOptions = {}) {
    const { limit = 1_000, idleMs = 900_000, longestMs = 43_200_000, random } = options
    if (!(idleMs >= 60_000 && idleMs <= 3_600_000)) {
      throw new RangeError('idleMs has to be between 60,000 and 3,600,000')
    }
    if (!(longestMs >= idleMs && Number.isFinite(longestMs))) {
      throw new RangeError('longestMs has to be at least idleMs')
    }
    this.#table = new ExpiringTable(limit)
    this.#idleMs = idleMs
    this.#longestMs = longestMs
    this.#random = random
  }

  /**
   * Opens a session; the passage comes from a redeemed ticket.
   *
   * @returns The session and its identifier, or `deny` with `sessions-full`.
   */
  open(passage: Passage, at: Date): OpenedSession | Deny<LoginCode> {
    const now = this.#clock.read(at)
    const id = newIdentifier(this.#random)
    const key = keptForm(id.expose()) as string
    const end = now + this.#idleMs
    const kept: Kept = {
      passage,
      openedAt: at,
      end,
      longestEnd: now + this.#longestMs,
      ended: false,
    }
    if (!this.#table.add(key, kept, now)) {
      return deny({ code: 'sessions-full', source: { table: 'sessions' } })
    }
    return { outcome: 'opened', id, session: sessionOf(kept, now, at) }
  }

  /**
   * Finds the session of an identifier, and lets its idle time begin anew.
   *
   * @param id - As the browser sent it.
   * @returns The session, or `deny` with `session-unknown` | `session-idle` | `session-ended`.
   */
  find(id: string, at: Date): FoundSession | Deny<LoginCode> {
    const now = this.#clock.read(at)
    const kept = this.#kept(id)
    if (kept === undefined) return refuse('session-unknown')
    if (now >= kept.end) {
      return refuse(kept.ended || kept.end === kept.longestEnd ? 'session-ended' : 'session-idle')
    }
    kept.end = Math.min(now + this.#idleMs, kept.longestEnd)
    return { outcome: 'found', session: sessionOf(kept, now, at) }
  }

  /** Ends a session, as when a person signs out. One that is not known is passed over. */
  end(id: string): void {
    const kept = this.#kept(id)
    if (kept !== undefined) this.#end(kept)
  }

  /**
   * Ends every session that a console handed over, as when its trust ends.
   *
   * @param console - SHA-256 of its certificate, lower-case hexadecimal.
   * @returns How many were ended.
   */
  endOf(console: string): number {
    let count = 0
    for (const kept of this.#table.values()) {
      if (kept.passage.console === console && this.#end(kept)) count += 1
    }
    return count
  }

  #kept(id: string): Kept | undefined {
    const key = keptForm(id)
    return key === undefined ? undefined : this.#table.get(key)
  }

  /** Whether it was alive, as far as is known. */
  #end(kept: Kept): boolean {
    if (kept.end <= this.#clock.latest) return false
    kept.ended = true
    this.#table.end(kept, this.#clock.latest)
    return true
  }
}

function sessionOf(kept: Kept, now: number, at: Date): Session {
  const { passage, openedAt, end } = kept
  return { passage, openedAt, end: new Date(at.getTime() + (end - now)) }
}

function refuse(code: LoginCode): Deny<LoginCode> {
  return deny({ code, source: { request: 'session' } })
}
