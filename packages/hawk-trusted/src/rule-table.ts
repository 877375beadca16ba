import { OPERATIONS, operationsOf } from './coverage.ts'
import type { Entry } from './model.ts'
import { ANY, NONE } from './name-index.ts'
import { QuadTable } from './quad-table.ts'

/** The numbers of one line's columns. */
export interface Key {
  readonly user: number
  readonly node: number
  readonly microagent: number
  readonly method: number
}

/** The numbers of one request; {@link NONE} where no line has the name. */
export interface Lookup {
  readonly user: number
  /** The first `nodeCount` are the patterns that match the node, {@link ANY} not among them. */
  readonly nodes: Int32Array
  readonly nodeCount: number
  readonly microagent: number
  readonly method: number
}

/** Columns that a line names rather than leaving them to any, as bits of a shape. */
const NODE = 1
const MICROAGENT = 2
const METHOD = 4

/**
 * All grants, or all restrictions, by the numbers of their columns. A look-up costs a few probes,
 * however many lines there are: one for each combination of named and any that the user's lines use.
 */
export class RuleTable {
  /** By key, for each operation, the index of the first entry plus one. */
  readonly #rules: QuadTable
  /** For each user, as bits, which shapes its lines have. */
  readonly #shapes: Uint8Array

  /**
   * @param rules - How many lines will be added.
   * @param users - Largest number of a user.
   */
  constructor(rules: number, users: number) {
    this.#rules = new QuadTable(rules)
    this.#shapes = new Uint8Array(users + 1)
  }

  /** Adds a line; of two that cover the same operation, the one added first is found. */
  add({ user, node, microagent, method }: Key, entry: Entry, index: number): void {
    const shape =
      (node === ANY ? 0 : NODE) |
      (microagent === ANY ? 0 : MICROAGENT) |
      (method === ANY ? 0 : METHOD)
    this.#shapes[user] = (this.#shapes[user] as number) | (1 << shape)
    const rule = this.#rules.insert(user, node, microagent, method)
    const operations = operationsOf(entry)
    for (const operation of Object.values(OPERATIONS)) {
      if ((operations & (1 << operation)) !== 0) this.#rules.setFirst(rule, operation, index + 1)
    }
  }

  /** Whether any line is for this user or for all. */
  hasUser(user: number): boolean {
    return this.#shapes[ANY] !== 0 || (user !== NONE && this.#shapes[user] !== 0)
  }

  /**
   * Finds for each operation the first entry that covers a request.
   *
   * @param into - Receives index plus one for each operation, 0 for none.
   */
  findFirst(lookup: Lookup, into: Int32Array): void {
    into.fill(0)
    this.#findOfUser(ANY, lookup, into)
    if (lookup.user !== NONE) this.#findOfUser(lookup.user, lookup, into)
  }

  #findOfUser(user: number, lookup: Lookup, into: Int32Array): void {
    const rules = this.#rules
    for (let shape = 0, left = this.#shapes[user] as number; left !== 0; shape += 1, left >>>= 1) {
      if ((left & 1) === 0) continue
      const microagent = (shape & MICROAGENT) === 0 ? ANY : lookup.microagent
      const method = (shape & METHOD) === 0 ? ANY : lookup.method
      if (microagent === NONE || method === NONE) continue
      if ((shape & NODE) === 0) {
        rules.mergeFirst(user, ANY, microagent, method, into)
        continue
      }
      for (let index = 0; index < lookup.nodeCount; index += 1) {
        rules.mergeFirst(user, lookup.nodes[index] as number, microagent, method, into)
      }
    }
  }
}
