import { microagents } from '../microagents/table.ts'
import type { DecisionRecord } from '../log.ts'

/** How often a part was allowed something, and how often it was not, since the agent started. */
export interface Count {
  readonly allowed: number
  readonly denied: number
}

const NOTHING: Count = { allowed: 0, denied: 0 }

/** Counts decisions by who made them, and by the microagent that they were about. */
export class Tally {
  readonly #counts = new Map<string, Count>()

  /** Counts one decision. */
  add({ by, request, decision }: Pick<DecisionRecord, 'by' | 'request' | 'decision'>): void {
    const isAllowed = decision.outcome === 'allow'
    this.#count(by, isAllowed)
    // A peer can ask for any name: those that there are make a row.
    if ('method' in request && microagents.has(request.microagent)) {
      this.#count(request.microagent, isAllowed)
    }
  }

  /** @param name - That of a part in records, or of a microagent. */
  of(name: DecisionRecord['by'] | (string & {})): Count {
    return this.#counts.get(name) ?? NOTHING
  }

  #count(name: string, isAllowed: boolean): void {
    const { allowed, denied } = this.of(name)
    const count = isAllowed ? { allowed: allowed + 1, denied } : { allowed, denied: denied + 1 }
    this.#counts.set(name, count)
  }
}
