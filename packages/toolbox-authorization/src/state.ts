import type { AuthorizationTable } from './authorization-table.ts'
import { namesOf, type Names } from './name-table.ts'
import { BUILT_IN_TOOLBOXES } from './names.ts'
import type {
  Account,
  Authorization,
  FileKind,
  State,
  System,
  SystemGroup,
  Tool,
  Toolbox,
} from './model.ts'
import { StateIndex } from './state-index.ts'

/** What a state is made of. */
export interface StateParts extends Omit<State, 'authorizations'> {
  readonly authorizations: AuthorizationTable
}

/** Its properties are set one by one: V8 keeps an object with a getter fast only if that is new to it. */
class IndexedState implements State {
  declare readonly cms: string
  declare readonly users: readonly Account[]
  declare readonly userGroups: readonly Account[]
  declare readonly toolboxes: readonly Toolbox[]
  declare readonly tools: readonly Tool[]
  declare readonly systems: readonly System[]
  declare readonly groups: readonly SystemGroup[]
  declare readonly authorizations: readonly Authorization[]
  declare readonly trailingComments: Readonly<Partial<Record<FileKind, readonly string[]>>>
  declare readonly files: Readonly<Partial<Record<FileKind, string>>>
  declare readonly wildcards: State['wildcards']
  readonly #index: StateIndex
  #made: WeakRef<readonly Authorization[]> | undefined

  /** One getter for all: with its own, each state is of another shape to V8, which has no fast code for many. */
  static readonly #authorizations: PropertyDescriptor & ThisType<IndexedState> = {
    enumerable: true,
    get() {
      return this.#onDemand()
    },
  }

  constructor(parts: StateParts, names: Names) {
    this.#index = new StateIndex(parts, names)
    this.cms = parts.cms
    this.users = Object.freeze(parts.users)
    this.userGroups = Object.freeze(parts.userGroups)
    this.toolboxes = Object.freeze(parts.toolboxes)
    this.tools = Object.freeze(parts.tools)
    this.systems = Object.freeze(parts.systems)
    this.groups = Object.freeze(parts.groups)
    Object.defineProperty(this, 'authorizations', IndexedState.#authorizations)
    this.trailingComments = Object.freeze(parts.trailingComments)
    this.files = Object.freeze(parts.files)
    this.wildcards = Object.freeze(parts.wildcards)
    Object.freeze(this)
  }

  static indexOf(state: State): StateIndex {
    return (state as IndexedState).#index
  }

  /** The authorizations as objects, made when somebody asks and dropped when nobody holds them any more. */
  #onDemand(): readonly Authorization[] {
    const known = this.#made?.deref()
    if (known !== undefined) return known
    const list = this.#index.listAuthorizations()
    this.#made = new WeakRef(list)
    return list
  }
}

/**
 * Makes a state of parts whose names were all looked up.
 *
 * @param names - The tables of their names, where there are some already.
 */
export function buildState(parts: StateParts, names: Names = namesOf(parts)): State {
  return new IndexedState(parts, names)
}

/** Makes a state of another one's parts, some of them changed. */
export function changeState(state: State, changes: Partial<StateParts>): State {
  const { cms, users, userGroups, toolboxes, tools, systems, groups } = state
  const { trailingComments, files, wildcards } = state
  const { authorizations } = indexOf(state)
  const entries = { cms, users, userGroups, toolboxes, tools, systems, groups }
  return buildState({
    ...entries,
    authorizations,
    trailingComments,
    files,
    wildcards,
    ...changes,
  })
}

/**
 * The index of a state.
 *
 * @throws TypeError when the object was not made by {@link buildState}.
 */
export function indexOf(state: State): StateIndex {
  return IndexedState.indexOf(state)
}

/** The built-in toolboxes that a file does not define. */
export function builtInToolboxes(defined: readonly Toolbox[]): Toolbox[] {
  const names = new Set(defined.map(({ name }) => name))
  return BUILT_IN_TOOLBOXES.filter((name) => !names.has(name)).map((name) =>
    Object.freeze({
      name,
      guid: null,
      enabled: true,
      description: null,
      notes: Object.freeze([]),
      builtIn: true,
      source: Object.freeze({ file: 'built-in toolboxes', line: 1 }),
      comments: Object.freeze([]),
    }),
  )
}
