import type { Memberships } from './memberships.ts'

/** Authorizations as numbers, by rank: the place of each in the order of the file. */
export interface Grants {
  readonly principals: Int32Array
  readonly toolboxes: Int32Array
  /** Numbers of systems, then those of groups, added to the number of systems. */
  readonly scopes: Int32Array
}

/** Answer when nothing covers. */
export const NONE = -1

/** Integers of a slot: principal, scope, then toolbox and rank of its grant; of several, `~` start and end in the lists. */
const SLOT = 4

/** Integers of a grant in a list: toolbox and rank. */
const LISTED = 2

/**
 * Authorizations by pairs of principal and scope, open-addressed in one typed array. Most pairs have
 * one authorization, which then stands in the slot itself: with very many of them a slot is in no
 * cache, and a second place to look would cost as much again.
 */
export class GrantTable {
  readonly #slots: Int32Array
  readonly #mask: number
  /**
   * A few bits for each pair that there is, in so little memory that they stay in the cache: most
   * pairs that are asked for do not exist, and need not be looked for in the slots.
   */
  readonly #filter: Int32Array
  /** Grants of pairs that have several, those of a pair side by side in the order of the file. */
  readonly #lists: Int32Array
  readonly #systems: number
  readonly #memberships: Memberships
  /** Where the groups of each principal start in the next one. */
  readonly #starts: Int32Array
  /** Groups that each principal has authorizations for, each once. */
  readonly #groups: Int32Array
  /** The slots that were found last, as many as the count says. */
  #asked = new Int32Array(16)
  #count = 0

  constructor(grants: Grants, principals: number, systems: number, memberships: Memberships) {
    const { length } = grants.principals
    this.#systems = systems
    this.#memberships = memberships
    this.#mask = 2 ** Math.ceil(Math.log2(length * 2 + 2)) - 1
    this.#slots = new Int32Array((this.#mask + 1) * SLOT).fill(NONE)
    this.#filter = new Int32Array(Math.max(1, (this.#mask + 1) >> 3))
    this.#lists = this.#fill(grants)
    const groups = this.#groupsOfPrincipals(principals)
    this.#starts = groups.starts
    this.#groups = groups.groups
  }

  #fill({ principals, toolboxes, scopes }: Grants): Int32Array {
    const slots = this.#slots
    const { length } = principals
    const slotOf = new Int32Array(length)
    const counts = new Int32Array(this.#mask + 1)
    for (let rank = 0; rank < length; rank += 1) {
      const mixed = hash(principals[rank] as number, scopes[rank] as number)
      const at = this.#seek(principals[rank] as number, scopes[rank] as number, mixed)
      slots[at] = principals[rank] as number
      slots[at + 1] = scopes[rank] as number
      ;(this.#filter[(mixed >>> 5) & (this.#filter.length - 1)] as number) |= 1 << mixed
      slotOf[rank] = at
      ;(counts[at / SLOT] as number) += 1
    }
    let end = 0
    for (const [slot, count] of counts.entries()) {
      if (count < 2) continue
      slots[slot * SLOT + 2] = ~end
      slots[slot * SLOT + 3] = end
      end += count * LISTED
    }
    const lists = new Int32Array(end)
    for (let rank = 0; rank < length; rank += 1) {
      const at = slotOf[rank] as number
      const isOnly = counts[at / SLOT] === 1
      const target = isOnly ? slots : lists
      const place = isOnly ? at + 2 : (slots[at + 3] as number)
      target[place] = toolboxes[rank] as number
      target[place + 1] = rank
      if (!isOnly) (slots[at + 3] as number) += LISTED
    }
    return lists
  }

  #groupsOfPrincipals(principals: number): { starts: Int32Array; groups: Int32Array } {
    const starts = new Int32Array(principals + 1)
    const slots = this.#slots
    for (let at = 0; at < slots.length; at += SLOT) {
      if ((slots[at + 1] as number) >= this.#systems)
        (starts[(slots[at] as number) + 1] as number) += 1
    }
    for (let principal = 0; principal < principals; principal += 1) {
      ;(starts[principal + 1] as number) += starts[principal] as number
    }
    const groups = new Int32Array(starts[principals] as number)
    const next = starts.slice()
    for (let at = 0; at < slots.length; at += SLOT) {
      const group = (slots[at + 1] as number) - this.#systems
      if (group < 0) continue
      const principal = slots[at] as number
      groups[next[principal] as number] = group
      ;(next[principal] as number) += 1
    }
    return { starts, groups }
  }

  /** Looks up what principals have on a system; {@link first} and {@link all} answer for this until the next call. */
  ask(principals: readonly number[], system: number): void {
    this.#count = 0
    for (let at = 0; at < principals.length; at += 1) {
      this.#collect(principals[at] as number, system)
    }
  }

  /**
   * The first authorization of the file among those asked about, or {@link NONE}.
   *
   * @param toolboxes - A 1 for each toolbox that counts, by its number, from a place on.
   */
  first(toolboxes: Uint8Array, from = 0): number {
    const slots = this.#slots
    const lists = this.#lists
    let first = NONE
    for (let index = 0; index < this.#count; index += 1) {
      const at = this.#asked[index] as number
      const toolbox = slots[at + 2] as number
      const rank = slots[at + 3] as number
      if (toolbox >= 0) {
        if (toolboxes[from + toolbox] === 1) first = earlier(first, rank)
        continue
      }
      for (let place = ~toolbox; place < rank; place += LISTED) {
        if (toolboxes[from + (lists[place] as number)] !== 1) continue
        first = earlier(first, lists[place + 1] as number)
        break
      }
    }
    return first
  }

  /** Every authorization asked about by toolboxes that count, in the order of the file. */
  all(toolboxes: Uint8Array): number[] {
    const ranks = Array.from(this.#asked.subarray(0, this.#count)).flatMap((at) => {
      const grant = this.#slots.subarray(at + 2, at + SLOT)
      const [toolbox = 0, rank = 0] = grant
      const list = toolbox >= 0 ? grant : this.#lists.subarray(~toolbox, rank)
      return Array.from({ length: list.length / LISTED }, (_, index) =>
        toolboxes[list[index * LISTED] as number] === 1
          ? (list[index * LISTED + 1] as number)
          : NONE,
      )
    })
    return ranks.filter((rank) => rank !== NONE).toSorted((a, b) => a - b)
  }

