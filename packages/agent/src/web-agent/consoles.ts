import { decideCaller, type Caller, type TrustSettings } from '@gatehouse/certificate-trust'
import { deny, type Decision } from '@gatehouse/core'
import type { WebAgentParts } from './parts.ts'

/** Most consoles that are remembered; beyond them the sessions of the oldest end. */
const MAX_CONSOLES = 1_000

/** What consoles stand on. */
export type ConsolesParts = Pick<WebAgentParts, 'settings' | 'sessions' | 'receiver' | 'now'>

/**
 * What each console showed that handed people over, so that its trust can be decided anew: a session
 * lives only while its console is trusted.
 */
export class Consoles {
  readonly #callers = new Map<string, Caller>()
  readonly #parts: ConsolesParts

  constructor(parts: ConsolesParts) {
    this.#parts = parts
    parts.settings.onChange(() => this.#endUntrusted())
  }

  /**
   * Remembers a console that hands somebody over.
   *
   * @param console - SHA-256 of its certificate.
   */
  remember(console: string, caller: Caller): void {
    this.#callers.delete(console)
    this.#callers.set(console, caller)
    const [oldest] = this.#callers.keys()
    if (this.#callers.size <= MAX_CONSOLES || oldest === undefined) return
    this.#callers.delete(oldest)
    this.#parts.sessions.endOf(oldest)
  }

  /**
   * Decides whether a console is trusted now, and ends its sessions when it is not. One that nobody
   * remembers is not.
   */
  decide(console: string): Decision {
    const caller = this.#callers.get(console)
    if (caller === undefined) return UNKNOWN
    const decision = this.#parts.receiver.decide(caller)
    if (decision.outcome === 'deny') this.#parts.sessions.endOf(console)
    return decision
  }

  /** Whether a console would be trusted by other settings. */
  wouldTrust(console: string, settings: TrustSettings): boolean {
    const caller = this.#callers.get(console)
    const at = this.#parts.now()
    return caller !== undefined && decideCaller(settings, caller, { at }).outcome === 'allow'
  }

  #endUntrusted(): void {
    for (const console of this.#callers.keys()) this.decide(console)
  }
}

const UNKNOWN = deny({ code: 'session-ended', source: { table: 'consoles' } })
