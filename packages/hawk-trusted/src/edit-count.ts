import { meet, type Box } from './box.ts'
import { cellsOf, type Cell } from './cells.ts'
import { ACTION, EVERY_OPERATION } from './coverage.ts'
import type { Policy } from './model.ts'
import { ruled, type RuledLine } from './written-lines.ts'

/** Lines that go and lines that come. */
export interface LineEdit {
  readonly gone: readonly RuledLine[]
  readonly come: readonly RuledLine[]
}

/** Counts the requests whose outcome an edit changes, for edits made of the same few lines. */
export class EditCount {
  readonly #changing: readonly RuledLine[]
  readonly #old: ReadonlySet<RuledLine>
  readonly #cells: readonly (Cell & { readonly before: number })[]

  /** @param changing - Every line that goes or comes in one of the edits. */
  constructor({ entries }: Policy, changing: readonly RuledLine[]) {
    const own = new Set(entries)
    const old = changing.filter(({ entry }) => own.has(entry))
    const going = new Set(old.map(({ entry }) => entry))
    const staying = entries
      .filter((entry) => !going.has(entry))
      .map(ruled)
      .filter((line) => changing.some((other) => meet(whole(line), whole(other)) !== undefined))
    this.#changing = changing
    this.#old = new Set(old)
    const isOld = changing.map((line) => this.#old.has(line))
    this.#cells = cellsOf(staying, changing).map((cell) => ({
      ...cell,
      before: this.#allowed(cell, isOld),
    }))
  }

  /**
   * How many requests there are whose outcome an edit changes. Names that no line spells count as
   * more than all that are spelled.
   */
  affected({ gone, come }: LineEdit): bigint {
    const isThere = this.#changing.map((line) =>
      this.#old.has(line) ? !gone.includes(line) : come.includes(line),
    )
    let requests = 0n
    for (const cell of this.#cells) {
      const changed = cell.before ^ this.#allowed(cell, isThere)
      if (changed !== 0) requests += cell.count * requestsIn(changed)
    }
    return requests
  }

  /** Operations of a cell that are allowed when some of its changing lines are there. */
  #allowed({ open, restricted, changing }: Cell, isThere: readonly boolean[]): number {
    let granted = open
    let refused = restricted
    for (const index of changing) {
      if (isThere[index] !== true) continue
      const { effect, operations } = this.#changing[index] as RuledLine
      if (effect === 'grant') granted |= operations
      else refused |= operations
    }
    return granted & ~refused
  }
}

/** A box with all operations, to compare names only. */
function whole({ spans }: Box): Box {
  return { spans, operations: EVERY_OPERATION }
}

/** Requests differ in their impact too, and three of the four impacts act. */
function requestsIn(operations: number): bigint {
  let requests = 0n
  for (let bit = 1; bit <= EVERY_OPERATION; bit <<= 1) {
    if ((operations & bit) !== 0) requests += (bit & ACTION) === 0 ? 1n : 3n
  }
  return requests
}
