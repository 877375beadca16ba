import { deny, type Deny, type LineSource, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { NONE } from './grant-table.ts'
import type { Request, State, Tool, Toolbox } from './model.ts'
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
  const { maxTargets, acceptsTargets, defaultTarget } = index.runOf(tool)
  const names = request.targets
  if (names.length > 0 && !acceptsTargets) {
    return refused({ code: 'targets-not-accepted', source: sourceOf(state, tool) })
  }
  const targets =
    names.length === 0 ? defaultTargets(state, principals, tool) : namedTargets(index, names)
  if (targets.at(-1) === -1) return refused(unknownSystem(state, names[targets.length - 1] ?? ''))
  if (targets.length === 0) {
    const code = defaultTarget === 'all' ? 'no-authorized-system' : 'targets-missing'
    return refused({ code, source: sourceOf(state, tool) })
  }
  if (targets.length > maxTargets) {
    const facts = { limit: String(maxTargets) }
    return refused({ code: 'too-many-targets', source: sourceOf(state, tool), facts })
  }
  return { refusal: undefined, principals, tool, targets }
}

function sourceOf(state: State, tool: number): LineSource {
  return (state.tools[tool] as Tool).source
}

function refused(refusal: Reason<Code>): Run {
  return { refusal, principals: [], tool: -1, targets: [] }
}

function unknownSystem({ files }: State, target: string): Reason<Code> {
  return { code: 'system-unknown', source: { file: files.systems ?? 'systems' }, facts: { target } }
}

/** Numbers of systems, each once; up to the first name that is not known, which gives -1. */
function namedTargets(index: StateIndex, names: readonly string[]): readonly number[] {
  const numbers: number[] = []
  for (let at = 0; at < names.length; at += 1) {
    const number = index.findSystem(names[at] as string)
    numbers.push(number)
    if (number === -1) return numbers
  }
  return areDifferent(numbers) ? numbers : [...new Set(numbers)]
}

/** How many numbers are compared pair by pair: fewer steps than a set of them would take. */
const FEW = 8

function areDifferent(numbers: readonly number[]): boolean {
  if (numbers.length > FEW) return false
  for (let at = 1; at < numbers.length; at += 1) {
    for (let other = 0; other < at; other += 1) {
      if (numbers[at] === numbers[other]) return false
    }
  }
  return true
}

/** A tool that takes no targets, names none and acts on the management server runs there. */
function defaultTargets(
  state: State,
  principals: readonly number[],
  tool: number,
): readonly number[] {
  const index = indexOf(state)
  const { defaultTarget, acceptsTargets, actsOnCms } = index.runOf(tool)
  if (defaultTarget === 'cms') return [index.cms]
  if (defaultTarget === 'none') return actsOnCms && !acceptsTargets ? [index.cms] : []
  if (defaultTarget !== 'all') return defaultTarget.map((name) => index.findSystem(name))
  return [...state.systems.keys()].filter(
    (system) => coverOf(index, principals, tool, system) !== NONE,
  )
}

/** The first authorization of the file that covers a system for principals, or {@link NONE}. */
export function rankOf(
  { grants }: StateIndex,
  principals: readonly number[],
  toolboxes: Uint8Array,
  system: number,
): number {
  grants.ask(principals, system)
  return grants.first(toolboxes)
}

/** The first authorization of the file that covers a tool on a system for principals, or {@link NONE}. */
export function coverOf(
  { grants, masks, cms }: StateIndex,
  principals: readonly number[],
  tool: number,
  system: number,
): number {
  grants.ask(principals, system)
  return grants.first(masks.bytes, masks.effective(tool, system === cms))
}

/** Why no authorization covers a tool on a system: the nearest thing that there is. */
export function nearestMiss(
  state: State,
  { principals, tool }: Pick<Run, 'principals' | 'tool'>,
  system: number,
): Deny<Code> {
  indexOf(state).grants.ask(principals, system)
  return missOf(state, tool, system)
}

/** As {@link nearestMiss}, of what was asked about last. */
export function missOf(state: State, number: number, system: number): Deny<Code> {
  const index = indexOf(state)
  const { grants, answers, masks } = index
  const any = grants.first(index.allToolboxes)
  if (any === NONE) return answers.denyWithout(system)
  const holding = grants.first(masks.bytes, masks.holding(number, system === index.cms))
  if (holding === NONE) return answers.denyNotIn(any, system)
  const tool = state.tools[number] as Tool
  const target = state.systems[system]?.name ?? ''
  const toolbox = index.authorizations.toolboxOf(holding)
  const { name, source } = state.toolboxes[toolbox] as Toolbox
  if (index.enabled[toolbox] !== 1) {
    return deny({ code: 'toolbox-disabled', source, facts: { target, toolbox: name } })
  }
  return tool.owner === null
    ? deny({ code: 'tool-disabled', source: tool.source, facts: { target, toolbox: name } })
    : deny({ code: 'tool-owned', source: tool.source, facts: { target, owner: tool.owner } })
}
