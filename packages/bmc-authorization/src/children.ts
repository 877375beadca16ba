import { HashSlots, NOTHING } from './hash-slots.ts'
import type { NodeTable } from './node-table.ts'

/** So many nodes are looked through one by one: they stand beside their parent. */
const FEW = 8

/** The nodes of a file by parent and key. */
export class Children {
  readonly #nodes: NodeTable
  readonly #slots: HashSlots = new HashSlots()

  constructor(nodes: NodeTable) {
    this.#nodes = nodes
  }

  /**
   * Adds a node.
   *
   * @returns The node that has the key under the same parent already; then nothing is added. Else
   * {@link NOTHING}.
   */
  add(parent: number, key: number, node: number): number {
    const hash = hashOf(parent, key)
    const slot = this.#slotOf(parent, key, hash)
    const known = this.#slots.at(slot)
    if (known === NOTHING) this.#slots.insert(slot, hash, node)
    return known
  }

  /** The node of a key under a parent; {@link NOTHING} when there is none. */
  find(parent: number, key: number): number {
    return this.#slots.at(this.#slotOf(parent, key, hashOf(parent, key)))
  }

  /** The node of a key under a parent, else the one of another key; else {@link NOTHING}. */
  findEither(parent: number, key: number, other: number): number {
    const nodes = this.#nodes
    let second = NOTHING
    for (let node = parent + 1; node <= parent + FEW; node += 1) {
      if (nodes.parentOf(node) !== parent) return second
      const found = nodes.keyOf(node)
      if (found === key) return node
      if (found === other) second = node
    }
    const first = this.find(parent, key)
    return first === NOTHING ? this.find(parent, other) : first
  }

  /** The slot that a node has, or would have. */
  #slotOf(parent: number, key: number, hash: number): number {
    const nodes = this.#nodes
    let slot = this.#slots.first(hash)
    for (;;) {
      const node = this.#slots.at(slot)
      if (node === NOTHING) return slot
      if (nodes.parentOf(node) === parent && nodes.keyOf(node) === key) return slot
      slot = this.#slots.next(slot, hash)
    }
  }
}

/** Multipliers and final mix of MurmurHash3's 32-bit variant. */
function hashOf(parent: number, key: number): number {
  let hash = Math.imul(parent, 0xcc9e2d51) ^ Math.imul(key, 0x1b873593)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
