import { fold } from './coverage.ts'

/** Number that stands for `*` or an omitted field. Names count from 1. */
export const ANY = 0

/** Number of a name that no line has. */
export const NONE = -1

/**
 * Numbers for the names in one column. Grants find theirs by exact spelling, restrictions by the
 * folded one; a name that the file spells as the request does is folded once, at load.
 */
export class NameIndex {
  readonly #exact = new Map<string, number>()
  readonly #folded = new Map<string, number>()
  #foldedOf = new Int32Array(0)

  /** Number of a name in a grant. */
  addExact(name: string): number {
    return add(this.#exact, name)
  }

  /** Number of a name in a restriction. */
  addFolded(name: string): number {
    return add(this.#folded, fold(name))
  }

  /** Links both numberings; call once, after the last name was added. */
  seal(): this {
    this.#foldedOf = new Int32Array(this.#exact.size + 1).fill(NONE)
    if (this.#folded.size === 0) return this
    for (const [name, id] of this.#exact) {
      this.#foldedOf[id] = this.#folded.get(fold(name)) ?? NONE
    }
    return this
  }

  /** How many names grants have. */
  get exactSize(): number {
    return this.#exact.size
  }

  /** How many names restrictions have. */
  get foldedSize(): number {
    return this.#folded.size
  }

  /** Number of a name among the grants, or {@link NONE}. */
  exact(name: string): number {
    return this.#exact.get(name) ?? NONE
  }

  /** Number of a name among the restrictions, or {@link NONE}. */
  folded(name: string, exact: number): number {
    if (exact !== NONE) return this.#foldedOf[exact] ?? NONE
    return this.#folded.size === 0 ? NONE : (this.#folded.get(fold(name)) ?? NONE)
  }
}

function add(ids: Map<string, number>, name: string): number {
  const known = ids.get(name)
  if (known !== undefined) return known
  ids.set(name, ids.size + 1)
  return ids.size
}
