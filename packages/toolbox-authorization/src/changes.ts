import { allow, deny, type Decision } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Account, Authorization, ConfigRight, Principal, Scope, State } from './model.ts'
import { foldAccount, isName } from './names.ts'
import { parseAuthorizations, type SourceText, type StateOptions } from './parse.ts'
import { AuthorizationSet, namesOf } from './resolve.ts'
import { buildState, indexOf } from './state.ts'
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
  const set = setOf(state, state.authorizations)
  for (const authorization of authorizations) set.add(authorization)
  return buildState({
    ...state,
    authorizations: set.list,
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
  const removed = setOf(state, authorizations)
  const kept = state.authorizations.filter((authorization) => !removed.has(authorization))
  return buildState({ ...state, authorizations: kept })
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
  const principal = Object.freeze({ kind: 'user', name } as const)
  const authorizations = [
    ...state.authorizations,
    ...(model === undefined ? [] : authorizationsOf(state, model)).map((authorization) =>
      Object.freeze({ ...authorization, principal, source, comments: Object.freeze([]) }),
    ),
    ...(template === undefined ? [] : fromTemplate(state, template, principal, source)),
  ]
  return changed(buildState({ ...state, users: [...state.users, user], authorizations }))
}

/** Removes a user and all of its authorizations; not the last user with full configuration rights. */
export function removeUser(state: State, name: string): Change {
  const user = state.users[indexOf(state).findUser(name)]
  if (user === undefined) return refused(state, 'name-unknown', name)
  if (isLastFull(state, user)) return lastFull(state, user)
  const removed = new Set(authorizationsOf(state, user))
  return changed(
    buildState({
      ...state,
      users: state.users.filter((one) => one !== user),
      authorizations: state.authorizations.filter((one) => !removed.has(one)),
    }),
  )
}

/** Gives a user another configuration right; the last one with full rights keeps them. */
export function setConfigRight(state: State, name: string, configRight: ConfigRight): Change {
  const user = state.users[indexOf(state).findUser(name)]
  if (user === undefined) return refused(state, 'name-unknown', name)
  if (configRight !== 'full' && isLastFull(state, user)) return lastFull(state, user)
  const users = state.users.map((one) =>
    one === user ? Object.freeze({ ...one, configRight }) : one,
  )
  return changed(buildState({ ...state, users }))
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
  return changed(buildState({ ...state, groups }))
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

function setOf(state: State, authorizations: readonly Authorization[]): AuthorizationSet {
  const set = new AuthorizationSet(namesOf(state))
  for (const authorization of authorizations) set.add(authorization)
  return set
}

function authorizationsOf({ authorizations }: State, user: Account): Authorization[] {
  const own = foldAccount(user.name)
  return authorizations.filter(
    ({ principal }) => principal.kind === 'user' && foldAccount(principal.name) === own,
  )
}

function fromTemplate(
  state: State,
  { onCms, onManaged }: Template,
  principal: Principal,
  source: Authorization['source'],
): Authorization[] {
  const give = (toolbox: string, scope: Scope): Authorization =>
    Object.freeze({
      principal,
      toolbox,
      scope: Object.freeze(scope),
      update: null,
      source,
      comments: Object.freeze([]),
    })
  return [
    give(onCms, { kind: 'system', name: state.cms }),
    give(onManaged, { kind: 'group', name: ALL_MANAGED_SYSTEMS }),
  ]
}
