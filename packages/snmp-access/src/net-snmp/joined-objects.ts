import { ObjectTree, type SubtreeOptions } from '../engine/responder/object-tree.ts'
import type { CommitFailure, ContextObjects, ObjectInstance } from '../engine/responder/objects.ts'
import type { Varbind } from '../message/model.ts'
import type { Absence } from '../mib.ts'
import { compareOids, type Oid } from '../oid.ts'
import type { ErrorStatus } from '../verdict.ts'
import { isWithin } from './mib-index.ts'

/** The responder's own objects, and where they are. */
export class OwnTree extends ObjectTree {
  readonly #subtrees: Oid[] = []

  override register(
    subtree: Oid,
    provider: () => readonly ObjectInstance[],
    options?: SubtreeOptions,
  ): void {
    super.register(subtree, provider, options)
    this.#subtrees.push(subtree)
  }

  /** Whether a name is in one of the subtrees. */
  has(oid: Oid): boolean {
    return this.#subtrees.some((subtree) => isWithin(oid, subtree))
  }
}

/** The responder's own objects in their subtrees, and those of a Mib everywhere else. */
export class JoinedObjects implements ContextObjects {
  readonly #own: OwnTree
  readonly #others: ContextObjects

  constructor(own: OwnTree, others: ContextObjects) {
    this.#own = own
    this.#others = others
  }

  begin(): void {
    this.#own.begin()
    this.#others.begin?.()
  }

  find(oid: Oid): ObjectInstance | Absence {
    return this.#own.has(oid) ? this.#own.find(oid) : this.#others.find(oid)
  }

  next(oid: Oid): ObjectInstance | undefined {
    const own = this.#own.next(oid)
    let other = this.#others.next(oid)
    while (other !== undefined && this.#own.has(other.oid)) other = this.#others.next(other.oid)
    if (own === undefined || other === undefined) return own ?? other
    return compareOids(own.oid, other.oid) < 0 ? own : other
  }

  /** One message sets either the one or the others: what would fail half-way is not begun. */
  test(varbinds: readonly Varbind[], position: number): ErrorStatus {
    const isOwn = varbinds.map(({ oid }) => this.#own.has(oid))
    if (isOwn.includes(true) && isOwn.includes(false)) return 'resourceUnavailable'
    return this.#sideOf(varbinds).test(varbinds, position)
  }

  commit(varbinds: readonly Varbind[]): CommitFailure | undefined {
    return this.#sideOf(varbinds).commit(varbinds)
  }

  #sideOf([first]: readonly Varbind[]): ContextObjects {
    return first !== undefined && this.#own.has(first.oid) ? this.#own : this.#others
  }
}
