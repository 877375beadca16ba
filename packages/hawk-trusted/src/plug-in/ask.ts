/** How long a policy may take. */
export interface Bounds {
  /** Longest wait in milliseconds. */
  readonly timeoutMs: number
  /** Ends the wait earlier. */
  readonly signal?: AbortSignal
}

/** What came of asking a policy. */
export type Asked<Answer> =
  | { readonly answer: Answer }
  | {
      readonly failure: 'policy-failed' | 'policy-timed-out' | 'policy-aborted'
      readonly cause?: unknown
    }

/**
 * Asks a policy and waits for its answer: a throw, a rejection, silence and an abort are answers too.
 *
 * A policy that never gives the thread back cannot be ended from here.
 *
 * @param step - Called with a signal that is aborted when the wait is over without an answer.
 */
export function ask<Answer>(
  step: (signal: AbortSignal) => Answer | Promise<Answer>,
  { timeoutMs, signal }: Bounds,
): Promise<Asked<Answer>> {
  if (signal?.aborted === true) return Promise.resolve({ failure: 'policy-aborted' })
  return new Promise((resolve) => {
    const waiting = new AbortController()
    const settle = (asked: Asked<Answer>): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(asked)
    }
    const giveUp = (failure: 'policy-timed-out' | 'policy-aborted'): void => {
      settle({ failure })
      waiting.abort()
    }
    const onAbort = (): void => giveUp('policy-aborted')
    const timer = setTimeout(giveUp, timeoutMs, 'policy-timed-out')
    signal?.addEventListener('abort', onAbort, { once: true })
    Promise.resolve()
      .then(() => step(waiting.signal))
      .then(
        (answer) => settle({ answer }),
        (cause: unknown) => settle({ failure: 'policy-failed', cause }),
      )
  })
}
