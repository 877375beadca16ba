import type { Level } from './level.ts'

/** What may be asked of a managed system. */
export type Action =
  | 'collect.start'
  | 'collect.query'
  | 'collect.stop'
  | 'data.transfer'
  | 'policy.activate'
  | 'policy.stop'
  | 'policy.updates'
  | 'chart'
  | 'drilldown'
  | 'agent.start'
  | 'agent.stop'

/** What an action needs. */
export interface ActionRule {
  /** The least level that does. */
  readonly level: Level
  /** The least level when the caller started what it wants to stop. Default: `level`. */
  readonly own?: Level
  /** The least level when, besides, no other user has requests running. Default: `own`. */
  readonly ownAndIdle?: Level
}

/** The closed table of actions. `data.transfer` and the `level` of `collect.stop` are our reading. */
export const ACTIONS: Readonly<Record<Action, ActionRule>> = Object.freeze({
  'collect.start': Object.freeze({ level: 'MODIFY' }),
  'collect.query': Object.freeze({ level: 'NONE' }),
  'collect.stop': Object.freeze({ level: 'MANAGE', own: 'MODIFY' }),
  'data.transfer': Object.freeze({ level: 'VIEW' }),
  'policy.activate': Object.freeze({ level: 'MODIFY' }),
  'policy.stop': Object.freeze({ level: 'MANAGE', own: 'MODIFY' }),
  'policy.updates': Object.freeze({ level: 'VIEW' }),
  chart: Object.freeze({ level: 'VIEW' }),
  drilldown: Object.freeze({ level: 'VIEW' }),
  'agent.start': Object.freeze({ level: 'MODIFY' }),
  'agent.stop': Object.freeze({ level: 'MANAGE', ownAndIdle: 'NONE' }),
})

/** The facts about ownership that some actions hang on. */
export interface Ownership {
  /** Whether the caller started what it wants to stop. */
  readonly startedByCaller: boolean
  /** Whether other users have requests running on the agent. */
  readonly othersHaveRequests: boolean
}

const RULES: ReadonlyMap<string, ActionRule> = new Map(Object.entries(ACTIONS))

/** Whether the table has an action of this name. */
export function isAction(name: string): name is Action {
  return RULES.has(name)
}

/** The least level that an action needs. */
export function needed(action: Action, ownership: Ownership): Level {
  const { level, own = level, ownAndIdle = own } = RULES.get(action) as ActionRule
  if (!ownership.startedByCaller) return level
  return ownership.othersHaveRequests ? own : ownAndIdle
}

/** Facts about ownership as far as an action tells them apart; `null`: it does not matter. */
export interface Situation {
  /** Whether the caller started what it wants to stop. */
  readonly startedByCaller: boolean | null
  /** Whether other users have requests running on the agent. */
  readonly othersHaveRequests: boolean | null
}

/** The situations that an action tells apart. Each pair of facts falls in exactly one of them. */
export function situationsOf(action: Action): readonly Situation[] {
  const { level, own = level, ownAndIdle = own } = RULES.get(action) as ActionRule
  if (own === level && ownAndIdle === level) return ANY_SITUATION
  return ownAndIdle === own ? BY_OWNER : BY_OWNER_AND_OTHERS
}

const ANY_SITUATION: readonly Situation[] = [{ startedByCaller: null, othersHaveRequests: null }]
const BY_OWNER: readonly Situation[] = [
  { startedByCaller: true, othersHaveRequests: null },
  { startedByCaller: false, othersHaveRequests: null },
]
const BY_OWNER_AND_OTHERS: readonly Situation[] = [
  { startedByCaller: true, othersHaveRequests: false },
  { startedByCaller: true, othersHaveRequests: true },
  { startedByCaller: false, othersHaveRequests: null },
]
