import type { Decision, NoPolicy } from '@gatehouse/core'
import { ACTIONS, situationsOf, type Action, type Situation } from './actions.ts'
import type { Code } from './codes.ts'
import { explain } from './explain.ts'
import type { Level } from './level.ts'
import type { Explanation, Policy } from './model.ts'
import type { Caller } from './region.ts'

/** What comes of one action in one situation. */
export interface OperationAnswer extends Situation {
  /** The action. */
  readonly action: Action
  /** The level that it needs; `null` where the file was not asked. */
  readonly needed: Level | null
  /** The answer of {@link check}. */
  readonly decision: Decision<Code>
}

/** What a caller may do, and by which entries; those are `null` where the file was not asked. */
export interface CallerRights extends Pick<
  Explanation,
  'granted' | 'decidedBy' | 'computer' | 'user'
> {
  /** Every action in every situation that it tells apart, in the order of {@link ACTIONS}. */
  readonly operations: readonly OperationAnswer[]
}

/**
 * Lists what a caller may do and what not: every action, and every situation that makes a difference.
 *
 * Any request of the caller falls in exactly one of the operations listed, and is answered so.
 */
export function whatCan(policy: Policy | NoPolicy, caller: Caller): CallerRights {
  const answers = (Object.keys(ACTIONS) as Action[]).flatMap((action) =>
    situationsOf(action).map((situation) => {
      const { startedByCaller, othersHaveRequests } = situation
      const explanation = explain(policy, {
        ...caller,
        action,
        startedByCaller: startedByCaller ?? false,
        othersHaveRequests: othersHaveRequests ?? false,
      })
      return { action, situation, explanation }
    }),
  )
  const [{ explanation }] = answers as [(typeof answers)[0]]
  const { granted, decidedBy, computer, user } = explanation
  const operations = answers.map(({ action, situation, explanation: { needed, decision } }) => ({
    action,
    ...situation,
    needed,
    decision,
  }))
  return { granted, decidedBy, computer, user, operations }
}
