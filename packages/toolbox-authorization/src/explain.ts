import { isNoPolicy, type Decision, type NoPolicy, type Reason } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Authorization, Request, State, System, Tool } from './model.ts'
import { refuse } from './request.ts'
import { nearestMiss, prepare, type Run } from './run.ts'
import { findSmallestEdit, neededSystems, type AuthorizationEdit } from './smallest-edit.ts'
import { indexOf } from './state.ts'

/** What the state says of one system that a run needs. */
export interface TargetExplanation {
  /** Name of the system. */
  readonly system: string
  /** Whether it is a target, or the management server that the tool acts on. */
  readonly role: 'target' | 'cms'
  /** Authorizations that cover the tool there, in the order of the file. Any one is enough. */
  readonly covering: readonly Authorization[]
  /** Authorizations of the caller there that do not cover the tool, in the order of the file. */
  readonly others: readonly Authorization[]
  /** Why nothing covers it; `null` when something does. */
  readonly missing: Reason<Code> | null
}

/** Why a request is decided as it is. */
export interface Explanation {
  /** The decision of {@link check}. */
  readonly decision: Decision<Code>
  /** Every system that the run needs; empty when the request was refused before systems were asked about. */
  readonly targets: readonly TargetExplanation[]
  /**
   * The fewest authorizations to add or remove so that the answer is the other one. Absent where
   * another file would have to change, where the tool's definition picks the targets by what the
   * caller may, and when more than {@link MAX_EDITED_SYSTEMS} systems are not covered.
   */
  readonly smallestEdit?: AuthorizationEdit
}

/** Tells for every system that a run needs what covers it, and where nothing does, how near the caller is. */
export function explain(state: State | NoPolicy, request: Request): Explanation {
  const decision = check(state, request)
  if (isNoPolicy(state) || refuse(request) !== undefined) return { decision, targets: [] }
  const run = prepare(state, request)
  if (run.refusal !== undefined) return { decision, targets: [] }
  const targets = run.targets.map((system) => explainTarget(state, run, system, 'target'))
  const { actsOnCms, defaultTarget } = state.tools[run.tool] as Tool
  const cms = actsOnCms ? [explainTarget(state, run, indexOf(state).cms, 'cms')] : []
  const explanation = { decision, targets: [...targets, ...cms] }
  if (request.targets.length === 0 && defaultTarget === 'all') return explanation
  const smallestEdit = findSmallestEdit(state, run, neededSystems(state, run), decision.outcome)
  return smallestEdit === undefined ? explanation : { ...explanation, smallestEdit }
}

function explainTarget(
  state: State,
  run: Run,
  system: number,
  role: TargetExplanation['role'],
): TargetExplanation {
  const index = indexOf(state)
  const list = (toolboxes: Uint8Array): number[] => {
    const ranks = run.principals.flatMap((one) => index.grants.list(one, toolboxes, system))
    return ranks.toSorted((a, b) => a - b)
  }
  const covering = list(index.effectiveToolboxes(run.tool, system))
  const others = list(index.allToolboxes).filter((rank) => !covering.includes(rank))
  const at = (rank: number): Authorization => index.authorizationAt(rank)
  return {
    system: (state.systems[system] as System).name,
    role,
    covering: covering.map(at),
    others: others.map(at),
    missing: covering.length > 0 ? null : nearestMiss(state, run, system).reasons[0],
  }
}
