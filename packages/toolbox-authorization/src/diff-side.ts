import { Holdings, NO_TOOLBOXES } from './holdings.ts'
import type { Principal, State } from './model.ts'
import { indexOf } from './state.ts'
import type { StateIndex } from './state-index.ts'

/** Systems that are alike to a principal, before and after. */
export interface SystemClass {
  /** Number of the set of toolboxes that it holds there. */
  readonly sets: readonly [before: number, after: number]
  readonly isCms: readonly [before: boolean, after: boolean]
  /** Places of the systems in the list of all. */
  readonly systems: number[]
}

/** One of two states that are compared, and what it answers to one principal after the other. */
export class DiffSide {
  readonly #side: 0 | 1
  readonly #index: StateIndex
  readonly #holdings: Holdings
  /** Numbers of the tools and systems of both states; -1 for those that this one does not have. */
  readonly #tools: readonly number[]
  readonly #systems: readonly number[]

  constructor(side: 0 | 1, state: State, tools: readonly string[], systems: readonly string[]) {
    this.#side = side
    this.#index = indexOf(state)
    this.#holdings = new Holdings(state)
    this.#tools = tools.map((name) => this.#index.findTool(name))
    this.#systems = systems.map((name) => this.#index.findSystem(name))
  }

  /** Looks a principal up; the other methods answer for it until the next call. */
  ask(principal: Principal): void {
    this.#holdings.ask(principal)
  }

  /** Set of toolboxes on one of the systems of both states. */
  setOn(system: number): number {
    return this.#holdings.setOn(this.#systems[system] as number)
  }

  /** Whether one of the systems of both states is the management server of this one. */
  isCms(system: number): boolean {
    return this.#systems[system] === this.#index.cms
  }

  /** Whether a request of a tool that names a system of a class is allowed. */
  allows(at: number, alike: SystemClass): boolean {
    const tool = this.#tools[at] as number
    if (tool === -1 || !this.#index.runOf(tool).acceptsTargets) return false
    return this.#covers(tool, alike) && this.#coversCmsFor(tool)
  }

  /** Whether a request of a tool that names no system is allowed. */
  allowsBare(at: number, classes: readonly SystemClass[]): boolean {
    const tool = this.#tools[at] as number
    if (tool === -1) return false
    const { defaultTarget, acceptsTargets, actsOnCms, maxTargets } = this.#index.runOf(tool)
    if (defaultTarget === 'none' && (acceptsTargets || !actsOnCms)) return false
    if (!this.#coversCmsFor(tool)) return false
    if (defaultTarget === 'none') return true
    if (defaultTarget === 'cms') return this.#coversCms(tool)
    if (defaultTarget !== 'all') {
      return defaultTarget.length <= maxTargets && this.#coversEach(tool, defaultTarget)
    }
    const covered = classes.filter((alike) => this.#covers(tool, alike))
    const targets = covered.reduce((sum, { systems }) => sum + systems.length, 0)
    return targets > 0 && targets <= maxTargets
  }

  #covers(tool: number, { sets, isCms }: SystemClass): boolean {
    const set = sets[this.#side]
    return set !== NO_TOOLBOXES && this.#holdings.authorizes(set, tool, isCms[this.#side])
  }

  #coversEach(tool: number, names: readonly string[]): boolean {
    return names.every((name) => {
      const system = this.#index.findSystem(name)
      const isCms = system === this.#index.cms
      return this.#holdings.authorizes(this.#holdings.setOn(system), tool, isCms)
    })
  }

  #coversCmsFor(tool: number): boolean {
    return !this.#index.runOf(tool).actsOnCms || this.#coversCms(tool)
  }

  #coversCms(tool: number): boolean {
    return this.#holdings.authorizes(this.#holdings.setOn(this.#index.cms), tool, true)
  }
}
