/** The groups of each system, in one array, so that a look-up reads one place in memory. */
export class Memberships {
  /** Where the groups of each system start; they end where those of the next one start. */
  readonly #starts: Int32Array
  readonly #groups: Int32Array

  /** @param members - For each group its systems. */
  constructor(systems: number, members: readonly (readonly number[])[]) {
    this.#starts = new Int32Array(systems + 1)
    for (const list of members) {
      for (const system of list) (this.#starts[system + 1] as number) += 1
    }
    for (let system = 0; system < systems; system += 1) {
      ;(this.#starts[system + 1] as number) += this.#starts[system] as number
    }
    this.#groups = new Int32Array(this.#starts[systems] as number)
    const next = this.#starts.slice()
    for (const [group, list] of members.entries()) {
      for (const system of list) {
        this.#groups[next[system] as number] = group
        ;(next[system] as number) += 1
      }
    }
  }

  /** Place of the first group of a system; the last one stands before the first of the next system. */
  startOf(system: number): number {
    return this.#starts[system] as number
  }

  /** The group at a place; those of one system are sorted. */
  at(place: number): number {
    return this.#groups[place] as number
  }

  /** Groups that a system is in, sorted. */
  of(system: number): Int32Array {
    return this.#groups.subarray(this.#starts[system], this.#starts[system + 1])
  }

  /** Whether a system is in a group. */
  has(system: number, group: number): boolean {
    let low = this.#starts[system] as number
    let high = this.#starts[system + 1] as number
    while (low < high) {
      const middle = (low + high) >> 1
      const found = this.#groups[middle] as number
      if (found === group) return true
      if (found < group) low = middle + 1
      else high = middle
    }
    return false
  }
}
