import { isNamed, operationsOf, type Operation } from './coverage.ts'
import type { Entry, Request } from './model.ts'
import { ANY } from './name-index.ts'
import { NONE } from './name-table.ts'
import { MOST_TRIPLES, NodeIndex } from './node-index.ts'
import { earlier, RULE_SIZE, tailOf, type Lookup } from './rule.ts'
import { RulesByUser } from './user-rules.ts'
import { UserTable } from './user-table.ts'

/** The index of one file's entries: what `check` asks instead of reading the lines. */
export class EntryIndex {
  readonly #users: UserTable
  readonly #nodes: NodeIndex
  /** These are few, and asked for so often that they stay in the cache. */
  readonly #microagents = new Map<string, number>()
  readonly #methods = new Map<string, number>()
  readonly #isForAll: boolean
  readonly #grants = emptyLookup()
  readonly #restrictions = emptyLookup()
  /** Record of the user asked about. */
  #user = NONE

  constructor(entries: readonly Entry[]) {
    this.#nodes = new NodeIndex(entries)
    const rules = new Int32Array(entries.length * RULE_SIZE)
    const users = new RulesByUser()
    for (const [index, entry] of entries.entries()) {
      this.#writeRule(rules, index, entry)
      users.add(entry.effect, entry.user, index * RULE_SIZE)
    }
    this.#nodes.seal()
    this.#users = new UserTable(rules, users.entries())
    this.#isForAll = this.#users.hasRules(this.#users.all)
  }

  #writeRule(rules: Int32Array, index: number, entry: Entry): void {
    const { effect, node, microagent, method } = entry
    const at = index * RULE_SIZE
    rules[at] = typeof node === 'object' ? this.#nodes.add(effect, node) : ANY
    rules[at + 1] = isNamed(microagent) ? add(this.#microagents, microagent) : ANY
    rules[at + 2] = isNamed(method) ? add(this.#methods, method) : ANY
    rules[at + 3] = tailOf(index + 1, operationsOf(entry))
  }

  /**
   * Looks a request up; the other methods answer for this request until the next call.
   *
   * @returns Whether the file spells user, node name, microagent and method as the request does.
   */
  ask(request: Request): boolean {
    this.#users.read(request.user)
    this.#nodes.read(request.node)
    const microagent = this.#microagents.get(request.microagent) ?? NONE
    const method = this.#methods.get(request.method) ?? NONE
    const grants = this.#grants
    const restrictions = this.#restrictions
    grants.microagent = microagent
    grants.method = method
    restrictions.microagent = microagent
    restrictions.method = method
    const user = this.#users.find()
    this.#user = user === NONE ? this.#users.findFolded(request.user) : user
    const isNodeSpelled = this.#nodes.find(request.node, grants, restrictions)
    return isNodeSpelled && user !== NONE && microagent !== NONE && method !== NONE
  }

  /** Index of the first grant that covers an operation of the request asked about, or -1. */
  firstGrant(operation: Operation): number {
    const users = this.#users
    const lookup = this.#grants
    const own = this.#user === NONE ? 0 : users.firstGrant(this.#user, operation, lookup)
    if (!this.#isForAll) return own - 1
    return earlier(own, users.firstGrant(users.all, operation, lookup)) - 1
  }

  /** Index of the first restriction that covers an operation of the request asked about, or -1. */
  firstRestriction(operation: Operation): number {
    const users = this.#users
    const lookup = this.#restrictions
    const own = this.#user === NONE ? 0 : users.firstRestriction(this.#user, operation, lookup)
    if (!this.#isForAll) return own - 1
    return earlier(own, users.firstRestriction(users.all, operation, lookup)) - 1
  }

  /** Whether any line is for the user asked about, or for all users. */
  get isListed(): boolean {
    return this.#isForAll || (this.#user !== NONE && this.#users.hasRules(this.#user))
  }
}

function add(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, numbers.size + 1)
  return numbers.size
}

function emptyLookup(): Lookup {
  const triples = new Int32Array(MOST_TRIPLES)
  return { node: NONE, triples, tripleCount: 0, microagent: NONE, method: NONE }
}
