import { ANY } from './name-index.ts'
import { QuadTable } from './quad-table.ts'
import { earlier, hasOperation, orderIn, RULE_SIZE, type Lookup } from './rule.ts'
import type { RuleList } from './user-rules.ts'

/** Columns that a rule names rather than leaving them to any, as bits of a shape. */
const NODE = 1
const MICROAGENT = 2
const METHOD = 4

/**
 * Long lists of rules by the numbers of their columns. A look-up makes one probe for each shape that
 * a list has and each pattern that matches the node, however many rules there are.
 */
export class RuleMap {
  readonly #keys: QuadTable
  /** For each key and operation the order of the first rule. */
  readonly #first: Int32Array
  /** For each list, as bits, which shapes its rules have. */
  readonly #shapes: Uint8Array

  /** @param rules - All rules, each {@link RULE_SIZE} integers. */
  constructor(rules: Int32Array, lists: readonly RuleList[]) {
    this.#keys = new QuadTable(lists.reduce((sum, { length }) => sum + length, 0))
    this.#first = new Int32Array((this.#keys.capacity + 1) * 4)
    this.#shapes = new Uint8Array(lists.length)
    for (const [number, list] of lists.entries()) {
      for (const rule of list) this.#add(number, rules.subarray(rule, rule + RULE_SIZE))
    }
  }

  #add(list: number, [node = 0, microagent = 0, method = 0, tail = 0]: Int32Array): void {
    const shape =
      (node === ANY ? 0 : NODE) |
      (microagent === ANY ? 0 : MICROAGENT) |
      (method === ANY ? 0 : METHOD)
    this.#shapes[list] = (this.#shapes[list] as number) | (1 << shape)
    const at = this.#keys.insert(list, node, microagent, method) * 4
    for (let operation = 0; operation < 4; operation += 1) {
      if (hasOperation(tail, operation) === 0) continue
      const known = this.#first[at + operation] as number
      this.#first[at + operation] = earlier(known, orderIn(tail))
    }
  }

  /** Order of the first rule of a list that covers an operation of a request, or 0. */
  first(list: number, operation: number, lookup: Lookup): number {
    const { node, triples, tripleCount } = lookup
    let order = 0
    for (let shape = 0, left = this.#shapes[list] as number; left !== 0; shape += 1, left >>>= 1) {
      if ((left & 1) === 0) continue
      const microagent = (shape & MICROAGENT) === 0 ? ANY : lookup.microagent
      const method = (shape & METHOD) === 0 ? ANY : lookup.method
      if (microagent < 0 || method < 0) continue
      if ((shape & NODE) === 0) {
        order = earlier(order, this.#orderOf(list, ANY, microagent, method, operation))
        continue
      }
      if (node >= 0)
        order = earlier(order, this.#orderOf(list, node, microagent, method, operation))
      for (let index = 0; index < tripleCount; index += 1) {
        const triple = triples[index] as number
        order = earlier(order, this.#orderOf(list, triple, microagent, method, operation))
      }
    }
    return order
  }

  #orderOf(
    list: number,
    node: number,
    microagent: number,
    method: number,
    operation: number,
  ): number {
    return this.#first[this.#keys.find(list, node, microagent, method) * 4 + operation] as number
  }
}
