import type { Principal, State } from './model.ts'
import { indexOf } from './state.ts'
import type { StateIndex } from './state-index.ts'

/** Number of the set of no toolboxes. */
export const NO_TOOLBOXES = 0

/**
 * What one principal holds in a state, system by system, as numbers of sets of toolboxes: systems
 * are many, and the sets on them few.
 */
export class Holdings {
  readonly #state: State
  readonly #index: StateIndex
  readonly #sets: (readonly number[])[] = []
  readonly #numbers = new Map<string, number>()
  /** Set that comes of adding a toolbox to a set, by both their numbers. */
  readonly #sums = new Map<number, number>()
  /** Number of the set that the principal holds on each system. */
  readonly #held: Uint32Array
  /** For each set, tool and place, as they are first asked for, whether the set authorizes the tool. */
  readonly #answers: (boolean | undefined)[][] = []

  constructor(state: State) {
    this.#state = state
    this.#index = indexOf(state)
    this.#held = new Uint32Array(state.systems.length)
    this.#setOf([])
  }

  #numberOf({ kind, name }: Principal): number {
    return kind === 'user' ? this.#index.findUser(name) : this.#index.findUserGroup(name)
  }

  /** Looks a principal up; {@link setOn} answers for it until the next call. */
  ask(principal: Principal): void {
    this.#held.fill(NO_TOOLBOXES)
    const number = this.#numberOf(principal)
    if (number === -1) return
    for (const rank of this.#index.grants.of(number)) {
      const { toolbox, scope } = this.#index.authorizations.grantOf(rank)
      for (const system of this.#index.systemsIn(scope)) {
        this.#held[system] = this.#sum(this.setOn(system), toolbox)
      }
    }
  }

  #sum(set: number, toolbox: number): number {
    const key = set * this.#index.toolboxes + toolbox
    let sum = this.#sums.get(key)
    if (sum === undefined) {
      sum = this.#setOf([...new Set([...(this.#sets[set] ?? []), toolbox])])
      this.#sums.set(key, sum)
    }
    return sum
  }

  #setOf(toolboxes: readonly number[]): number {
    const sorted = toolboxes.toSorted((a, b) => a - b)
    const known = this.#numbers.get(sorted.join())
    if (known !== undefined) return known
    this.#numbers.set(sorted.join(), this.#sets.length)
    return this.#sets.push(sorted) - 1
  }

  /** Number of the set of toolboxes on a system; none on one that is not known. */
  setOn(system: number): number {
    return this.#held[system] ?? NO_TOOLBOXES
  }

  /** Whether a set of toolboxes authorizes a tool, on the management server or elsewhere. */
  authorizes(set: number, tool: number, isOnCms: boolean): boolean {
    const answers = (this.#answers[set] ??= this.#state.tools.flatMap(() => [undefined, undefined]))
    return (answers[tool * 2 + Number(isOnCms)] ??= this.#decide(set, tool, isOnCms))
  }

  #decide(set: number, tool: number, isOnCms: boolean): boolean {
    const toolboxes = this.#index.effectiveToolboxes(tool, isOnCms ? this.#index.cms : -1)
    return (this.#sets[set] ?? []).some((toolbox) => toolboxes[toolbox] === 1)
  }
}
