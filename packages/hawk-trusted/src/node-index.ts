import type { AgentNode, Effect, Entry, NodePattern } from './model.ts'
import { ANY, NameIndex } from './name-index.ts'
import { NONE } from './name-table.ts'
import { QuadTable } from './quad-table.ts'
import type { Lookup } from './rule.ts'

/** Most triples that can match one node: each of three parts named or any. */
export const MOST_TRIPLES = 8

/** Whether a pattern is a name that stands for its node in every dns and domain. */
export function isBareName({ name, dns, domain }: NodePattern): boolean {
  return name !== '*' && dns === '*' && domain === '*'
}

/** Numbers for the named nodes of a file: even for a bare name, odd for a triple. */
export class NodeIndex {
  readonly #names = new NameIndex()
  readonly #dns = new NameIndex()
  readonly #domains = new NameIndex()
  readonly #grants: TripleTable
  readonly #restrictions: TripleTable
  readonly #hasTriples: boolean

  constructor(entries: readonly Entry[]) {
    const triples = entries.filter(({ node }) => typeof node === 'object' && !isBareName(node))
    const grants = triples.filter(({ effect }) => effect === 'grant').length
    this.#grants = new TripleTable(grants)
    this.#restrictions = new TripleTable(triples.length - grants)
    this.#hasTriples = triples.length > 0
  }

  /** Number of a pattern, larger than {@link ANY}. */
  add(effect: Effect, pattern: NodePattern): number {
    const numbers = [
      numberOf(this.#names, effect, pattern.name),
      numberOf(this.#dns, effect, pattern.dns),
      numberOf(this.#domains, effect, pattern.domain),
    ] as const
    if (isBareName(pattern)) return numbers[0] * 2
    const triples = effect === 'grant' ? this.#grants : this.#restrictions
    return triples.add(...numbers) * 2 + 1
  }

  /** Call once, after the last pattern was added. */
  seal(): void {
    this.#names.seal()
    this.#dns.seal()
    this.#domains.seal()
  }

  /** Reads the node that is to be found next. */
  read({ name, dns, domain }: AgentNode): void {
    this.#names.read(name)
    if (!this.#hasTriples) return
    this.#dns.read(dns)
    this.#domains.read(domain)
  }

  /**
   * Writes the numbers of the patterns that match the node read last.
   *
   * @returns Whether the file spells its name so.
   */
  find(node: AgentNode, grants: Lookup, restrictions: Lookup): boolean {
    const name = this.#names.find()
    const folded = this.#names.folded(node.name, name)
    grants.node = name * 2
    restrictions.node = folded * 2
    if (this.#hasTriples) {
      const dns = this.#dns.find()
      const domain = this.#domains.find()
      grants.tripleCount = this.#grants.match(name, dns, domain, grants.triples)
      restrictions.tripleCount = this.#restrictions.match(
        folded,
        this.#dns.folded(node.dns, dns),
        this.#domains.folded(node.domain, domain),
        restrictions.triples,
      )
    }
    return name !== NONE
  }
}

function numberOf(names: NameIndex, effect: Effect, text: string): number {
  if (text === '*') return ANY
  return effect === 'grant' ? names.addSpelled(text) : names.addFolded(text)
}

/** The patterns of one effect that name a dns or a domain. */
class TripleTable {
  readonly #keys: QuadTable
  /** As bits, which combinations of named and any parts the patterns use. */
  #shapes = 0

  constructor(most: number) {
    this.#keys = new QuadTable(most)
  }

  add(name: number, dns: number, domain: number): number {
    const shape = (name === ANY ? 0 : 1) | (dns === ANY ? 0 : 2) | (domain === ANY ? 0 : 4)
    this.#shapes |= 1 << shape
    return this.#keys.insert(name, dns, domain, 0)
  }

  /** Writes the numbers of all patterns that match a node. @returns How many were written. */
  match(name: number, dns: number, domain: number, into: Int32Array): number {
    let count = 0
    for (let shape = 0, left = this.#shapes; left !== 0; shape += 1, left >>>= 1) {
      if ((left & 1) === 0) continue
      const first = (shape & 1) === 0 ? ANY : name
      const second = (shape & 2) === 0 ? ANY : dns
      const third = (shape & 4) === 0 ? ANY : domain
      if (first === NONE || second === NONE || third === NONE) continue
      const triple = this.#keys.find(first, second, third, 0)
      if (triple === 0) continue
      into[count] = triple * 2 + 1
      count += 1
    }
    return count
  }
}
