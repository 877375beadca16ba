import {
  allow,
  deny,
  isNoPolicy,
  type Decision,
  type NoPolicy,
  type Reason,
  type Reasons,
} from '@gatehouse/core'
import type { Code } from './codes.ts'
import { NONE } from './grant-table.ts'
import type { Request, State, System, Tool } from './model.ts'
import { refuse } from './request.ts'
import { coverOf, missOf, prepare, type Run } from './run.ts'
import { indexOf } from './state.ts'

/** Most authorizations that one decision names. */
const MAX_REASONS = 16

/**
 * Decides whether a caller may run a tool on all of its targets.
 *
 * Authorizations add up and none takes away. A target is covered when the caller, or one of its
 * groups, has there an enabled toolbox that holds the tool; one target that is not covered refuses
 * the run. It does not ask who the caller really is, nor whether a target is what its name says.
 *
 * @returns `allow` with `authorized` and the line of the first authorization of the file that covers
 * the first target, then those of the other targets (16 at most), then `runs-as` and
 * `web-agent-access` where they hold. `deny` with the nearest reason for the first target that is
 * not covered, or what came before targets were asked about; or the refusal of a {@link NoPolicy}.
 */
export function check(state: State | NoPolicy, request: Request): Decision<Code> {
  if (isNoPolicy(state)) return state.decision
  const refusal = refuse(request)
  if (refusal !== undefined) return refusal
  const run = prepare(state, request)
  return run.refusal === undefined ? decide(state, run) : deny(run.refusal)
}

/** Decides a run whose names were looked up. */
function decide(state: State, run: Run): Decision<Code> {
  const index = indexOf(state)
  const { principals, tool, targets } = run
  const { actsOnCms } = index.runOf(tool)
  let first = NONE
  let others: number[] | undefined
  for (let at = 0; at < targets.length; at += 1) {
    const target = targets[at] as number
    const rank = coverOf(index, principals, tool, target)
    if (rank === NONE) return missOf(state, tool, target)
    if (first === NONE) first = rank
    else if (rank !== first) others = withOther(others, rank)
  }
  if (actsOnCms) {
    const rank = coverOf(index, principals, tool, index.cms)
    if (rank === NONE) return deny(missingCms(state, tool))
    if (rank !== first) others = withOther(others, rank)
  }
  if (others === undefined) return index.answers.allowBy(tool, first)
  const reasons: Reason<Code>[] = [first, ...others].map((rank) => index.answers.reasonBy(rank))
  return allow(...([...reasons, ...index.answers.extrasOf(tool)] as unknown as Reasons<Code>))
}

/** Adds an authorization that is new among those of the other targets, while more can be named. */
function withOther(others: number[] = [], rank: number): number[] {
  if (others.length < MAX_REASONS - 1 && !others.includes(rank)) others.push(rank)
  return others
}

/** Why a tool that acts on the management server may not. */
function missingCms(state: State, tool: number): Reason<Code> {
  const { source } = state.tools[tool] as Tool
  return { code: 'cms-not-authorized', source, facts: { system: state.cms } }
}

/**
 * The systems that an allowed request runs on: those that it names, or those that the tool's
 * definition gives, by the names of their definitions, each once.
 *
 * @returns Nothing for a request that {@link check} refuses.
 */
export function targetsOf(state: State, request: Request): readonly string[] {
  if (refuse(request) !== undefined) return []
  const run = prepare(state, request)
  if (run.refusal !== undefined || decide(state, run).outcome !== 'allow') return []
  return run.targets.map((target) => (state.systems[target] as System).name)
}
