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

class IndexedState implements State {
  readonly cms: string
  readonly users: readonly Account[]
  readonly userGroups: readonly Account[]
  readonly toolboxes: readonly Toolbox[]
  readonly tools: readonly Tool[]
  readonly systems: readonly System[]
  readonly groups: readonly SystemGroup[]
  readonly authorizations: readonly Authorization[]
  readonly trailingComments: Readonly<Partial<Record<FileKind, readonly string[]>>>
  readonly files: Readonly<Partial<Record<FileKind, string>>>
  readonly wildcards: State['wildcards']
  readonly #index: StateIndex

  constructor(parts: State) {
    this.cms = parts.cms
    this.users = Object.freeze(parts.users)
    this.userGroups = Object.freeze(parts.userGroups)
    this.toolboxes = Object.freeze(parts.toolboxes)
    this.tools = Object.freeze(parts.tools)
    this.systems = Object.freeze(parts.systems)
    this.groups = Object.freeze(parts.groups)
    this.authorizations = Object.freeze(parts.authorizations)
    this.trailingComments = Object.freeze(parts.trailingComments)
    this.files = Object.freeze(parts.files)
    this.wildcards = Object.freeze(parts.wildcards)
    this.#index = new StateIndex(this)
    Object.freeze(this)
  }

  static indexOf(state: State): StateIndex {
    return (state as IndexedState).#index
  }
}

/** Makes a state of parts whose names were all looked up. */
export function buildState(parts: State): State {
  return new IndexedState(parts)
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
