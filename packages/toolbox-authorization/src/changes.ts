import { allow, deny, type Decision } from '@gatehouse/core'
import { AuthorizationSet } from './authorization-set.ts'
import type { AuthorizationTable, Grant } from './authorization-table.ts'
import type { Code } from './codes.ts'
import type { Account, ConfigRight, State } from './model.ts'
import { isName } from './names.ts'
import { parseAuthorizations, type SourceText, type StateOptions } from './parse.ts'
import { changeState, indexOf } from './state.ts'
import { ALL_MANAGED_SYSTEMS, TEMPLATES, type Template } from './templates.ts'

/** What came of a change: the new state, or with a deny the old one. */
export interface Change {
  /** `allow` with `changed`, or why not. */
  readonly decision: Decision<Code>
  /** The state from now on. */
  readonly state: State
}

/** How a text of authorizations is read. */
export type AuthorizationOptions = Omit<StateOptions, 'cms' | 'maxToolboxes'>

/**
 * Adds authorizations to a state: all of the text or, on any error, none. Those that the state has
 * are ignored. Whether the caller may do so, {@link checkConfiguration} decides.
 *
 * @throws ParseError with every error of the text.
 */
export function addAuthorizations(
  state: State,
  source: SourceText,
  options: AuthorizationOptions = {},
): State {
  const { authorizations, wildcards } = parseAuthorizations(state, source, options)
  const set = new AuthorizationSet()
  set.addAll(indexOf(state).authorizations)
  set.addAll(authorizations)
  return changeState(state, {
    authorizations: set.table(),
    wildcards: [...state.wildcards, ...wildcards],
  })
}

/**
 * Removes authorizations from a state: all of the text or, on any error, none. Those that the state
 * does not have are ignored.
 *
 * @throws ParseError with every error of the text.
 */
export function removeAuthorizations(
  state: State,
  source: SourceText,
  options: AuthorizationOptions = {},
): State {
  const { authorizations } = parseAuthorizations(state, source, options)
  const removed = new AuthorizationSet()
  removed.addAll(authorizations)
  const kept = new AuthorizationSet()
  kept.addAll(indexOf(state).authorizations, (grant) => (removed.has(grant) ? undefined : grant))
  return changeState(state, { authorizations: kept.table() })
}

/** A user to add. */
export interface NewUser {
  /** Its name. */
  readonly name: string
  /** Its configuration right. Default: that of the template, else `limited`. */
  readonly configRight?: ConfigRight
  /** The user, or one of the {@link TEMPLATES}, whose authorizations it gets. A user of that name comes first. */
  readonly copyFrom?: string
}

/** Adds a user, with the authorizations of another one or of a template. */
export function addUser(state: State, { name, configRight, copyFrom }: NewUser): Change {
  const index = indexOf(state)
  if (!isName(name)) return refused(state, 'name-malformed', name)
  if (index.findUser(name) !== -1) return refused(state, 'name-taken', name)
  const model = copyFrom === undefined ? undefined : state.users[index.findUser(copyFrom)]
  const template =
    copyFrom === undefined || model !== undefined ? undefined : TEMPLATES.get(copyFrom)
  if (copyFrom !== undefined && model === undefined && template === undefined) {
    return refused(state, 'name-unknown', copyFrom)
  }
  if (template !== undefined && index.findGroup(ALL_MANAGED_SYSTEMS) === -1) {
    return refused(state, 'name-unknown', ALL_MANAGED_SYSTEMS)
  }
  const source = Object.freeze({ file: `user added like ${copyFrom ?? 'nobody'}`, line: 1 })
  const user: Account = Object.freeze({
    kind: 'user',
    name,
    guid: null,
    description: null,
    configRight: configRight ?? template?.configRight ?? 'limited',
    included: Object.freeze([]),
    excluded: Object.freeze([]),
    source,
    comments: Object.freeze([]),
  })
  const added = state.users.length
  const set = new AuthorizationSet()
  set.addAll(index.authorizations, (grant) => renumbered(grant, added, 1))
  for (const { toolbox, scope, update } of grantsLike(state, model, template)) {
    set.add({ principal: added, toolbox, scope }, { update, source, comments: [] })
  }
  return changed(changeState(state, { users: [...state.users, user], authorizations: set.table() }))
}

