import type { Caller } from '../callers.ts'

/** What the daemon knows of whoever sent a request. */
export interface Sender {
  /** Peer address that it saw; empty when the peer is gone. */
  readonly peer: string
  /** For whoever has the user confirmed; nothing where users are taken as claimed. */
  readonly caller?: Caller
  /** SHA-256 of the certificate that the connection showed, or that signed. */
  readonly certificate?: string | undefined
}

/**
 * Where the daemon leaves what it knows of a sender while it passes the request on, for the agent in the
 * same process to pick up. A certificate and decisions about it do not fit into a header, and are not
 * to be taken from one.
 */
export class SenderDesk {
  readonly #senders = new Map<string, Sender>()
  #tickets = 0

  /** @returns The ticket, which counts until {@link drop}. */
  leave(sender: Sender): string {
    this.#tickets += 1
    const ticket = String(this.#tickets)
    this.#senders.set(ticket, sender)
    return ticket
  }

  /** What was left under a ticket. */
  find(ticket: string): Sender | undefined {
    return this.#senders.get(ticket)
  }

  /** Forgets what was left. */
  drop(ticket: string): void {
    this.#senders.delete(ticket)
  }
}
