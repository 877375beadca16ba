import { deny, type Deny, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { NONE } from './grant-table.ts'
import type { Authorization, Request, State, Tool } from './model.ts'
import { principalsOf, refuseSignIn } from './sign-in.ts'
import type { StateIndex } from './state-index.ts'
import { indexOf } from './state.ts'

/** A request whose names were looked up, or why it is refused before authorizations are asked. */
export interface Run {
  /** Why it is refused; everything else is then empty. */
  readonly refusal: Reason<Code> | undefined
  /** Numbers of the caller and its groups. */
  readonly principals: readonly number[]
  /** Number of the tool. */
  readonly tool: number
  /** Numbers of the targets, each once; at least one. */
  readonly targets: readonly number[]
}

/** Looks up what a sound request names, and fills in the targets that it leaves to the tool. */
export function prepare(state: State, request: Request): Run {
  const index = indexOf(state)
  const principals = principalsOf(index, request)
  const refusal = refuseSignIn(state, principals, request.signInAddress)
  if (refusal !== undefined) return refused(refusal)
  const tool = index.findTool(request.tool)
  if (tool === -1) {
    return refused({ code: 'tool-unknown', source: { file: state.files.tools ?? 'tools' } })
  }
  const { source, maxTargets, acceptsTargets, defaultTarget } = state.tools[tool] as Tool
  const names = request.targets
  if (names.length > 0 && !acceptsTargets) return refused({ code: 'targets-not-accepted', source })
  const targets =
    names.length === 0 ? defaultTargets(state, principals, tool) : namedTargets(index, names)
  const unknown = targets.indexOf(-1)
  if (unknown !== -1) return refused(unknownSystem(state, names[unknown] ?? ''))
  if (targets.length === 0) {
    const code = defaultTarget === 'all' ? 'no-authorized-system' : 'targets-missing'
    return refused({ code, source })
  }
  if (maxTargets !== null && targets.length > maxTargets) {
    return refused({ code: 'too-many-targets', source, facts: { limit: String(maxTargets) } })
  }
  return { refusal: undefined, principals, tool, targets }
}

function refused(refusal: Reason<Code>): Run {
  return { refusal, principals: [], tool: -1, targets: [] }
}

function unknownSystem({ files }: State, target: string): Reason<Code> {
  return { code: 'system-unknown', source: { file: files.systems ?? 'systems' }, facts: { target } }
}

/** Numbers of systems, each once; of names that are not known, -1 in the place of the first. */
function namedTargets(index: StateIndex, names: readonly string[]): readonly number[] {
  const numbers = names.map((name) => index.findSystem(name))
  const unknown = numbers.indexOf(-1)
  if (unknown !== -1) return numbers.slice(0, unknown + 1)
  return numbers.length === 1 ? numbers : [...new Set(numbers)]
}

/** A tool that takes no targets, names none and acts on the management server runs there. */
function defaultTargets(
  state: State,
  principals: readonly number[],
  tool: number,
): readonly number[] {
  const index = indexOf(state)
  const { defaultTarget, acceptsTargets, actsOnCms } = state.tools[tool] as Tool
  if (defaultTarget === 'cms') return [index.cms]
  if (defaultTarget === 'none') return actsOnCms && !acceptsTargets ? [index.cms] : []
  if (defaultTarget !== 'all') return defaultTarget.map((name) => index.findSystem(name))
  return [...state.systems.keys()].filter(
    (system) => rankOf(index, principals, index.effectiveToolboxes(tool, system), system) !== NONE,
  )
}

/** The first authorization of the file that covers a system for a caller, or {@link NONE}. */
export function rankOf(
  index: StateIndex,
  principals: readonly number[],
  toolboxes: Uint8Array,
  system: number,
): number {
  let rank = NONE
  for (let at = 0; at < principals.length; at += 1) {
    rank = index.grants.find(principals[at] as number, toolboxes, system, rank)
  }
  return rank
}

/** Why no authorization covers a tool on a system: the nearest thing that there is. */
export function nearestMiss(
  state: State,
  { principals, tool: number }: Pick<Run, 'principals' | 'tool'>,
  system: number,
): Deny<Code> {
  const index = indexOf(state)
  const any = rankOf(index, principals, index.anyToolbox, system)
  if (any === NONE) return index.denyWithout(system)
  const tool = state.tools[number] as Tool
  const target = state.systems[system]?.name ?? ''
  const holding = rankOf(index, principals, index.holdingToolboxes(number, system), system)
  if (holding !== NONE) {
    const { toolbox: name } = state.authorizations[holding] as Authorization
    const toolbox = index.findToolbox(name)
    const { source } = state.toolboxes[toolbox] as { source: Authorization['source'] }
    if (index.enabled[toolbox] !== 1) {
      return deny({ code: 'toolbox-disabled', source, facts: { target, toolbox: name } })
    }
    return tool.owner === null
      ? deny({ code: 'tool-disabled', source: tool.source, facts: { target, toolbox: name } })
      : deny({ code: 'tool-owned', source: tool.source, facts: { target, owner: tool.owner } })
  }
  const { toolbox, source } = state.authorizations[any] as Authorization
  return deny({ code: 'tool-not-in-toolbox', source, facts: { target, toolbox } })
}
