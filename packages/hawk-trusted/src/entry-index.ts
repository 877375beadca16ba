import { isNamed, operationsOf, type Operation } from './coverage.ts'
import type { Effect, Entry, Request } from './model.ts'
import { ANY, NameIndex, NONE } from './name-index.ts'
import { isBareName, MOST_MATCHES, NodeIndex, NodeNames, type NodeNumbers } from './node-index.ts'
import { RuleTable } from './rule-table.ts'
import type { Lookup, Rule } from './rule.ts'

type Mutable<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] }

/** The lines of one effect, and what they say about the request asked about. */
interface Side {
  readonly nodes: NodeIndex
  readonly rules: RuleTable
  readonly node: NodeNumbers
  readonly lookup: Mutable<Lookup>
  /** For each operation, the index plus one of the first entry that covers the request. */
  readonly first: Int32Array
}

/** The index of one file's entries: what `check` asks instead of reading the lines. */
export class EntryIndex {
  readonly #users = new NameIndex()
  readonly #nodes = new NodeNames()
  readonly #microagents = new NameIndex()
  readonly #methods = new NameIndex()
  readonly #sides: Readonly<Record<Effect, Side>>

  constructor(entries: readonly Entry[]) {
    for (const { effect, user } of entries) {
      if (user !== '*') this.#addUser(effect, user)
    }
    this.#sides = {
      grant: this.#index('grant', entries, this.#users.exactSize),
      restriction: this.#index('restriction', entries, this.#users.foldedSize),
    }
    this.#users.seal()
    this.#nodes.seal()
  }

  #index(effect: Effect, entries: readonly Entry[], users: number): Side {
    const triples = entries.filter((entry) => entry.effect === effect && namesTriple(entry))
    const nodes = new NodeIndex(triples.length)
    const rules: Rule[] = []
    for (const [index, entry] of entries.entries()) {
      if (entry.effect !== effect) continue
      const { user, node, microagent, method } = entry
      rules.push({
        user: user === '*' ? ANY : this.#addUser(effect, user),
        node: typeof node === 'object' ? nodes.add(this.#nodes.add(effect, node)) : ANY,
        microagent: isNamed(microagent) ? this.#microagents.addExact(microagent) : ANY,
        method: isNamed(method) ? this.#methods.addExact(method) : ANY,
        operations: operationsOf(entry),
        order: index + 1,
      })
    }
    return {
      nodes,
      rules: new RuleTable(rules, users),
      node: [NONE, NONE, NONE],
      lookup: emptyLookup(),
      first: new Int32Array(4),
    }
  }

  #addUser(effect: Effect, user: string): number {
    return effect === 'grant' ? this.#users.addExact(user) : this.#users.addFolded(user)
  }

  /**
   * Looks a request up; the other methods answer for this request until the next call.
   *
   * @returns Whether the file spells user, node name, microagent and method as the request does.
   */
  ask(request: Request): boolean {
    const { grant, restriction } = this.#sides
    const user = this.#users.exact(request.user)
    const microagent = this.#microagents.exact(request.microagent)
    const method = this.#methods.exact(request.method)
    this.#nodes.ask(request.node, grant.node, restriction.node)
    find(grant, user, microagent, method)
    find(restriction, this.#users.folded(request.user, user), microagent, method)
    return user !== NONE && grant.node[0] !== NONE && microagent !== NONE && method !== NONE
  }

  /** Index of the first entry of an effect that covers the request asked about, or -1. */
  first(effect: Effect, operation: Operation): number {
    return (this.#sides[effect].first[operation] as number) - 1
  }

  /** Whether any line of an effect is for the user asked about, or for all users. */
  hasUser(effect: Effect): boolean {
    const { rules, lookup } = this.#sides[effect]
    return rules.hasUser(ANY) || rules.hasUser(lookup.user)
  }
}

function emptyLookup(): Mutable<Lookup> {
  return { user: 0, nodes: new Int32Array(MOST_MATCHES), nodeCount: 0, microagent: 0, method: 0 }
}

function find(side: Side, user: number, microagent: number, method: number): void {
  const { lookup } = side
  lookup.user = user
  lookup.nodeCount = side.nodes.match(side.node, lookup.nodes)
  lookup.microagent = microagent
  lookup.method = method
  side.first.fill(0)
  side.rules.find(ANY, lookup, side.first)
  side.rules.find(user, lookup, side.first)
}

function namesTriple({ node }: Entry): boolean {
  return typeof node === 'object' && !isBareName(node)
}
