import { Answers } from './answers.ts'
import { GrantTable, type Grants } from './grant-table.ts'
import { Memberships } from './memberships.ts'
import type { Account, Authorization, State } from './model.ts'
import { NameNumbers } from './name-numbers.ts'
import { foldAccount, foldSystem } from './names.ts'
import { SignInRanges } from './sign-in-ranges.ts'
import { ToolboxMasks } from './toolbox-masks.ts'
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
  readonly #state: State
  readonly #users: NameNumbers
  readonly #userGroups: NameNumbers
  readonly #toolboxes: NameNumbers
  readonly #tools: NameNumbers
  readonly #systems: NameNumbers
  readonly #groups: NameNumbers
  readonly #ranges: readonly (SignInRanges | undefined)[]
  readonly #memberships: Memberships
  readonly #runs: readonly ToolRun[]

  constructor(state: State) {
    this.#state = state
    this.accounts = [...state.users, ...state.userGroups]
    this.#users = new NameNumbers(state.users, foldAccount)
    this.#userGroups = new NameNumbers(state.userGroups, foldAccount)
    this.#toolboxes = new NameNumbers(state.toolboxes)
    this.#tools = new NameNumbers(state.tools)
    this.#systems = new NameNumbers(state.systems, foldSystem)
    this.#groups = new NameNumbers(state.groups)
    this.cms = this.findSystem(state.cms)
    this.#ranges = this.accounts.map(rangesOf)
    this.hasRanges = this.#ranges.some((ranges) => ranges !== undefined)
    this.#memberships = this.#membershipsOf()
    this.toolboxes = state.toolboxes.length
    this.enabled = new Uint8Array(this.toolboxes)
    this.enabled.set(state.toolboxes.map(({ enabled }) => Number(enabled)))
    this.allToolboxes = new Uint8Array(this.toolboxes).fill(1)
    this.masks = new ToolboxMasks(state, (name) => this.findToolbox(name))
    this.#runs = state.tools.map(toolRunOf)
    this.answers = new Answers(state)
    this.grants = new GrantTable(
      this.#grantsOf(state.authorizations),
      this.accounts.length,
      state.systems.length,
      this.#memberships,
    )
  }

  findUser(name: string): number {
    return this.#users.find(name)
  }

  findUserGroup(name: string): number {
    const number = this.#userGroups.find(name)
    return number === -1 ? -1 : this.#state.users.length + number
  }

  findToolbox(name: string): number {
    return this.#toolboxes.find(name)
  }

  findTool(name: string): number {
    return this.#tools.find(name)
  }

  findSystem(name: string): number {
    return this.#systems.find(name)
  }

  findGroup(name: string): number {
    return this.#groups.find(name)
  }

  /** Sign-in ranges of a principal; `undefined`: there are none. */
  rangesOf(principal: number): SignInRanges | undefined {
    return this.#ranges[principal]
  }

  /** Groups that a system is in, sorted. */
  groupsOf(system: number): Int32Array {
    return this.#memberships.of(system)
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

  #membershipsOf(): Memberships {
    const { groups, systems } = this.#state
    const members = groups.map((group) => group.members.map((member) => this.findSystem(member)))
    return new Memberships(systems.length, members)
  }

  #grantsOf(authorizations: readonly Authorization[]): Grants {
    const { length } = authorizations
    const grants = {
      principals: new Int32Array(length),
      toolboxes: new Int32Array(length),
      scopes: new Int32Array(length),
    }
    for (const [rank, { principal, toolbox, scope }] of authorizations.entries()) {
      grants.principals[rank] =
        principal.kind === 'user'
          ? this.findUser(principal.name)
          : this.findUserGroup(principal.name)
      grants.toolboxes[rank] = this.findToolbox(toolbox)
      grants.scopes[rank] =
        scope.kind === 'system'
          ? this.findSystem(scope.name)
          : this.#state.systems.length + this.findGroup(scope.name)
    }
    return grants
  }
}

function rangesOf({ included, excluded }: Account): SignInRanges | undefined {
  const isOpen = included.length === 0 && excluded.length === 0
  return isOpen ? undefined : new SignInRanges(included, excluded)
}
