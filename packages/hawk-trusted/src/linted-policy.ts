import type { LineSource } from '@gatehouse/core'
import { BoxIndex } from './box-index.ts'
import { boxOf, type LineBox } from './box.ts'
import type { Entry, Policy } from './model.ts'

/** A policy with what its lines cover, as every check of `lint` needs it. */
export class LintedPolicy {
  readonly entries: readonly Entry[]
  readonly grants: readonly LineBox[]
  readonly restrictions: readonly LineBox[]
  readonly granted: BoxIndex<LineBox>
  readonly restricted: BoxIndex<LineBox>
  readonly #file: string

  constructor({ file, entries }: Policy) {
    this.#file = file
    this.entries = entries
    const boxes = entries.map(boxOf)
    this.grants = boxes.filter(({ entry }) => entry.effect === 'grant')
    this.restrictions = boxes.filter(({ entry }) => entry.effect === 'restriction')
    this.granted = new BoxIndex(this.grants)
    this.restricted = new BoxIndex(this.restrictions)
  }

  /** The place of a line. */
  at({ line }: Entry): LineSource {
    return { file: this.#file, line }
  }
}
