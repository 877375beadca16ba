import type {
  Account,
  Authorization,
  DefaultTarget,
  System,
  SystemGroup,
  Tool,
  Toolbox,
} from './model.ts'
import { NameNumbers } from './name-numbers.ts'
import { EVERY, exactly, foldAccount, foldSystem } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { LoadCode } from './load-codes.ts'
import type {
  WrittenAuthorization,
  WrittenFile,
  WrittenGroup,
  WrittenReference,
  WrittenTool,
} from './written.ts'

/** Entries by name, for the second pass. */
export class NameTable<Entry extends { readonly name: string }> {
  readonly entries: readonly Entry[]
  readonly #numbers: NameNumbers

  constructor(entries: readonly Entry[], fold: (name: string) => string) {
    this.entries = entries
    this.#numbers = new NameNumbers(entries, fold)
  }

  /** Number of the entry of a name; -1: there is none. */
  find(name: string): number {
    return this.#numbers.find(name)
  }

  /** Reports every entry whose name an earlier one has. */
  reportRepeated(offsets: readonly number[], places: TextPlaces): void {
    for (const [number, { name }] of this.entries.entries()) {
      if (this.find(name) === number) continue
      places.report('already-defined', offsets[number] ?? 0, 1, quoted(name))
    }
  }
}

/** Everything that authorizations name. */
export interface Names {
  readonly users: NameTable<Account>
  readonly userGroups: NameTable<Account>
  readonly toolboxes: NameTable<Toolbox>
  readonly systems: NameTable<System>
  readonly groups: NameTable<SystemGroup>
}

/** Makes the tables of what is defined. */
export function namesOf(entries: {
  users: readonly Account[]
  userGroups: readonly Account[]
  toolboxes: readonly Toolbox[]
  systems: readonly System[]
  groups: readonly SystemGroup[]
}): Names {
  return {
    users: new NameTable(entries.users, foldAccount),
    userGroups: new NameTable(entries.userGroups, foldAccount),
    toolboxes: new NameTable(entries.toolboxes, exactly),
    systems: new NameTable(entries.systems, foldSystem),
    groups: new NameTable(entries.groups, exactly),
  }
}

/** Looks up the members of groups; one that is named twice counts once. */
export function resolveGroups(
  written: readonly WrittenGroup[],
  systems: NameTable<System>,
  places: TextPlaces,
): SystemGroup[] {
  return written.map(({ group, members }) => {
    const names = members.map((member) => lookUp(member, systems, 'system-undefined', places))
    return Object.freeze({ ...group, members: Object.freeze([...new Set(names)]) })
  })
}

/** Looks up the toolboxes and default targets of tools. */
export function resolveTools(
  written: readonly WrittenTool[],
  { toolboxes, systems }: Pick<Names, 'toolboxes' | 'systems'>,
  places: TextPlaces,
): Tool[] {
  return written.map(({ tool, toolboxes: references, defaultTarget }) => {
    const names = references.map((one) => lookUp(one, toolboxes, 'toolbox-undefined', places))
    return Object.freeze({
      ...tool,
      toolboxes: Object.freeze([...new Set(names)]),
      defaultTarget: targetOf(defaultTarget, systems, places),
    })
  })
}

function targetOf(
  written: WrittenTool['defaultTarget'],
  systems: NameTable<System>,
  places: TextPlaces,
): DefaultTarget {
  if (typeof written === 'string') return written
  const names = written.map((one) => lookUp(one, systems, 'system-undefined', places))
  return Object.freeze([...new Set(names)])
}

function lookUp(
  { name, offset }: WrittenReference,
  table: NameTable<{ readonly name: string }>,
  code: LoadCode,
  places: TextPlaces,
): string {
  const found = table.entries[table.find(name)]
  if (found === undefined) places.report(code, offset, name.length, quoted(name))
  return found?.name ?? name
}

/** Authorizations by numbers of what they name, in the order of the file, each once. */
export class AuthorizationSet {
  readonly list: Authorization[] = []
  readonly #names: Names
  readonly #seen: Set<number> = new Set()

  constructor(names: Names) {
    this.#names = names
  }

