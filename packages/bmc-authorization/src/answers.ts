import { allow, deny, type Decision, type FileSource, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { LEVELS, rankOf, suffices, type Level } from './level.ts'
import type { NodeTable } from './node-table.ts'

type Facts = NonNullable<Reason['facts']>

/** The facts of a reason, by the level granted and the level needed. */
const FACTS: readonly (readonly Facts[])[] = LEVELS.map((granted) =>
  LEVELS.map((needed) => Object.freeze({ granted, needed })),
)

/** What a file answers: each decision is made on first use and handed out from then on. */
export class Answers {
  readonly #file: string
  readonly #nodes: NodeTable
  /** By node, four for each: one a level that may be needed. */
  readonly #made: (Decision<Code> | undefined)[]

  constructor(file: string, nodes: NodeTable) {
    this.#file = file
    this.#nodes = nodes
    this.#made = Array<undefined>(nodes.size * LEVELS.length).fill(undefined)
  }

  /** @param ruling - The node whose level applies. */
  of(ruling: number, needed: Level): Decision<Code> {
    const at = ruling * LEVELS.length + rankOf(needed)
    return this.#made[at] ?? (this.#made[at] = this.#make(ruling, needed))
  }

  #make(ruling: number, needed: Level): Decision<Code> {
    const granted = this.#nodes.levelOf(ruling)
    const line = this.#nodes.permissionLineOf(ruling)
    const isSet = line !== 0
    const source: FileSource = Object.freeze(
      isSet ? { file: this.#file, line } : { file: this.#file },
    )
    const facts = FACTS[rankOf(granted)]?.[rankOf(needed)] as Facts
    if (suffices(granted, needed)) return allow({ code: 'level-suffices', source, facts })
    return deny({ code: isSet ? 'level-too-low' : 'no-permission-set', source, facts })
  }
}
