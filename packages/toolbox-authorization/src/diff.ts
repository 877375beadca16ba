import { claimed, type Difference } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { DiffSide, type SystemClass } from './diff-side.ts'
import { NO_TOOLBOXES } from './holdings.ts'
import type { Account, Principal, Request, State } from './model.ts'
import { exactly, foldAccount, foldSystem } from './names.ts'
import { changeState, indexOf } from './state.ts'

/** Requests whose answer changes: this principal, each of the tools, each of the systems. */
export interface Region {
  /** A user without groups, or a user who is known by this group alone. */
  readonly principal: Principal
  /** Names of the tools, in the order of their files. */
  readonly tools: readonly string[]
  /** Names of the systems, in the order of their files; none: requests that name no target. */
  readonly systems: readonly string[]
}

/** Requests of one tool whose answer changes one way: those about a system of some classes, and that about none. */
interface Changed {
  readonly tool: string
  readonly classes: readonly SystemClass[]
  readonly isBare: boolean
}

/**
 * What changes between two states for requests about one system, or none, principal by principal:
 * none is missed, and none is named that does not change.
 *
 * Everybody is taken to have signed in: ranges are not compared, nor are configuration rights. A run
 * on several systems is allowed when each is, its number aside; a caller with groups has what each
 * of them has.
 *
 * @returns The regions of each principal, those that open first.
 */
export function diff(before: State, after: State): Difference<Region, Request, Code>[] {
  const states = [withoutRanges(before), withoutRanges(after)] as const
  const [first, second] = states
  const tools = union(first.tools, second.tools, exactly)
  const systems = union(first.systems, second.systems, foldSystem)
  const old = new DiffSide(0, first, tools, systems)
  const now = new DiffSide(1, second, tools, systems)
  return principalsOf(first, second).flatMap((principal) => {
    old.ask(principal)
    now.ask(principal)
    const classes = classesOf(old, now, systems.length)
    const regions = changesOf(tools, classes, old, now).flatMap((changes) =>
      regionsOf(changes, systems),
    )
    if (regions.length === 0) return []
    const caller = callerOf(principal, states)
    return regions.map((region) => {
      const targets = region.systems.slice(0, 1)
      const example = { ...caller, tool: region.tools[0] ?? '', targets }
      return {
        region: { principal, ...region },
        example,
        before: check(first, example),
        after: check(second, example),
      }
    })
  })
}

/** Sorts systems by what the principal asked about holds there; those where it holds nothing are left out. */
function classesOf(old: DiffSide, now: DiffSide, systems: number): SystemClass[] {
  const classes = new Map<string, SystemClass>()
  for (let system = 0; system < systems; system += 1) {
    const sets = [old.setOn(system), now.setOn(system)] as const
    if (sets[0] === NO_TOOLBOXES && sets[1] === NO_TOOLBOXES) continue
    const isCms = [old.isCms(system), now.isCms(system)] as const
    const key = [...sets, ...isCms].join()
    const known = classes.get(key)
    if (known === undefined) classes.set(key, { sets, isCms, systems: [system] })
    else known.systems.push(system)
  }
  return [...classes.values()]
}

/** What one side refuses and the other allows, and the other way round. */
function changesOf(
  tools: readonly string[],
  classes: readonly SystemClass[],
  old: DiffSide,
  now: DiffSide,
): [opened: Changed[], closed: Changed[]] {
  const changes: [Changed[], Changed[]] = [[], []]
  for (const [at, tool] of tools.entries()) {
    const opened: SystemClass[] = []
    const closed: SystemClass[] = []
    for (const alike of classes) {
      const isOpen = now.allows(at, alike)
      if (isOpen !== old.allows(at, alike)) (isOpen ? opened : closed).push(alike)
    }
    const wasBareOpen = old.allowsBare(at, classes)
    const isBareOpen = now.allowsBare(at, classes)
    changes[0].push({ tool, classes: opened, isBare: isBareOpen && !wasBareOpen })
    changes[1].push({ tool, classes: closed, isBare: wasBareOpen && !isBareOpen })
  }
  return changes
}

/** Puts tools that change on the same systems into one region, those that change without any into the last. */
function regionsOf(
  changes: readonly Changed[],
  systems: readonly string[],
): Omit<Region, 'principal'>[] {
  const regions = new Map<string, { tools: string[]; classes: readonly SystemClass[] }>()
  for (const { tool, classes } of changes) {
    if (classes.length === 0) continue
    const key = classes.map((one) => one.systems[0]).join()
    const region = regions.get(key)
    if (region === undefined) regions.set(key, { tools: [tool], classes })
    else region.tools.push(tool)
  }
  const named = Array.from(regions.values(), ({ tools, classes }) => ({
    tools,
    systems: classes
      .flatMap((one) => one.systems)
      .toSorted((a, b) => a - b)
      .map((system) => systems[system] as string),
  }))
  const bare = changes.filter(({ isBare }) => isBare).map(({ tool }) => tool)
  return bare.length === 0 ? named : [...named, { tools: bare, systems: [] }]
}

function withoutRanges(state: State): State {
  return changeState(state, {
    users: state.users.map(withoutOwnRanges),
    userGroups: state.userGroups.map(withoutOwnRanges),
  })
}

function withoutOwnRanges(account: Account): Account {
  return { ...account, included: [], excluded: [] }
}

/** Names of two lists, each once, as the later list writes it. */
function union(
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
  fold: (name: string) => string,
): string[] {
  const names = new Map([...before, ...after].map(({ name }) => [fold(name), name]))
  return [...names.values()]
}

function principalsOf(before: State, after: State): Principal[] {
  const users = union(before.users, after.users, foldAccount)
  const groups = union(before.userGroups, after.userGroups, foldAccount)
  return [
    ...users.map((name) => ({ kind: 'user', name }) as const),
    ...groups.map((name) => ({ kind: 'user-group', name }) as const),
  ]
}

/** The user, or somebody who is no user and in the group. */
function callerOf(
  { kind, name }: Principal,
  states: readonly State[],
): Pick<Request, 'user' | 'groups'> {
  if (kind === 'user') return { user: claimed(name), groups: [] }
  let member = `member of ${name}`
  while (states.some((state) => indexOf(state).findUser(member) !== -1)) member += '+'
  return { user: claimed(member), groups: [name] }
}