  /** Adds an authorization that the set does not have; one that it has is ignored. */
  add(authorization: Authorization): void {
    const key = this.#keyOf(authorization)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.list.push(authorization)
  }

  /** Whether the set has one of the same principal, toolbox and scope. */
  has(authorization: Authorization): boolean {
    return this.#seen.has(this.#keyOf(authorization))
  }

  #keyOf({ principal, toolbox, scope }: Authorization): number {
    const { users, userGroups, toolboxes, systems, groups } = this.#names
    const isUser = principal.kind === 'user'
    const who = isUser
      ? users.find(principal.name)
      : users.entries.length + userGroups.find(principal.name)
    const where =
      scope.kind === 'system'
        ? systems.find(scope.name)
        : systems.entries.length + groups.find(scope.name)
    const pair = who * toolboxes.entries.length + toolboxes.find(toolbox)
    return pair * (systems.entries.length + groups.entries.length) + where
  }
}

/**
 * Looks up what authorizations name, and puts what is configured now in place of each `*`.
 *
 * @param limit - Most authorizations that may come of it; more are an error at the one that exceeds it.
 */
export function resolveAuthorizations(
  written: WrittenFile<WrittenAuthorization>,
  names: Names,
  places: TextPlaces,
  limit: number,
): Authorization[] {
  const resolved: Authorization[] = []
  const parts = {
    user: new SharedParts('user', names.users),
    'user-group': new SharedParts('user-group', names.userGroups),
    system: new SharedParts('system', names.systems),
    group: new SharedParts('group', names.groups),
  }
  for (const one of written.entries) {
    const { principal: who, scope: where, update, source, comments } = one
    const scopes =
      where.name === EVERY
        ? parts[where.kind].all()
        : [
            parts[where.kind].find(
              { name: where.name, offset: one.scopeOffset },
              UNDEFINED[where.kind],
              places,
            ),
          ]
    if (resolved.length + scopes.length > limit) {
      places.report('too-many-authorizations', one.scopeOffset, where.name.length, `${limit}`)
      return resolved
    }
    const principal = parts[who.kind].find(
      { name: who.name, offset: one.principalOffset },
      UNDEFINED[who.kind],
      places,
    )
    const box = { name: one.toolbox, offset: one.toolboxOffset }
    const toolbox = lookUp(box, names.toolboxes, 'toolbox-undefined', places)
    for (const [index, scope] of scopes.entries()) {
      const own = index === 0 ? comments : NO_COMMENTS
      resolved.push(Object.freeze({ principal, toolbox, scope, update, source, comments: own }))
    }
  }
  return resolved
}

const UNDEFINED = {
  user: 'user-undefined',
  'user-group': 'user-group-undefined',
  system: 'system-undefined',
  group: 'group-undefined',
} as const

/** A frozen object for each entry of a table, made once: a list names the same ones over and over. */
class SharedParts<Kind extends string> {
  readonly #kind: Kind
  readonly #table: NameTable<{ readonly name: string }>
  readonly #parts: { readonly kind: Kind; readonly name: string }[] = []

  constructor(kind: Kind, table: NameTable<{ readonly name: string }>) {
    this.#kind = kind
    this.#table = table
  }

  /** The parts of all entries. */
  all(): { readonly kind: Kind; readonly name: string }[] {
    return this.#table.entries.map((_, number) => this.#at(number))
  }

  /** The part of a name; one that is not defined is reported. */
  find(
    reference: WrittenReference,
    code: LoadCode,
    places: TextPlaces,
  ): { readonly kind: Kind; readonly name: string } {
    const number = this.#table.find(reference.name)
    if (number !== -1) return this.#at(number)
    const { name, offset } = reference
    places.report(code, offset, name.length, quoted(name))
    return { kind: this.#kind, name }
  }

  #at(number: number): { readonly kind: Kind; readonly name: string } {
    return (this.#parts[number] ??= Object.freeze({
      kind: this.#kind,
      name: this.#table.entries[number]?.name ?? '',
    }))
  }
}

const NO_COMMENTS: readonly string[] = Object.freeze([])
