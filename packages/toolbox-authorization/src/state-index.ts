import { allow, deny, type Allow, type Deny, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { GrantTable, type Grant } from './grant-table.ts'
import type { Account, Authorization, State, Tool } from './model.ts'
import { ALL_TOOLS, exactly, foldAccount, foldSystem, FULL_RIGHTS } from './names.ts'
import { SignInRanges } from './sign-in-ranges.ts'
import { webAgentAccess } from './web-agent-access.ts'

/**
 * The entries of a state as numbers, each findable without looking at the others.
 *
 * Principals are users, then user groups. One toolbox more than the state has stands for any of them.
 */
export class StateIndex {
  readonly accounts: readonly Account[]
  readonly cms: number
  readonly grants: GrantTable
  /** A 1 for each toolbox that is enabled. */
  readonly enabled: Uint8Array
  /** A 1 for the one that stands for any toolbox: finds the first authorization on a system, whatever its toolbox. */
  readonly anyToolbox: Uint8Array
  /** A 1 for each toolbox that there is: lists all authorizations on a system. */
  readonly allToolboxes: Uint8Array
  /** How many toolboxes there are, with that one. */
  readonly toolboxes: number
  /** Whether any principal has sign-in ranges. */
  readonly hasRanges: boolean
  readonly #state: State
  readonly #users: ReadonlyMap<string, number>
  readonly #userGroups: ReadonlyMap<string, number>
  readonly #toolboxes: ReadonlyMap<string, number>
  readonly #tools: ReadonlyMap<string, number>
  readonly #systems: ReadonlyMap<string, number>
  readonly #groups: ReadonlyMap<string, number>
  readonly #ranges: readonly (SignInRanges | undefined)[]
  readonly #groupsOfSystem: readonly Int32Array[]
  readonly #effective: readonly PlacedMask[]
  readonly #holding: readonly PlacedMask[]
  readonly #extras: readonly (readonly Reason<Code>[])[]
  readonly #denials: Deny<Code>[] = []
  /** Answers by one authorization for tools that come with nothing. */
  readonly #plain: (Allow<Code> | undefined)[]
  /** Answers by one authorization for each other tool. */
  readonly #answers: Map<number, Allow<Code>>[] = []

  constructor(state: State) {
    this.#state = state
    this.accounts = [...state.users, ...state.userGroups]
    this.#users = numbered(state.users, foldAccount)
    this.#userGroups = numbered(state.userGroups, foldAccount)
    this.#toolboxes = numbered(state.toolboxes, exactly)
    this.#tools = numbered(state.tools, exactly)
    this.#systems = numbered(state.systems, foldSystem)
    this.#groups = numbered(state.groups, exactly)
    this.cms = this.findSystem(state.cms)
    this.#ranges = this.accounts.map(rangesOf)
    this.hasRanges = this.#ranges.some((ranges) => ranges !== undefined)
    this.#groupsOfSystem = this.#invertGroups()
    this.toolboxes = state.toolboxes.length + 1
    this.enabled = new Uint8Array(this.toolboxes)
    this.enabled.set(state.toolboxes.map(({ enabled }) => Number(enabled)))
    this.anyToolbox = new Uint8Array(this.toolboxes)
    this.anyToolbox[this.toolboxes - 1] = 1
    this.allToolboxes = this.anyToolbox.map((any) => 1 - any)
    this.#holding = state.tools.map((tool) => this.#toolboxesHolding(tool))
    this.#effective = state.tools.map((tool) => this.#toolboxesFor(tool))
    this.#extras = state.tools.map(extrasOf)
    this.#plain = Array.from(state.authorizations, () => undefined)
    this.grants = new GrantTable(
      this.#grantsOf(state.authorizations),
      this.accounts.length,
      this.toolboxes,
      this.#groupsOfSystem,
    )
  }

  findUser(name: string): number {
    return this.#users.get(foldAccount(name)) ?? -1
  }

  findUserGroup(name: string): number {
    const number = this.#userGroups.get(foldAccount(name))
    return number === undefined ? -1 : this.#state.users.length + number
  }

  findToolbox(name: string): number {
    return this.#toolboxes.get(name) ?? -1
  }

  findTool(name: string): number {
    return this.#tools.get(name) ?? -1
  }

  findSystem(name: string): number {
    return this.#systems.get(foldSystem(name)) ?? -1
  }

  findGroup(name: string): number {
    return this.#groups.get(name) ?? -1
  }

  /** Sign-in ranges of a principal; `undefined`: there are none. */
  rangesOf(principal: number): SignInRanges | undefined {
    return this.#ranges[principal]
  }

  /** Groups that a system is in, sorted. */
  groupsOf(system: number): Int32Array {
    return this.#groupsOfSystem[system] as Int32Array
  }

  /** A 1 for each toolbox that authorizes a tool on a system now: enabled, holding it, not kept off by owner or flag. */
  effectiveToolboxes(tool: number, system: number): Uint8Array {
    const { onCms, elsewhere } = this.#effective[tool] as PlacedMask
    return system === this.cms ? onCms : elsewhere
  }

  /** A 1 for each toolbox that holds a tool on a system by definition or nature, whether that counts now or not. */
  holdingToolboxes(tool: number, system: number): Uint8Array {
    const { onCms, elsewhere } = this.#holding[tool] as PlacedMask
    return system === this.cms ? onCms : elsewhere
  }

  /** The allow for a tool by one authorization, made once. */
  allowBy(tool: number, rank: number): Allow<Code> {
    const extras = this.#extras[tool] as readonly Reason<Code>[]
    if (extras.length === 0) return (this.#plain[rank] ??= allow(this.reasonBy(rank)))
    const answers = (this.#answers[tool] ??= new Map())
    let answer = answers.get(rank)
    if (answer === undefined) {
      answer = allow(this.reasonBy(rank), ...extras)
      answers.set(rank, answer)
    }
    return answer
  }

  /** The deny for a system where a caller has no toolbox, made once. */
  denyWithout(system: number): Deny<Code> {
    return (this.#denials[system] ??= deny({
      code: 'no-toolbox-on-system',
      source: { file: this.#state.files.authorizations ?? 'authorizations' },
      facts: Object.freeze({ target: this.#state.systems[system]?.name ?? '' }),
    }))
  }

  /** The reason that one authorization gives. */
  reasonBy(rank: number): Reason<Code> {
    const { source, toolbox } = this.#state.authorizations[rank] as Authorization
    return { code: 'authorized', source, facts: Object.freeze({ toolbox }) }
  }

  /** What a run of a tool comes with. */
  extrasOf(tool: number): readonly Reason<Code>[] {
    return this.#extras[tool] as readonly Reason<Code>[]
  }

  #toolboxesHolding({ toolboxes }: Tool): PlacedMask {
    const elsewhere = new Uint8Array(this.toolboxes)
    for (const name of [ALL_TOOLS, ...toolboxes]) elsewhere[this.findToolbox(name)] = 1
    const onCms = elsewhere.slice()
    onCms[this.findToolbox(FULL_RIGHTS)] = 1
    return { onCms, elsewhere }
  }

  #toolboxesFor(tool: Tool): PlacedMask {
    const holding = this.#toolboxesHolding(tool)
    const isKeptOff = tool.owner !== null || !tool.toolboxEnabled
    const all = this.findToolbox(ALL_TOOLS)
    const reduce = (mask: Uint8Array): Uint8Array =>
      mask.map((held, toolbox) =>
        toolbox === all || !isKeptOff ? held & (this.enabled[toolbox] as number) : 0,
      )
    return { onCms: reduce(holding.onCms), elsewhere: reduce(holding.elsewhere) }
  }

  #invertGroups(): Int32Array[] {
    const lists: number[][] = this.#state.systems.map(() => [])
    for (const [number, group] of this.#state.groups.entries()) {
      for (const member of group.members) lists[this.findSystem(member)]?.push(number)
    }
    return lists.map((list) => Int32Array.from(list))
  }

  #grantsOf(authorizations: readonly Authorization[]): Grant[] {
    return authorizations.flatMap(({ principal, toolbox: name, scope }, rank) => {
      const toolbox = this.findToolbox(name)
      const isGroup = scope.kind === 'group'
      const grant = {
        principal:
          principal.kind === 'user'
            ? this.findUser(principal.name)
            : this.findUserGroup(principal.name),
        toolbox,
        isGroup,
        target: isGroup ? this.findGroup(scope.name) : this.findSystem(scope.name),
        rank,
      }
      return [grant, { ...grant, toolbox: this.toolboxes - 1 }]
    })
  }
}

/** Toolboxes of a tool: Full Rights holds it on the management server whether it is named or not. */
interface PlacedMask {
  readonly onCms: Uint8Array
  readonly elsewhere: Uint8Array
}

function numbered(
  entries: readonly { readonly name: string }[],
  fold: (name: string) => string,
): Map<string, number> {
  return new Map(entries.map(({ name }, number) => [fold(name), number]))
}

function rangesOf({ included, excluded }: Account): SignInRanges | undefined {
  const isOpen = included.length === 0 && excluded.length === 0
  return isOpen ? undefined : new SignInRanges(included, excluded)
}

function extrasOf(tool: Tool): Reason<Code>[] {
  const { executeAsUser, source } = tool
  const access = webAgentAccess(tool)
  const reasons: Reason<Code>[] = []
  if (executeAsUser !== null) {
    reasons.push({ code: 'runs-as', source, facts: Object.freeze({ account: executeAsUser }) })
  }
  if (access !== null) {
    const { kind, level } = access
    reasons.push({ code: 'web-agent-access', source, facts: Object.freeze({ kind, level }) })
  }
  return reasons
}
