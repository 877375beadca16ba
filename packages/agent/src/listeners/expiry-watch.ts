import {
  describeTimeWarning,
  expiryWarnings,
  listWarnings,
  newWarnings,
  type TimeWarning,
} from '@gatehouse/certificate-trust'
import type { Log } from '../log.ts'
import type { Watched } from './transport.ts'

/** What an {@link ExpiryWatch} goes by. */
export interface ExpiryWatchParts {
  /** What is in force at the moment. */
  readonly watched: () => Watched
  /** The clock. */
  readonly now: () => Date
  readonly log: Log
}

const DAY_MS = 86_400_000

/** Looks once a day at what ends soon, and tells the log each warning once. */
export class ExpiryWatch {
  readonly #parts: ExpiryWatchParts
  #warnings: readonly TimeWarning[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(parts: ExpiryWatchParts) {
    this.#parts = parts
    this.look()
  }

  /** What was found at the last look: the most urgent first, certificates before revocation lists. */
  get warnings(): readonly TimeWarning[] {
    return this.#warnings
  }

  /** Looks, and tells the log what was not there at the look before. */
  look(): void {
    const { watched, now, log } = this.#parts
    const { certificates, lists } = watched()
    const at = now()
    const warnings = [...expiryWarnings(certificates, at), ...listWarnings(lists, at)]
    for (const warning of newWarnings(warnings, this.#warnings)) {
      const { code, daysLeft } = warning
      const { sha256 } = 'list' in warning ? warning.list : warning.certificate
      const fields = { event: 'certificate-time', code, daysLeft, sha256 }
      log.warn(describeTimeWarning(warning), fields)
    }
    this.#warnings = warnings
  }

  /** Looks again every day. Keeps no process alive. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), DAY_MS).unref()
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
