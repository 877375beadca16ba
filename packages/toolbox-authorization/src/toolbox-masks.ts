import type { State, Tool } from './model.ts'
import { ALL_TOOLS, FULL_RIGHTS } from './names.ts'

/** Masks of each tool: those that hold it and those that authorize it, elsewhere and on the management server. */
const MASKS = 4
const ON_CMS = 1
const EFFECTIVE = 2

/**
 * For each tool which toolboxes hold it and which authorize it: a 1 for each toolbox, by its number,
 * all in one array. Full Rights holds every tool on the management server, named or not.
 */
export class ToolboxMasks {
  /** The masks one after the other. */
  readonly bytes: Uint8Array
  /** How many toolboxes there are. */
  readonly #width: number

  /** @param numberOf - Number of a toolbox; -1: there is none of that name. */
  constructor(
    { tools, toolboxes }: Pick<State, 'tools' | 'toolboxes'>,
    numberOf: (name: string) => number,
  ) {
    this.#width = toolboxes.length
    this.bytes = new Uint8Array(tools.length * MASKS * this.#width)
    const enabled = toolboxes.map(({ enabled: isEnabled }) => Number(isEnabled))
    const all = numberOf(ALL_TOOLS)
    for (const [tool, definition] of tools.entries()) {
      for (const isOnCms of [false, true]) {
        const names = [ALL_TOOLS, ...definition.toolboxes, ...(isOnCms ? [FULL_RIGHTS] : [])]
        for (const toolbox of names.map(numberOf)) {
          if (toolbox === -1) continue
          this.bytes[this.holding(tool, isOnCms) + toolbox] = 1
          const isEffective = toolbox === all || !isKeptOff(definition)
          this.bytes[this.effective(tool, isOnCms) + toolbox] = isEffective
            ? (enabled[toolbox] as number)
            : 0
        }
      }
    }
  }

  /** Where the mask starts of the toolboxes that hold a tool, whether that counts now or not. */
  holding(tool: number, isOnCms: boolean): number {
    return (tool * MASKS + (isOnCms ? ON_CMS : 0)) * this.#width
  }

  /** Where the mask starts of the toolboxes that authorize a tool now. */
  effective(tool: number, isOnCms: boolean): number {
    return (tool * MASKS + EFFECTIVE + (isOnCms ? ON_CMS : 0)) * this.#width
  }

  /** The mask that starts at a place. */
  at(place: number): Uint8Array {
    return this.bytes.subarray(place, place + this.#width)
  }
}

/** While a tool has an owner, or is kept from toolboxes, only All Tools authorizes it. */
function isKeptOff({ owner, toolboxEnabled }: Tool): boolean {
  return owner !== null || !toolboxEnabled
}
