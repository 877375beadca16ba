import { KEYWORDS } from './keywords.ts'
import type { User } from './model.ts'
import { foldUserName } from './names.ts'
import type { Ruling } from './ruling.ts'

/** Number of the name `*`. It is the lowest, so that its entry is the first of its computer. */
const ANY = 0

/** One user of one computer, and the level that applies to it: its own, or inherited. */
export interface UserEntry {
  readonly user: User
  readonly ruling: Ruling
}

/**
 * The users of all computers in one table, in which names are numbers.
 *
 * A lookup reads a few numbers that lie side by side. With a map for each computer, every step of a
 * lookup in a large file is a cache miss.
 */
export class UserTable {
  readonly #numbers: Map<string, number> = new Map([[KEYWORDS.any, ANY]])
  /** Index of the first entry of each computer, and behind them the number of entries. */
  readonly #starts: Uint32Array
  /** The number of each entry's name, ascending within a computer. */
  readonly #names: Uint32Array
  readonly #users: readonly User[]
  readonly #rulings: readonly Ruling[]

  /** @param computers - The entries of each computer. */
  constructor(computers: readonly (readonly UserEntry[])[]) {
    const rows = computers.map((entries) =>
      entries.map((entry) => ({ ...entry, name: this.#numberOf(entry.user) })).toSorted(byName),
    )
    const all = rows.flat()
    this.#starts = startsOf(rows)
    this.#names = Uint32Array.from(all, ({ name }) => name)
    this.#users = all.map(({ user }) => user)
    this.#rulings = all.map(({ ruling }) => ruling)
  }

  /**
   * The entry of this very user under a computer, else the one of any user.
   *
   * @param computer - Index of the computer.
   * @returns Index of the entry; -1 when there is none.
   */
  find(computer: number, user: string): number {
    const start = this.#starts[computer] as number
    const end = this.#starts[computer + 1] as number
    if (start === end) return -1
    const name = this.#numbers.get(foldUserName(user))
    const entry = name === undefined ? -1 : this.#search(name, start, end)
    if (entry !== -1) return entry
    return this.#names[start] === ANY ? start : -1
  }

  userAt(entry: number): User {
    return this.#users[entry] as User
  }

  rulingAt(entry: number): Ruling {
    return this.#rulings[entry] as Ruling
  }

  #search(name: number, start: number, end: number): number {
    let low = start
    let high = end
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#names[middle] as number) < name) low = middle + 1
      else high = middle
    }
    return low < end && this.#names[low] === name ? low : -1
  }

  #numberOf(user: User): number {
    const name = foldUserName(user.name)
    const number = this.#numbers.get(name) ?? this.#numbers.size
    this.#numbers.set(name, number)
    return number
  }
}

function byName(a: { name: number }, b: { name: number }): number {
  return a.name - b.name
}

function startsOf(rows: readonly (readonly unknown[])[]): Uint32Array {
  const starts = new Uint32Array(rows.length + 1)
  for (const [index, row] of rows.entries()) {
    starts[index + 1] = (starts[index] as number) + row.length
  }
  return starts
}
