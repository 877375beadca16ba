import { Answers } from './answers.ts'
import type { BlockComments, Computer, Permission, Policy } from './model.ts'
import { OUTER } from './node-table.ts'
import { PolicyIndex } from './policy-index.ts'
import { computersOf, permissionOf, type Tree } from './tree.ts'

/** What a policy decides by. */
export interface Core {
  readonly tree: Tree
  readonly index: PolicyIndex
  readonly answers: Answers
}

/** Its properties are set one by one: V8 keeps an object with a getter fast only if that is new to it. */
class TreePolicy implements Policy {
  declare readonly file: string
  declare readonly beginLine: number
  declare readonly endLine: number
  declare readonly permission: Permission | null
  declare readonly computers: readonly Computer[]
  declare readonly usesNames: boolean
  declare readonly comments: BlockComments
  declare readonly trailingComments: readonly string[]
  readonly #core: Core
  #made: WeakRef<readonly Computer[]> | undefined

  /** One getter for all: with its own, each policy is of another shape to V8, which has no fast code for many. */
  static readonly #computers: PropertyDescriptor & ThisType<TreePolicy> = {
    enumerable: true,
    get() {
      return this.#onDemand()
    },
  }

  constructor(file: string, tree: Tree) {
    const { nodes, texts, comments } = tree
    this.#core = { tree, index: new PolicyIndex(tree), answers: new Answers(file, nodes) }
    this.file = file
    this.beginLine = nodes.beginLineOf(OUTER)
    this.endLine = nodes.endLineOf(OUTER)
    this.permission = permissionOf(tree, OUTER)
    Object.defineProperty(this, 'computers', TreePolicy.#computers)
    this.usesNames = nodes.hasKind('host')
    this.comments = comments.of(OUTER, texts)
    this.trailingComments = comments.after(OUTER, texts)
    Object.freeze(this)
  }

  static coreOf(policy: Policy): Core {
    return (policy as TreePolicy).#core
  }

  /** The computers, made when somebody asks and dropped when nobody holds them any more. */
  #onDemand(): readonly Computer[] {
    const known = this.#made?.deref()
    if (known !== undefined) return known
    const computers = computersOf(this.#core.tree)
    this.#made = new WeakRef(computers)
    return computers
  }
}

/** Makes the policy of a text that was read without an error. */
export function buildPolicy(file: string, tree: Tree): Policy {
  return new TreePolicy(file, tree)
}

/**
 * What a policy decides by.
 *
 * @throws TypeError when the object was not made by {@link buildPolicy}.
 */
export function coreOf(policy: Policy): Core {
  return TreePolicy.coreOf(policy)
}
