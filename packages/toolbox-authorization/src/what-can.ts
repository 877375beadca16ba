import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { NONE } from './grant-table.ts'
import type { Caller, State, System, Tool } from './model.ts'
import { FULL_RIGHTS } from './names.ts'
import { refuseCaller } from './request.ts'
import { rankOf } from './run.ts'
import { principalsOf, refuseSignIn } from './sign-in.ts'
import { indexOf } from './state.ts'

/** What one toolbox opens to a caller: each of the tools on each of the systems. Full Rights may have two. */
export interface Permitted {
  /** Name of the toolbox. */
  readonly toolbox: string
  /** Names of its tools that the caller may run, in the order of the file; at least one. */
  readonly tools: readonly string[]
  /** Names of the systems where the caller has it, in the order of the file; at least one. */
  readonly systems: readonly string[]
}

/**
 * Everything that a caller may run, toolbox by toolbox. A tool in two toolboxes is in both; together
 * they say neither more nor less than {@link check} about one target.
 *
 * @returns Nothing without a state, and for a caller that may not sign in.
 */
export function whatCan(state: State | NoPolicy, caller: Caller): Permitted[] {
  if (isNoPolicy(state) || refuseCaller(caller) !== undefined) return []
  const index = indexOf(state)
  const principals = principalsOf(index, caller)
  if (refuseSignIn(state, principals, caller.signInAddress) !== undefined) return []
  const runnable = [...state.tools.keys()].filter((tool) => {
    const toolboxes = index.effectiveToolboxes(tool, index.cms)
    const { actsOnCms } = state.tools[tool] as Tool
    return !actsOnCms || rankOf(index, principals, toolboxes, index.cms) !== NONE
  })
  const toolsIn = (toolbox: number, system: number): number[] =>
    runnable.filter((tool) => index.effectiveToolboxes(tool, system)[toolbox] === 1)
  return [...state.toolboxes.entries()].flatMap(([toolbox, { name }]) => {
    const mask = new Uint8Array(index.toolboxes)
    mask[toolbox] = 1
    const systems = [...state.systems.keys()].filter(
      (system) => rankOf(index, principals, mask, system) !== NONE,
    )
    const isApart = (system: number): boolean => name === FULL_RIGHTS && system === index.cms
    const places = [
      systems.filter((system) => !isApart(system)),
      systems.filter((system) => isApart(system)),
    ]
    return places.flatMap((alike) => {
      const [first] = alike
      const tools = first === undefined ? [] : toolsIn(toolbox, first)
      if (tools.length === 0) return []
      return [
        {
          toolbox: name,
          tools: tools.map((tool) => (state.tools[tool] as Tool).name),
          systems: alike.map((system) => (state.systems[system] as System).name),
        },
      ]
    })
  })
}
