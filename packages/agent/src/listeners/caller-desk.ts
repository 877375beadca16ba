import type { Caller } from '../callers.ts'

/**
 * Where the daemon leaves what it knows of a caller while it passes the request on, for the agent in the
 * same process to pick up. A certificate and decisions about it do not fit into a header, and are not
 * to be taken from one.
 */
export class CallerDesk {
  readonly #callers = new Map<string, Caller>()
  #tickets = 0

  /** @returns The ticket, which counts until {@link drop}. */
  leave(caller: Caller): string {
    this.#tickets += 1
    const ticket = String(this.#tickets)
    this.#callers.set(ticket, caller)
    return ticket
  }

  /** What was left under a ticket; nothing without one. */
  find(ticket: string | undefined): Caller | undefined {
    return ticket === undefined ? undefined : this.#callers.get(ticket)
  }

  /** Forgets what was left. */
  drop(ticket: string): void {
    this.#callers.delete(ticket)
  }
}