/** Removes a user and all of its authorizations; not the last user with full configuration rights. */
export function removeUser(state: State, name: string): Change {
  const number = indexOf(state).findUser(name)
  const user = state.users[number]
  if (user === undefined) return refused(state, 'name-unknown', name)
  if (isLastFull(state, user)) return lastFull(state, user)
  const set = new AuthorizationSet()
  set.addAll(indexOf(state).authorizations, (grant) =>
    grant.principal === number ? undefined : renumbered(grant, number, -1),
  )
  const users = state.users.filter((one) => one !== user)
  return changed(changeState(state, { users, authorizations: set.table() }))
}

/** Gives a user another configuration right; the last one with full rights keeps them. */
export function setConfigRight(state: State, name: string, configRight: ConfigRight): Change {
  const user = state.users[indexOf(state).findUser(name)]
  if (user === undefined) return refused(state, 'name-unknown', name)
  if (configRight !== 'full' && isLastFull(state, user)) return lastFull(state, user)
  const users = state.users.map((one) =>
    one === user ? Object.freeze({ ...one, configRight }) : one,
  )
  return changed(changeState(state, { users }))
}

/** Gives a group of systems other members; every authorization for the group follows. */
export function setGroupMembers(state: State, name: string, members: readonly string[]): Change {
  const index = indexOf(state)
  const group = index.findGroup(name)
  if (group === -1) return refused(state, 'name-unknown', name)
  const unknown = members.find((member) => index.findSystem(member) === -1)
  if (unknown !== undefined) return refused(state, 'name-unknown', unknown)
  const numbers = new Set(members.map((member) => index.findSystem(member)))
  const names = Object.freeze([...numbers].map((number) => state.systems[number]?.name ?? ''))
  const groups = state.groups.map((one, number) =>
    number === group ? Object.freeze({ ...one, members: names }) : one,
  )
  return changed(changeState(state, { groups }))
}

function isLastFull({ users }: State, user: Account): boolean {
  return users.every((one) => (one.configRight === 'full') === (one === user))
}

function lastFull(state: State, { source }: Account): Change {
  return { decision: deny({ code: 'last-full-rights-user', source }), state }
}

function refused(state: State, code: Code, name: string): Change {
  return { decision: deny({ code, facts: { name } }), state }
}

function changed(state: State): Change {
  return { decision: allow({ code: 'changed' }), state }
}

/** A grant after the number of its principal, if it is not below another, moved. */
function renumbered(grant: Grant, from: number, by: 1 | -1): Grant {
  const { principal } = grant
  return principal < from ? grant : { ...grant, principal: principal + by }
}

/** What a user made like another one, or by a template, is given. */
function grantsLike(
  state: State,
  model: Account | undefined,
  template: Template | undefined,
): (Omit<Grant, 'principal'> & { readonly update: Update })[] {
  const index = indexOf(state)
  const { authorizations: table } = index
  if (model !== undefined) {
    const ranks = index.grants.of(index.findUser(model.name)).toSorted((a, b) => a - b)
    return ranks.map((rank) => ({ ...table.grantOf(rank), update: table.updateOf(rank) }))
  }
  if (template === undefined) return []
  const managed = state.systems.length + index.findGroup(ALL_MANAGED_SYSTEMS)
  return [
    { toolbox: index.findToolbox(template.onCms), scope: index.cms, update: null },
    { toolbox: index.findToolbox(template.onManaged), scope: managed, update: null },
  ]
}

type Update = ReturnType<AuthorizationTable['updateOf']>
