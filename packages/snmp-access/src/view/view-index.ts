import { compareOids, type Oid } from '../oid.ts'
import { isExact, type ViewFamily, type ViewLookup } from './view-lookup.ts'

/** A family and its place among all of them. */
interface Ranked<Value> extends ViewFamily<Value> {
  readonly rank: number
}

/** A place in the tree of subtrees. */
interface Node<Value> {
  readonly exact: Map<number, Node<Value>>
  any: Node<Value> | null
  family: Ranked<Value> | null
}

/** All places that an identifier can have reached at once: several, where masks have holes. */
interface Reached<Value> {
  readonly nodes: readonly Node<Value>[]
  /** The greatest family that ends here. */
  readonly family: Ranked<Value> | null
  readonly next: Map<number, Reached<Value> | null>
  /** Where every number leads that no subtree names here. */
  rest: Reached<Value> | null | undefined
}

/**
 * Most states that are kept. Only numbers that stand in the rows make states, so that what peers ask
 * cannot add any; rows whose masks overlap in every way could make many more than there are rows.
 */
const MAX_STATES = 65_536

/** Looks families up in one walk along the identifier: work grows with its length, not with the rows. */
export class ViewIndex<Value> implements ViewLookup<Value> {
  readonly #start: Reached<Value>
  #states = 0

  /** @param families - Of those with the same subtree the first that matches counts. */
  constructor(families: readonly ViewFamily<Value>[]) {
    const root = emptyNode<Value>()
    for (const [rank, family] of families.entries()) place(root, { ...family, rank })
    this.#start = reach([root])
  }

  find(oid: Oid): Value | undefined {
    let reached: Reached<Value> | null = this.#start
    let { family } = reached
    for (let depth = 0; depth < oid.length; depth += 1) {
      reached = this.#step(reached, oid[depth] as number)
      if (reached === null) break
      if (reached.family !== null) ({ family } = reached)
    }
    return family?.value
  }

  #step(from: Reached<Value>, sub: number): Reached<Value> | null {
    const known = from.next.get(sub)
    if (known !== undefined) return known
    const named = from.nodes.some(({ exact }) => exact.has(sub))
    if (!named && from.rest !== undefined) return from.rest
    const nodes = from.nodes.flatMap(({ exact, any }) =>
      [exact.get(sub), any].filter((node) => node !== undefined && node !== null),
    )
    const reached = nodes.length === 0 ? null : reach(nodes)
    if (this.#states < MAX_STATES) {
      this.#states += 1
      if (named) from.next.set(sub, reached)
      else from.rest = reached
    }
    return reached
  }
}

function emptyNode<Value>(): Node<Value> {
  return { exact: new Map(), any: null, family: null }
}

function place<Value>(root: Node<Value>, family: Ranked<Value>): void {
  const { subtree, mask } = family
  let node = root
  for (const [position, sub] of subtree.entries()) {
    node = isExact(mask, position) ? exactChild(node, sub) : anyChild(node)
  }
  node.family = greater(node.family, family)
}

function exactChild<Value>({ exact }: Node<Value>, sub: number): Node<Value> {
  const known = exact.get(sub)
  if (known !== undefined) return known
  const child = emptyNode<Value>()
  exact.set(sub, child)
  return child
}

function anyChild<Value>(node: Node<Value>): Node<Value> {
  node.any ??= emptyNode()
  return node.any
}

function reach<Value>(nodes: readonly Node<Value>[]): Reached<Value> {
  let family: Ranked<Value> | null = null
  for (const node of nodes) {
    if (node.family !== null) family = greater(family, node.family)
  }
  return { nodes, family, next: new Map(), rest: undefined }
}

/** The one with the greater subtree; the first in the list where both have the same. */
function greater<Value>(one: Ranked<Value> | null, other: Ranked<Value>): Ranked<Value> {
  if (one === null) return other
  const order = compareOids(one.subtree, other.subtree) || other.rank - one.rank
  return order > 0 ? one : other
}
