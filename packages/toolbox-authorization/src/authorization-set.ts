import { AuthorizationTable, type Grant, type Particulars } from './authorization-table.ts'

/** Collects authorizations, each once: open-addressed by what they give. */
export class AuthorizationSet {
  readonly #table = new AuthorizationTable()
  /** Ranks plus one; 0 in an empty slot. */
  #slots = new Int32Array(32)

  /** Adds an authorization that the set does not have; one that it has is ignored. */
  add(grant: Grant, particulars: Particulars): void {
    const slot = this.#seek(grant)
    if (this.#slots[slot] !== 0) return
    this.#table.add(grant, particulars)
    this.#slots[slot] = this.#table.size
    if (this.#table.size * 2 > this.#slots.length) this.#grow()
  }

  /**
   * Adds the authorizations of a table.
   *
   * @param change - What to add in place of one; `undefined`: leave it out.
   */
  addAll(table: AuthorizationTable, change: (grant: Grant) => Grant | undefined = same): void {
    for (let rank = 0; rank < table.size; rank += 1) {
      const grant = change(table.grantOf(rank))
      if (grant !== undefined) this.add(grant, table.particularsOf(rank))
    }
  }

  /** Whether the set has one of the same principal, toolbox and scope. */
  has(grant: Grant): boolean {
    return this.#slots[this.#seek(grant)] !== 0
  }

  /** What was collected; the set is not to be used any more. */
  table(): AuthorizationTable {
    this.#table.trim()
    return this.#table
  }

  #seek({ principal, toolbox, scope }: Grant): number {
    const table = this.#table
    const mask = this.#slots.length - 1
    for (let slot = hash(principal, toolbox, scope) & mask; ; slot = (slot + 1) & mask) {
      const rank = (this.#slots[slot] as number) - 1
      if (rank === -1) return slot
      const isSame =
        table.scopeOf(rank) === scope &&
        table.principalOf(rank) === principal &&
        table.toolboxOf(rank) === toolbox
      if (isSame) return slot
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let rank = 0; rank < this.#table.size; rank += 1) {
      this.#slots[this.#seek(this.#table.grantOf(rank))] = rank + 1
    }
  }
}

function same(grant: Grant): Grant {
  return grant
}

/** Multipliers and final mix of MurmurHash3's 32-bit variant. */
function hash(principal: number, toolbox: number, scope: number): number {
  let mixed = Math.imul(principal, 0xcc9e2d51) ^ Math.imul(scope, 0x1b873593) ^ toolbox
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
