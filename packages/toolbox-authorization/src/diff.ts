import { claimed, type Difference } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { NONE } from './grant-table.ts'
import type { Account, Principal, Request, State } from './model.ts'
import { exactly, foldAccount, foldSystem } from './names.ts'
import { buildState, indexOf } from './state.ts'

/** Requests whose answer changes: this principal, each of the tools, each of the systems. */
export interface Region {
  /** A user without groups, or a user who is known by this group alone. */
  readonly principal: Principal
  /** Names of the tools, in the order of their files. */
  readonly tools: readonly string[]
  /** Names of the systems, in the order of their files; none: requests that name no target. */
  readonly systems: readonly string[]
}

/** Requests of one tool whose answer changes one way. */
interface Changed {
  readonly tool: string
  readonly systems: readonly string[]
}

/**
 * What changes between two states for requests about one system, or none, principal by principal:
 * none is missed, and none is named that does not change.
 *
 * Everybody is taken to have signed in: ranges are not compared, nor are configuration rights. A run
 * on several systems is allowed when each is, its number aside; a caller with groups has what each
 * of them has. The cost grows with principals, tools and systems multiplied.
 *
 * @returns The regions of each principal, those that open first.
 */
export function diff(before: State, after: State): Difference<Region, Request, Code>[] {
  const [first, second] = [withoutRanges(before), withoutRanges(after)]
  const tools = union(first.tools, second.tools, exactly)
  const systems = union(first.systems, second.systems, foldSystem)
  return principalsOf(first, second).flatMap((principal) => {
    const caller = callerOf(principal, [first, second])
    const answers = tools.map((tool) => {
      const [old, now] = [allowedBy(first, principal, tool), allowedBy(second, principal, tool)]
      const opened = systems.filter((system) => !old(system) && now(system))
      const closed = systems.filter((system) => old(system) && !now(system))
      const bare = { ...caller, tool, targets: [] }
      const outcomes = [check(first, bare).outcome, check(second, bare).outcome]
      return { tool, opened, closed, change: outcomes.join(' to ') }
    })
    const regions = [
      ...merged(answers.map(({ tool, opened }) => ({ tool, systems: opened }))),
      ...alone(answers, 'deny to allow'),
      ...merged(answers.map(({ tool, closed }) => ({ tool, systems: closed }))),
      ...alone(answers, 'allow to deny'),
    ]
    return regions.map((region) => {
      const example = {
        ...caller,
        tool: region.tools[0] ?? '',
        targets: region.systems.slice(0, 1),
      }
      return {
        region: { principal, ...region },
        example,
        before: check(first, example),
        after: check(second, example),
      }
    })
  })
}

function withoutRanges(state: State): State {
  return buildState({
    ...state,
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

/** For a principal and a tool, whether a request about one system is allowed. */
function allowedBy(
  state: State,
  { kind, name }: Principal,
  toolName: string,
): (system: string) => boolean {
  const index = indexOf(state)
  const principal = kind === 'user' ? index.findUser(name) : index.findUserGroup(name)
  const number = index.findTool(toolName)
  const tool = state.tools[number]
  if (principal === -1 || tool?.acceptsTargets !== true) return () => false
  const covers = (system: number): boolean =>
    system !== -1 &&
    index.grants.find(principal, index.effectiveToolboxes(number, system), system, NONE) !== NONE
  if (tool.actsOnCms && !covers(index.cms)) return () => false
  return (system) => covers(index.findSystem(system))
}

/** Puts tools that change on the same systems into one region. */
function merged(changes: readonly Changed[]): Omit<Region, 'principal'>[] {
  const regions = new Map<string, { tools: string[]; systems: readonly string[] }>()
  for (const { tool, systems } of changes) {
    if (systems.length === 0) continue
    const key = systems.join(':')
    const region = regions.get(key)
    if (region === undefined) regions.set(key, { tools: [tool], systems })
    else region.tools.push(tool)
  }
  return [...regions.values()]
}

/** The region of requests that name no target and change one way, if there are any. */
function alone(
  answers: readonly { readonly tool: string; readonly change: string }[],
  change: string,
): Omit<Region, 'principal'>[] {
  const tools = answers.filter((answer) => answer.change === change).map(({ tool }) => tool)
  return tools.length === 0 ? [] : [{ tools, systems: [] }]
}
