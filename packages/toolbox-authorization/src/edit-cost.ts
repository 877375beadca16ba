import type { State, Tool } from './model.ts'
import { indexOf } from './state.ts'

/** The toolboxes that a principal has on a system. */
type Held = (system: number) => readonly number[]

/**
 * How many answers a change of authorizations turns round: pairs of tool and system, for each user
 * or group that stands in the authorizations, by itself.
 */
export class EditCost {
  readonly #state: State
  readonly #counts = new Map<string, number>()

  constructor(state: State) {
    this.#state = state
  }

  /** @param systems - Numbers of the systems that the new authorization is for. */
  ofAdding(principal: number, toolbox: number, systems: readonly number[]): number {
    const added = new Set(systems)
    const before = this.#heldBy(principal, NOTHING)
    return this.#changed(added, before, (system) =>
      added.has(system) ? [...before(system), toolbox] : before(system),
    )
  }

  /** @param ranks - Places of the authorizations in the order of the file. */
  ofRemoving(ranks: readonly number[]): number {
    const removed = new Set(ranks)
    let cost = 0
    for (const [principal, systems] of this.#touchedBy(ranks)) {
      const [before, after] = [NOTHING, removed].map((gone) => this.#heldBy(principal, gone))
      cost += this.#changed(systems, before as Held, after as Held)
    }
    return cost
  }

  #touchedBy(ranks: readonly number[]): Map<number, Set<number>> {
    const index = indexOf(this.#state)
    const touched = new Map<number, Set<number>>()
    for (const rank of ranks) {
      const { principal, scope } = index.authorizations.grantOf(rank)
      const systems = touched.get(principal) ?? new Set()
      touched.set(principal, systems)
      for (const system of index.systemsIn(scope)) systems.add(system)
    }
    return touched
  }

  /** Toolboxes of a principal by the authorizations that stay. */
  #heldBy(principal: number, removed: ReadonlySet<number>): Held {
    const index = indexOf(this.#state)
    return (system) => {
      const ranks = index.grants.list(principal, index.allToolboxes, system)
      const kept = ranks.filter((rank) => !removed.has(rank))
      return [...new Set(kept.map((rank) => index.authorizations.toolboxOf(rank)))]
    }
  }

  /** A change on the management server changes answers on every system, by the tools that act there. */
  #changed(touched: ReadonlySet<number>, before: Held, after: Held): number {
    const { cms } = indexOf(this.#state)
    const systems = touched.has(cms) ? this.#state.systems.keys() : touched
    const [onCms, onCmsAfter] = [before(cms), after(cms)]
    let changed = 0
    for (const system of systems) {
      const difference =
        this.#count(before(system), onCms, system) - this.#count(after(system), onCmsAfter, system)
      changed += Math.abs(difference)
    }
    return changed
  }

  /** How many tools some toolboxes authorize on a system. */
  #count(toolboxes: readonly number[], onCms: readonly number[], system: number): number {
    const index = indexOf(this.#state)
    const isCms = system === index.cms
    const key = [sorted(toolboxes), isCms ? '' : sorted(onCms), isCms].join(' ')
    let count = this.#counts.get(key)
    if (count === undefined) {
      count = this.#state.tools.filter(
        ({ actsOnCms }: Tool, tool) =>
          isIn(index.effectiveToolboxes(tool, system), toolboxes) &&
          (!actsOnCms || isIn(index.effectiveToolboxes(tool, index.cms), onCms)),
      ).length
      this.#counts.set(key, count)
    }
    return count
  }
}

const NOTHING: ReadonlySet<number> = new Set()

function isIn(mask: Uint8Array, toolboxes: readonly number[]): boolean {
  return toolboxes.some((toolbox) => mask[toolbox] === 1)
}

function sorted(numbers: readonly number[]): string {
  return numbers.toSorted((a, b) => a - b).join()
}
