import type { AgentNode, Effect, NodePattern } from './model.ts'
import { ANY, NameIndex, NONE } from './name-index.ts'
import { QuadTable } from './quad-table.ts'

/** Most patterns that can match one node: each of three parts named or any. */
export const MOST_MATCHES = 8

/** The three parts of a node as numbers, for grants or for restrictions. */
export type NodeNumbers = [name: number, dns: number, domain: number]

/** The names in the three parts of the node column, numbered for both effects at once. */
export class NodeNames {
  readonly #parts = [new NameIndex(), new NameIndex(), new NameIndex()] as const
  #isPartNamed = [false, false, false]

  /** Numbers of the parts of a pattern. */
  add(effect: Effect, { name, dns, domain }: NodePattern): NodeNumbers {
    return [
      this.#addPart(effect, 0, name),
      this.#addPart(effect, 1, dns),
      this.#addPart(effect, 2, domain),
    ]
  }

  #addPart(effect: Effect, part: 0 | 1 | 2, text: string): number {
    if (text === '*') return ANY
    this.#isPartNamed[part] = true
    const names = this.#parts[part]
    return effect === 'grant' ? names.addExact(text) : names.addFolded(text)
  }

  /** Call once, after the last pattern was added. */
  seal(): void {
    for (const names of this.#parts) names.seal()
  }

  /** Writes the numbers of a node's parts; parts that no pattern names are not looked up. */
  ask(node: AgentNode, exact: NodeNumbers, folded: NodeNumbers): void {
    this.#askPart(0, node.name, exact, folded)
    this.#askPart(1, node.dns, exact, folded)
    this.#askPart(2, node.domain, exact, folded)
  }

  #askPart(part: 0 | 1 | 2, text: string, exact: NodeNumbers, folded: NodeNumbers): void {
    if (this.#isPartNamed[part] === false) return
    const names = this.#parts[part]
    const number = names.exact(text)
    exact[part] = number
    folded[part] = names.folded(text, number)
  }
}

/** Whether a pattern is a name that stands for its node in every dns and domain. */
export function isBareName({ name, dns, domain }: NodePattern): boolean {
  return name !== '*' && dns === '*' && domain === '*'
}

/** Bit of the shape of a bare node name. */
const BARE = 1 << 1

/** Numbers for the node patterns of one effect, found by the numbers of a node's parts. */
export class NodeIndex {
  readonly #triples: QuadTable
  /** As bits, which combinations of named and any parts the patterns use. */
  #shapes = 0

  /** @param triples - How many patterns other than bare names will be added at most. */
  constructor(triples: number) {
    this.#triples = new QuadTable(triples)
  }

  /** Number of a pattern, from 1: even for a bare name, odd for a triple. */
  add([name, dns, domain]: NodeNumbers): number {
    const shape = (name === ANY ? 0 : 1) | (dns === ANY ? 0 : 2) | (domain === ANY ? 0 : 4)
    this.#shapes |= 1 << shape
    return 1 << shape === BARE ? name * 2 : this.#triples.insert(name, dns, domain, 0) * 2 + 1
  }

  /**
   * Writes the numbers of all patterns that match a node.
   *
   * @returns How many were written.
   */
  match(node: NodeNumbers, into: Int32Array): number {
    let count = 0
    if ((this.#shapes & BARE) !== 0 && node[0] !== NONE) {
      into[0] = node[0] * 2
      count = 1
    }
    for (let shape = 0, left = this.#shapes & ~BARE; left !== 0; shape += 1, left >>>= 1) {
      if ((left & 1) === 0) continue
      const name = (shape & 1) === 0 ? ANY : node[0]
      const dns = (shape & 2) === 0 ? ANY : node[1]
      const domain = (shape & 4) === 0 ? ANY : node[2]
      if (name === NONE || dns === NONE || domain === NONE) continue
      const triple = this.#triples.find(name, dns, domain, 0)
      if (triple === 0) continue
      into[count] = triple * 2 + 1
      count += 1
    }
    return count
  }
}
