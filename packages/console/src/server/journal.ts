import type { Answer } from '@gatehouse/protocol'
import type { Call, CallResult, Result } from '../calls.ts'

/** The part of an answer that tells the decision; what a method returned may be large and is not kept. */
type KeptAnswer = Pick<Answer, 'outcome' | 'reasons' | 'error'>

/** One call and what came of it. */
export interface Entry {
  /** When the result was there, UTC. */
  readonly at: Date
  /** What was asked. */
  readonly call: Call
  /** What came of it, from one system. */
  readonly result: Result<KeptAnswer>
}

/** The calls that a console sent, in memory, the newest first. */
export interface Journal {
  /** The newest first; the same array always. */
  readonly entries: readonly Entry[]
  /** Takes a result in and drops the oldest when there are more than the limit. */
  add(call: Call, result: CallResult, at: Date): void
}

/** @param limit - Most entries kept. */
export function journal(limit: number): Journal {
  const entries: Entry[] = []
  return {
    entries,
    add: (call, result, at) => {
      entries.unshift({ at, call, result: kept(result) })
      entries.length = Math.min(entries.length, limit)
    },
  }
}

function kept(result: CallResult): Result<KeptAnswer> {
  if ('failure' in result) return result
  const { outcome, reasons, error } = result.answer
  const answer = error === undefined ? { outcome, reasons } : { outcome, reasons, error }
  return { ...result, answer }
}
