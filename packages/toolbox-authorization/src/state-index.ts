import type { LineSource } from '@gatehouse/core'
import { Answers } from './answers.ts'
import type { AuthorizationTable } from './authorization-table.ts'
import { GrantTable } from './grant-table.ts'
import { Memberships } from './memberships.ts'
import type { Account, Authorization, Principal, Scope } from './model.ts'
import type { Names } from './name-table.ts'
import { SignInRanges } from './sign-in-ranges.ts'
import { ToolboxMasks } from './toolbox-masks.ts'
import type { StateParts } from './state.ts'
import { toolRunOf, type ToolRun } from './tool-run.ts'

/**
 * The entries of a state as numbers, each findable without looking at the others.
 *
 * Principals are users, then user groups.
 */
export class StateIndex {
  readonly accounts: readonly Account[]
  readonly cms: number
  readonly grants: GrantTable
  readonly answers: Answers
  readonly masks: ToolboxMasks
  /** A 1 for each toolbox that is enabled. */
  readonly enabled: Uint8Array
  /** A 1 for each toolbox. */
  readonly allToolboxes: Uint8Array
  /** How many toolboxes there are. */
  readonly toolboxes: number
  /** Whether any principal has sign-in ranges. */
  readonly hasRanges: boolean
  readonly names: Names
  readonly authorizations: AuthorizationTable
  readonly #parts: StateParts
  /** Systems of each group. */
  readonly #members: readonly (readonly number[])[]
  readonly #ranges: readonly (SignInRanges | undefined)[]
  readonly #memberships: Memberships
  readonly #runs: readonly ToolRun[]

  constructor(parts: StateParts, names: Names) {
    const { users, userGroups, toolboxes, tools, systems, groups, authorizations } = parts
    this.#parts = parts
    this.names = names
    this.authorizations = authorizations
    this.accounts = [...users, ...userGroups]
    this.cms = this.findSystem(parts.cms)
    this.#ranges = this.accounts.map(rangesOf)
    this.hasRanges = this.#ranges.some((ranges) => ranges !== undefined)
    this.#members = groups.map((group) => group.members.map((member) => this.findSystem(member)))
    this.#memberships = new Memberships(systems.length, this.#members)
    this.toolboxes = toolboxes.length
    this.enabled = new Uint8Array(this.toolboxes)
    this.enabled.set(toolboxes.map(({ enabled }) => Number(enabled)))
    this.allToolboxes = new Uint8Array(this.toolboxes).fill(1)
    this.masks = new ToolboxMasks(parts, (name) => this.findToolbox(name))
    this.#runs = tools.map(toolRunOf)
    this.answers = new Answers(parts)
    const counts = {
      principals: this.accounts.length,
      systems: systems.length,
      groups: groups.length,
    }
    this.grants = new GrantTable(authorizations, counts, this.#memberships)
  }

  findUser(name: string): number {
    return this.names.users.find(name)
  }

  findUserGroup(name: string): number {
    const number = this.names.userGroups.find(name)
    return number === -1 ? -1 : this.#parts.users.length + number
  }

  findToolbox(name: string): number {
    return this.names.toolboxes.find(name)
  }

  findTool(name: string): number {
    return this.names.tools.find(name)
  }

  findSystem(name: string): number {
    return this.names.systems.find(name)
  }

  findGroup(name: string): number {
    return this.names.groups.find(name)
  }

  /** Sign-in ranges of a principal; `undefined`: there are none. */
  rangesOf(principal: number): SignInRanges | undefined {
    return this.#ranges[principal]
  }

  /** Groups that a system is in, sorted. */
  groupsOf(system: number): Int32Array {
    return this.#memberships.of(system)
  }

  /** Systems that an authorization of a scope is for. */
  systemsIn(scope: number): readonly number[] {
    const group = scope - this.#parts.systems.length
    return group < 0 ? [scope] : (this.#members[group] as readonly number[])
  }

  /** A 1 for each toolbox that authorizes a tool on a system now: enabled, holding it, not kept off by owner or flag. */
  effectiveToolboxes(tool: number, system: number): Uint8Array {
    return this.masks.at(this.masks.effective(tool, system === this.cms))
  }

  /** A 1 for each toolbox that holds a tool on a system by definition or nature, whether that counts now or not. */
  holdingToolboxes(tool: number, system: number): Uint8Array {
    return this.masks.at(this.masks.holding(tool, system === this.cms))
  }

  /** What the definition of a tool says about its runs. */
  runOf(tool: number): ToolRun {
    return this.#runs[tool] as ToolRun
  }

  /** An authorization by its rank. */
  authorizationAt(rank: number): Authorization {
    return this.#authorizationAt(rank, this.authorizations.sourceOf(rank))
  }

  /** All authorizations in the order of the file; those of one line share its source. */
  listAuthorizations(): readonly Authorization[] {
    const table = this.authorizations
    const list: Authorization[] = []
    for (let rank = 0; rank < table.size; rank += 1) {
      const previous = list[rank - 1]
      const isShared = previous !== undefined && table.areOnOneLine(rank - 1, rank)
      const source = isShared ? previous.source : table.sourceOf(rank)
      list.push(this.#authorizationAt(rank, source))
    }
    return Object.freeze(list)
  }

  #authorizationAt(rank: number, source: LineSource): Authorization {
    const table = this.authorizations
    return Object.freeze({
      principal: this.#principalAt(table.principalOf(rank)),
      toolbox: this.names.toolboxes.nameOf(table.toolboxOf(rank)),
      scope: this.#scopeAt(table.scopeOf(rank)),
      update: table.updateOf(rank),
      source,
      comments: table.commentsOf(rank),
    })
  }

  #principalAt(number: number): Principal {
    const { kind, name } = this.accounts[number] as Account
    return Object.freeze({ kind, name })
  }

  #scopeAt(number: number): Scope {
    const group = number - this.#parts.systems.length
    return Object.freeze(
      group < 0
        ? { kind: 'system', name: this.names.systems.nameOf(number) }
        : { kind: 'group', name: this.names.groups.nameOf(group) },
    )
  }
}

function rangesOf({ included, excluded }: Account): SignInRanges | undefined {
  const isOpen = included.length === 0 && excluded.length === 0
  return isOpen ? undefined : new SignInRanges(included, excluded)
}
