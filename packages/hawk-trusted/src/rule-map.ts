import { ANY, NONE } from './name-index.ts'
import { QuadTable } from './quad-table.ts'
import { lower, type Lookup, type Rule } from './rule.ts'

/** Columns that a rule names rather than leaving them to any, as bits of a shape. */
const NODE = 1
const MICROAGENT = 2
const METHOD = 4

/**
 * Rules by the numbers of their columns. A look-up makes one probe for each shape that the user's
 * rules have and each pattern that matches the node, however many rules there are.
 */
export class RuleMap {
  readonly #keys: QuadTable
  /** For each key and operation the order of the first rule. */
  readonly #first: Int32Array
  /** For each user, as bits, which shapes its rules have. */
  readonly #shapes: Uint8Array

  constructor(rules: readonly Rule[], users: number) {
    this.#keys = new QuadTable(rules.length)
    this.#first = new Int32Array((this.#keys.capacity + 1) * 4)
    this.#shapes = new Uint8Array(users + 1)
    for (const { user, node, microagent, method, operations, order } of rules) {
      const shape =
        (node === ANY ? 0 : NODE) |
        (microagent === ANY ? 0 : MICROAGENT) |
        (method === ANY ? 0 : METHOD)
      this.#shapes[user] = (this.#shapes[user] as number) | (1 << shape)
      const key = this.#keys.insert(user, node, microagent, method)
      lower(this.#first.subarray(key * 4, key * 4 + 4), operations, order)
    }
  }

  /** As `RuleTable.find`. */
  find(user: number, lookup: Lookup, into: Int32Array): void {
    for (let shape = 0, left = this.#shapes[user] as number; left !== 0; shape += 1, left >>>= 1) {
      if ((left & 1) === 0) continue
      const microagent = (shape & MICROAGENT) === 0 ? ANY : lookup.microagent
      const method = (shape & METHOD) === 0 ? ANY : lookup.method
      if (microagent === NONE || method === NONE) continue
      if ((shape & NODE) === 0) {
        this.#merge(this.#keys.find(user, ANY, microagent, method), into)
        continue
      }
      for (let index = 0; index < lookup.nodeCount; index += 1) {
        const node = lookup.nodes[index] as number
        this.#merge(this.#keys.find(user, node, microagent, method), into)
      }
    }
  }

  #merge(key: number, into: Int32Array): void {
    if (key === 0) return
    for (let operation = 0; operation < 4; operation += 1) {
      const order = this.#first[key * 4 + operation] as number
      if (order !== 0) lower(into, 1 << operation, order)
    }
  }
}
