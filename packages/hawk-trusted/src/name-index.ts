import { fold } from './coverage.ts'
import { IntPool } from './int-pool.ts'
import { NameTable, NONE } from './name-table.ts'
import { wordsOf } from '@gatehouse/core/names'

/** Number that stands for `*` or an omitted field; those of names are larger. */
export const ANY = 0

/**
 * Numbers for the names in one column: one for each spelling, which grants compare, and one for all
 * spellings that differ in case alone, which restrictions compare. A name that the file spells as
 * the request does is looked up once and folded at load.
 */
export class NameIndex {
  /** A record for each spelling: its folded number, then the name. Its place is the number. */
  readonly #pool = new IntPool()
  readonly #spelled = new Map<string, number>()
  readonly #folded = new Map<string, number>()
  #records: Int32Array = new Int32Array(0)
  #table = new NameTable(this.#records, 0, this.#spelled)

  constructor() {
    this.#pool.push(ANY)
  }

  /** Number of the spelling of a name. */
  addSpelled(name: string): number {
    const known = this.#spelled.get(name)
    if (known !== undefined) return known
    const number = this.#pool.end
    this.#pool.push(NONE)
    for (const word of wordsOf(name)) this.#pool.push(word)
    this.#spelled.set(name, number)
    return number
  }

  /** Number of a name in a restriction, whatever its case. */
  addFolded(name: string): number {
    const number = this.addSpelled(name)
    const folded = fold(name)
    const known = this.#folded.get(folded)
    if (known !== undefined) return known
    this.#folded.set(folded, number)
    return number
  }

  /** Call once, after the last name was added. */
  seal(): void {
    this.#records = this.#pool.ints
    this.#table = new NameTable(this.#records, 1, this.#spelled)
    if (this.#folded.size > 0) {
      for (const [name, number] of this.#spelled) {
        this.#records[number] = this.#folded.get(fold(name)) ?? NONE
      }
    }
    this.#spelled.clear()
  }

  /** Reads the name that is to be found next. */
  read(name: string): void {
    this.#table.read(name)
  }

  /** Number of the spelling of the name read last, or {@link NONE}. */
  find(): number {
    return this.#table.find()
  }

  /** Number of a name among the restrictions, or {@link NONE}. */
  folded(name: string, spelled: number): number {
    if (spelled !== NONE) return this.#records[spelled] as number
    return this.#folded.size === 0 ? NONE : (this.#folded.get(fold(name)) ?? NONE)
  }
}
