import { ANY } from './name-index.ts'
import { lower, type Lookup, type Rule } from './rule.ts'

/** Integers for each rule: node, microagent, method, operations, order. */
const STRIDE = 5

/** Rules by user, each user's side by side in file order. */
export class RuleList {
  readonly #rules: Int32Array
  /** Where the rules of user n start; they end where those of user n + 1 start. */
  readonly #starts: Int32Array

  constructor(rules: readonly Rule[], users: number) {
    const starts = new Int32Array(users + 2)
    for (const { user } of rules) starts[user + 1] = (starts[user + 1] as number) + STRIDE
    for (let user = 1; user < starts.length; user += 1) {
      starts[user] = (starts[user] as number) + (starts[user - 1] as number)
    }
    this.#starts = starts
    this.#rules = new Int32Array(rules.length * STRIDE)
    const next = starts.slice()
    for (const { user, node, microagent, method, operations, order } of rules) {
      const at = next[user] as number
      this.#rules[at] = node
      this.#rules[at + 1] = microagent
      this.#rules[at + 2] = method
      this.#rules[at + 3] = operations
      this.#rules[at + 4] = order
      next[user] = at + STRIDE
    }
  }

  /** Whether any rule is for this user. */
  hasUser(user: number): boolean {
    return this.#starts[user] !== this.#starts[user + 1]
  }

  /** As `RuleTable.find`. */
  find(user: number, lookup: Lookup, into: Int32Array): void {
    const rules = this.#rules
    const { nodes, nodeCount, microagent, method } = lookup
    const end = this.#starts[user + 1] as number
    for (let at = this.#starts[user] as number; at < end; at += STRIDE) {
      const ruleMicroagent = rules[at + 1]
      const ruleMethod = rules[at + 2]
      if (ruleMicroagent !== ANY && ruleMicroagent !== microagent) continue
      if (ruleMethod !== ANY && ruleMethod !== method) continue
      if (!includes(rules[at] as number, nodes, nodeCount)) continue
      lower(into, rules[at + 3] as number, rules[at + 4] as number)
    }
  }
}

function includes(node: number, nodes: Int32Array, count: number): boolean {
  if (node === ANY) return true
  for (let index = 0; index < count; index += 1) {
    if (nodes[index] === node) return true
  }
  return false
}