  /** {@link first} for one principal on a system. */
  find(principal: number, toolboxes: Uint8Array, system: number): number {
    this.ask([principal], system)
    return this.first(toolboxes)
  }

  /** {@link all} for one principal on a system. */
  list(principal: number, toolboxes: Uint8Array, system: number): number[] {
    this.ask([principal], system)
    return this.all(toolboxes)
  }

  /** Adds the slots of a principal on a system and on its groups, asking for whichever groups are fewer. */
  #collect(principal: number, system: number): void {
    this.#add(principal, system)
    const start = this.#starts[principal] as number
    const own = (this.#starts[principal + 1] as number) - start
    if (own === 0) return
    const memberships = this.#memberships
    const count = memberships.count(system)
    if (own < count) {
      for (let at = start; at < start + own; at += 1) {
        const group = this.#groups[at] as number
        if (memberships.has(system, group)) this.#add(principal, this.#systems + group)
      }
      return
    }
    for (let index = 0; index < count; index += 1) {
      this.#add(principal, this.#systems + memberships.at(system, index))
    }
  }

  #add(principal: number, scope: number): void {
    const filter = this.#filter
    const mixed = hash(principal, scope)
    if (((filter[(mixed >>> 5) & (filter.length - 1)] as number) & (1 << mixed)) === 0) return
    const at = this.#seek(principal, scope, mixed)
    if (this.#slots[at] === NONE) return
    if (this.#count === this.#asked.length) {
      const larger = new Int32Array(this.#count * 2)
      larger.set(this.#asked)
      this.#asked = larger
    }
    this.#asked[this.#count] = at
    this.#count += 1
  }

  /** Where the slot of a pair is, or the empty one that it would take. */
  #seek(principal: number, scope: number, mixed: number): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT
      const found = slots[at]
      if (found === NONE || (found === principal && slots[at + 1] === scope)) return at
    }
  }
}

function earlier(first: number, second: number): number {
  return first === NONE || second < first ? second : first
}

/** Multipliers and final mix of MurmurHash3's 32-bit variant. */
function hash(principal: number, scope: number): number {
  let mixed = Math.imul(principal, 0xcc9e2d51) ^ Math.imul(scope, 0x1b873593)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
