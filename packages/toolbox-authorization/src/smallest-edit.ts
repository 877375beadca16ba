import type { Outcome } from '@gatehouse/core'
import { EditCost } from './edit-cost.ts'
import { formatListLine } from './list-lines.ts'
import type { Principal, Scope, State, Tool } from './model.ts'
import type { Run } from './run.ts'
import { indexOf } from './state.ts'

/** Most systems without an authorization that an edit is looked for: the search doubles with each. */
export const MAX_EDITED_SYSTEMS = 12

/** Authorizations as list lines, to give to {@link addAuthorizations} or {@link removeAuthorizations}. */
export interface AuthorizationEdit {
  /** What to do with them. */
  readonly change: 'add' | 'remove'
  /** `user:toolbox:n:system` or `user:toolbox:g:group`, a user group with `U:` before it. */
  readonly lines: readonly string[]
}

/** One authorization that would help, and what else it would open. */
interface Candidate {
  readonly scope: Scope
  readonly toolbox: string
  /** A bit for each of the missing systems that it covers. */
  readonly covers: number
  readonly cost: number
}

/**
 * The fewest authorizations to add, or to remove, that turn an answer round; among single ones the
 * one that changes the fewest other answers, then the first in the order of the files, built-in
 * toolboxes last. Of several, each changes as few as one of its scope can.
 *
 * New ones are for the user, and for a group only when the user is not listed.
 *
 * @param needed - Numbers of the systems that the run needs covered.
 * @returns `undefined` when more than {@link MAX_EDITED_SYSTEMS} systems are not covered, and when no toolbox helps.
 */
export function findSmallestEdit(
  state: State,
  run: Run,
  needed: readonly number[],
  outcome: Outcome,
): AuthorizationEdit | undefined {
  return outcome === 'allow' ? removal(state, run, needed) : addition(state, run, needed)
}

function removal(state: State, run: Run, needed: readonly number[]): AuthorizationEdit {
  const index = indexOf(state)
  const sets = needed.map((system) =>
    run.principals.flatMap((one) =>
      index.grants.list(one, index.effectiveToolboxes(run.tool, system), system),
    ),
  )
  const fewest = Math.min(...sets.map((ranks) => ranks.length))
  const cost = new EditCost(state)
  const [chosen] = sets
    .filter((ranks) => ranks.length === fewest)
    .map((ranks) => ({ ranks, cost: cost.ofRemoving(ranks) }))
    .toSorted((a, b) => a.cost - b.cost)
  const ranks = (chosen?.ranks ?? []).toSorted((a, b) => a - b)
  const lines = ranks.map((rank) => formatListLine(index.authorizationAt(rank)))
  return { change: 'remove', lines }
}

function addition(
  state: State,
  run: Run,
  needed: readonly number[],
): AuthorizationEdit | undefined {
  const index = indexOf(state)
  const missing = needed.filter((system) => {
    const toolboxes = index.effectiveToolboxes(run.tool, system)
    return run.principals.every((one) => index.grants.list(one, toolboxes, system).length === 0)
  })
  if (missing.length > MAX_EDITED_SYSTEMS) return undefined
  const [number] = run.principals as [number, ...number[]]
  const { kind, name } = index.accounts[number] as Principal
  const chosen = fewestCovering(candidates(state, run.tool, number, missing), missing.length)
  const lines = chosen?.map(({ toolbox, scope }) =>
    formatListLine({ principal: { kind, name }, toolbox, scope, update: null }),
  )
  return lines === undefined ? undefined : { change: 'add', lines }
}

/** For each scope with a missing system in it: the toolbox that opens the least else. */
function candidates(
  state: State,
  tool: number,
  principal: number,
  missing: readonly number[],
): Candidate[] {
  const index = indexOf(state)
  const cost = new EditCost(state)
  const { toolboxes } = state
  return scopesOf(state, missing).flatMap(({ scope, systems }) => {
    const found = missing.filter((system) => systems.includes(system))
    const [best] = toolboxes
      .flatMap(({ name, builtIn }, toolbox) => {
        const covered = found.filter(
          (system) => index.effectiveToolboxes(tool, system)[toolbox] === 1,
        )
        const covers = covered.reduce((mask, system) => mask | (1 << missing.indexOf(system)), 0)
        return covers === 0 ? [] : [{ scope, toolbox: name, covers, builtIn, number: toolbox }]
      })
      .map((one) => ({ ...one, cost: cost.ofAdding(principal, one.number, systems) }))
      .toSorted(
        (a, b) =>
          bits(b.covers) - bits(a.covers) ||
          a.cost - b.cost ||
          Number(a.builtIn) - Number(b.builtIn),
      )
    return best === undefined ? [] : [best]
  })
}

/** Each missing system by itself, then the groups that one is in. */
function scopesOf(
  state: State,
  missing: readonly number[],
): { scope: Scope; systems: readonly number[] }[] {
  const index = indexOf(state)
  const groups = new Set(missing.flatMap((system) => [...index.groupsOf(system)]))
  return [
    ...missing.map((system) => ({
      scope: { kind: 'system', name: state.systems[system]?.name ?? '' } as const,
      systems: [system],
    })),
    ...[...groups]
      .toSorted((a, b) => a - b)
      .map((group) => {
        const { name, members } = state.groups[group] as State['groups'][number]
        const systems = members.map((member) => index.findSystem(member))
        return { scope: { kind: 'group', name } as const, systems }
      }),
  ]
}

/** The fewest candidates that together cover everything, found size by size of what is covered. */
function fewestCovering(all: readonly Candidate[], count: number): Candidate[] | undefined {
  const whole = (1 << count) - 1
  const best: (Candidate[] | undefined)[] = [[]]
  for (let mask = 0; mask < whole; mask += 1) {
    const chosen = best[mask]
    if (chosen === undefined) continue
    const next = ~mask & (mask + 1)
    for (const candidate of all) {
      if ((candidate.covers & next) === 0) continue
      const together = mask | candidate.covers
      const longer = [...chosen, candidate]
      if (isBetter(longer, best[together])) best[together] = longer
    }
  }
  return best[whole]
}

function isBetter(one: readonly Candidate[], other: readonly Candidate[] | undefined): boolean {
  if (other === undefined || one.length < other.length) return true
  return one.length === other.length && sumOf(one) < sumOf(other)
}

function sumOf(chosen: readonly Candidate[]): number {
  return chosen.reduce((sum, { cost }) => sum + cost, 0)
}

function bits(mask: number): number {
  return mask === 0 ? 0 : (mask & 1) + bits(mask >>> 1)
}

/** The systems of a run: its targets and, for a tool that acts there, the management server. */
export function neededSystems(state: State, { targets, tool }: Run): readonly number[] {
  const { cms } = indexOf(state)
  const { actsOnCms } = state.tools[tool] as Tool
  return actsOnCms && !targets.includes(cms) ? [...targets, cms] : targets
}
