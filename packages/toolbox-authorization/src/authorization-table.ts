import type { LineSource } from '@gatehouse/core'
import type { Authorization } from './model.ts'

/** An authorization by the numbers of what it names. */
export interface Grant {
  /** Users, then user groups. */
  readonly principal: number
  readonly toolbox: number
  /** Systems, then groups of systems. */
  readonly scope: number
}

/** What an authorization says beside that; nothing is decided by it. */
export type Particulars = Pick<Authorization, 'update' | 'source' | 'comments'>

/** Integers of a row. */
const WIDTH = 5
const PRINCIPAL = 0
const TOOLBOX = 1
const SCOPE = 2
const LINE = 3
/** Number of the file, times the number of {@link UPDATES}, plus the place in them. */
const ORIGIN = 4

const UPDATES = [null, 'auto', 'manual'] as const

const NO_COMMENTS: readonly string[] = Object.freeze([])

/** Authorizations as rows of numbers, by rank: the place of each in the order of the file. */
export class AuthorizationTable {
  #rows: Int32Array = new Int32Array(16 * WIDTH)
  #size = 0
  readonly #files: string[] = []
  /** Of those that have some. */
  readonly #comments = new Map<number, readonly string[]>()

  get size(): number {
    return this.#size
  }

  /** Adds one behind the others. */
  add({ principal, toolbox, scope }: Grant, { update, source, comments }: Particulars): void {
    const at = this.#size * WIDTH
    if (at === this.#rows.length) {
      const rows = new Int32Array(at * 2)
      rows.set(this.#rows)
      this.#rows = rows
    }
    this.#rows[at + PRINCIPAL] = principal
    this.#rows[at + TOOLBOX] = toolbox
    this.#rows[at + SCOPE] = scope
    this.#rows[at + LINE] = source.line
    this.#rows[at + ORIGIN] = this.#fileOf(source) * UPDATES.length + UPDATES.indexOf(update)
    if (comments.length > 0) this.#comments.set(this.#size, comments)
    this.#size += 1
  }

  #fileOf({ file }: LineSource): number {
    const known = this.#files.lastIndexOf(file)
    return known === -1 ? this.#files.push(file) - 1 : known
  }

  principalOf(rank: number): number {
    return this.#rows[rank * WIDTH + PRINCIPAL] as number
  }

  toolboxOf(rank: number): number {
    return this.#rows[rank * WIDTH + TOOLBOX] as number
  }

  scopeOf(rank: number): number {
    return this.#rows[rank * WIDTH + SCOPE] as number
  }

  /** The principal of each. */
  principals(): Int32Array {
    return this.#column(PRINCIPAL)
  }

  /** The scope of each. */
  scopes(): Int32Array {
    return this.#column(SCOPE)
  }

  #column(cell: number): Int32Array {
    const column = new Int32Array(this.#size)
    for (let rank = 0; rank < this.#size; rank += 1) {
      column[rank] = this.#rows[rank * WIDTH + cell] as number
    }
    return column
  }

  grantOf(rank: number): Grant {
    return {
      principal: this.principalOf(rank),
      toolbox: this.toolboxOf(rank),
      scope: this.scopeOf(rank),
    }
  }

  sourceOf(rank: number): LineSource {
    return Object.freeze({ file: this.#fileAt(rank), line: this.#lineAt(rank) })
  }

  /** Whether two authorizations stand on the same line. */
  areOnOneLine(rank: number, other: number): boolean {
    return this.#lineAt(rank) === this.#lineAt(other) && this.#fileAt(rank) === this.#fileAt(other)
  }

  updateOf(rank: number): Authorization['update'] {
    const origin = this.#rows[rank * WIDTH + ORIGIN] as number
    return UPDATES[origin % UPDATES.length] as Authorization['update']
  }

  commentsOf(rank: number): readonly string[] {
    return this.#comments.get(rank) ?? NO_COMMENTS
  }

  particularsOf(rank: number): Particulars {
    return {
      update: this.updateOf(rank),
      source: this.sourceOf(rank),
      comments: this.commentsOf(rank),
    }
  }

  #lineAt(rank: number): number {
    return this.#rows[rank * WIDTH + LINE] as number
  }

  #fileAt(rank: number): string {
    const origin = this.#rows[rank * WIDTH + ORIGIN] as number
    return this.#files[Math.floor(origin / UPDATES.length)] as string
  }

  /** Gives back the memory that is left for more. */
  trim(): void {
    this.#rows = this.#rows.slice(0, this.#size * WIDTH)
  }
}
