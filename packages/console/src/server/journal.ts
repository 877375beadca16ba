import type { Answer } from '@gatehouse/protocol'
import type { Result } from '../result.ts'

/** The part of an answer that tells the decision; what a method returned may be large and is not kept. */
type Kept = Pick<Answer, 'outcome' | 'reasons' | 'error'>

/** One request and what came of it. */
export interface Entry {
  /** When the result was there, UTC. */
  readonly at: Date
  /** Name of the user, as asked for. Unescaped. */
  readonly user: string
  /** What was asked, in a few words. Escaped. */
  readonly what: string
  /** What came of it, from one system. */
  readonly result: Result<Kept>
}

/** The requests that a console sent, in memory, the newest first. */
export interface Journal {
  /** The newest first; the same array always. */
  readonly entries: readonly Entry[]
  /** Takes an entry in and drops the oldest when there are more than the limit. */
  add(entry: Entry): void
}

/** @param limit - Most entries kept. */
export function journal(limit: number): Journal {
  const entries: Entry[] = []
  return {
    entries,
    add: (entry) => {
      entries.unshift({ ...entry, result: kept(entry.result) })
      entries.length = Math.min(entries.length, limit)
    },
  }
}

function kept(result: Result<Kept>): Result<Kept> {
  if ('failure' in result) return result
  const { outcome, reasons, error } = result.answer
  const answer = error === undefined ? { outcome, reasons } : { outcome, reasons, error }
  return { ...result, answer }
}
