import type { BlockComments, BlockLines, Computer, Permission, Policy } from './model.ts'
import { PolicyIndex, type ComputerEntry } from './policy-index.ts'

/** What the outer block holds. */
export interface Outer extends BlockLines {
  readonly permission: Permission | null
  readonly computers: readonly ComputerEntry[]
  readonly comments: BlockComments
  readonly trailingComments: readonly string[]
}

class IndexedPolicy implements Policy {
  readonly file: string
  readonly beginLine: number
  readonly endLine: number
  readonly permission: Permission | null
  readonly computers: readonly Computer[]
  readonly usesNames: boolean
  readonly comments: BlockComments
  readonly trailingComments: readonly string[]
  readonly #index: PolicyIndex

  constructor(file: string, outer: Outer) {
    this.file = file
    this.beginLine = outer.beginLine
    this.endLine = outer.endLine
    this.permission = outer.permission
    this.computers = Object.freeze(outer.computers.map((entry) => entry.computer))
    this.usesNames = this.computers.some((computer) => computer.kind === 'host')
    this.comments = outer.comments
    this.trailingComments = outer.trailingComments
    this.#index = new PolicyIndex(file, outer.permission, outer.computers)
    Object.freeze(this)
  }

  static indexOf(policy: Policy): PolicyIndex {
    return (policy as IndexedPolicy).#index
  }
}

/** Makes the policy of a text that was read without an error. */
export function buildPolicy(file: string, outer: Outer): Policy {
  return new IndexedPolicy(file, outer)
}

/**
 * The index of a policy.
 *
 * @throws TypeError when the object was not made by {@link buildPolicy}.
 */
export function indexOf(policy: Policy): PolicyIndex {
  return IndexedPolicy.indexOf(policy)
}
