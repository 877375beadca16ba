import { deny, type Deny, type Secret } from '@gatehouse/core'
import type { RandomSource } from '../values/memory-replay-store.ts'
import type { LoginCode } from './codes.ts'
import { ExpiringTable, type Ending } from './expiring-table.ts'
import { ForwardClock } from './forward-clock.ts'
import { keptForm, newIdentifier } from './identifiers.ts'
import type { Passage } from './passage.ts'

/** Options of {@link Tickets}. */
export interface TicketOptions {
  /** Most tickets at once. Default 1,000. */
  readonly limit?: number
  /** How long a ticket is of use, in milliseconds, 1,000 to 300,000. Default 30,000: one redirect of a browser. */
  readonly lifeMs?: number
  /** Where random bytes come from. Default: that of `node:crypto`. */
  readonly random?: RandomSource
}

/** A new ticket. */
export interface IssuedTicket {
  readonly outcome: 'issued'
  /** 43 characters of base64url; kept nowhere but with whoever gets it. */
  readonly ticket: Secret
  /** From when on it is of no use. */
  readonly end: Date
}

/** A ticket that was good, and is no more. */
export interface RedeemedTicket {
  readonly outcome: 'redeemed'
  /** Whom the console handed over. */
  readonly passage: Passage
}

interface Kept extends Ending {
  readonly passage: Passage
  used: boolean
}

/**
 * Tickets that take a person's browser from the console to the managed system, each good once.
 *
 * Only the SHA-256 of a ticket is kept. A full table refuses, it drops no ticket that is alive; used
 * ones count until their end. A clock that is set back revives nothing. Everything is gone when the
 * process ends.
 */
export class Tickets {
  readonly #table: ExpiringTable<Kept>
  readonly #clock = new ForwardClock()
  readonly #lifeMs: number
  readonly #random: RandomSource | undefined

  /** @throws RangeError for a limit or life that is out of bounds. */
  constructor(options: TicketOptions = {}) {
    const { limit = 1_000, lifeMs = 30_000, random } = options
    if (!(lifeMs >= 1_000 && lifeMs <= 300_000)) {
      throw new RangeError('lifeMs has to be between 1,000 and 300,000')
    }
    this.#table = new ExpiringTable(limit)
    this.#lifeMs = lifeMs
    this.#random = random
  }

  /**
   * Makes a ticket for a person whom a console handed over; the signed request has to be verified before.
   *
   * @returns The ticket, or `deny` with `tickets-full`.
   */
  issue(passage: Passage, at: Date): IssuedTicket | Deny<LoginCode> {
    const now = this.#clock.read(at)
    const ticket = newIdentifier(this.#random)
    const key = keptForm(ticket.expose()) as string
    const kept = { passage, end: now + this.#lifeMs, used: false }
    if (!this.#table.add(key, kept, now)) {
      return deny({ code: 'tickets-full', source: { table: 'tickets' } })
    }
    return { outcome: 'issued', ticket, end: new Date(at.getTime() + this.#lifeMs) }
  }

  /**
   * Takes a ticket back, once.
   *
   * A ticket that comes from another address stays good for its own: whoever read it on the way cannot
   * spoil it.
   *
   * @param ticket - As the browser sent it.
   * @param from - The peer address of the connection, spelled as the console spells it: compared as text.
   * @returns The passage, or `deny` with `ticket-unknown` | `ticket-used` | `ticket-expired` | `ticket-of-other-address`.
   */
  redeem(
    ticket: string,
    from: { readonly address: string },
    at: Date,
  ): RedeemedTicket | Deny<LoginCode> {
    const now = this.#clock.read(at)
    const key = keptForm(ticket)
    const kept = key === undefined ? undefined : this.#table.get(key)
    if (kept === undefined) return refuse('ticket-unknown')
    if (kept.used) return refuse('ticket-used')
    if (now >= kept.end) return refuse('ticket-expired')
    const { browserAddress = from.address } = kept.passage
    if (browserAddress !== from.address) return refuse('ticket-of-other-address')
    kept.used = true
    return { outcome: 'redeemed', passage: kept.passage }
  }
}

function refuse(code: LoginCode): Deny<LoginCode> {
  return deny({ code, source: { request: 'ticket' } })
}
