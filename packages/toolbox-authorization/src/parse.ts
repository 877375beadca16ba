import { ParseError, type Diagnostic, type TextOptions } from '@gatehouse/core'
import { readAccounts } from './account-files.ts'
import { readAuthorizations } from './authorization-file.ts'
import { AuthorizationResolver } from './authorization-resolver.ts'
import type { AuthorizationTable } from './authorization-table.ts'
import type { Account, FileKind, State, System, Toolbox } from './model.ts'
import { namesOf, NameTable, type Names } from './name-table.ts'
import { resolveGroups, resolveTools } from './resolve.ts'
import { builtInToolboxes, buildState, indexOf, type StateParts } from './state.ts'
import { readGroups, readSystems } from './system-files.ts'
import { quoted, TextPlaces } from './text-places.ts'
import { readToolboxes } from './toolbox-file.ts'
import { readTools } from './tool-file.ts'
import type { WrittenFile, WrittenGroup, WrittenTool } from './written.ts'

/** Most toolboxes of a state, built-in ones included: the vendor's limit. */
export const MAX_TOOLBOXES = 32

/** Most authorizations of a state, wildcards resolved: some 60 MB of memory. */
export const MAX_AUTHORIZATIONS = 1_000_000

/** One file. */
export interface SourceText {
  /** Its text or bytes. */
  readonly text: string | Uint8Array
  /** Label for messages and reasons, usually the file name. */
  readonly file: string
}

/** The files of a state. */
export interface StateFiles {
  /** `user-list`. */
  readonly users: SourceText
  /** `user-group-list`. Default: none. */
  readonly userGroups?: SourceText
  /** `toolbox-list`. Default: the built-in toolboxes alone. */
  readonly toolboxes?: SourceText
  /** `tool-list`. */
  readonly tools: SourceText
  /** `node-list`: every system, the management server included. */
  readonly systems: SourceText
  /** `node-group-list`. Default: no groups. */
  readonly groups?: SourceText
  /** `auth-list`, or list lines. */
  readonly authorizations: SourceText
}

/** How the files of a state are read. */
export interface StateOptions extends Omit<TextOptions, 'file'> {
  /** Name of the management server among the systems. */
  readonly cms: string
  /** Most toolboxes, built-in ones included. Default {@link MAX_TOOLBOXES}. */
  readonly maxToolboxes?: number
  /** Most authorizations, wildcards resolved. Default {@link MAX_AUTHORIZATIONS}. */
  readonly maxAuthorizations?: number
}

/** Stands for a file that was not given. */
const ABSENT: Readonly<Record<'userGroups' | 'toolboxes' | 'groups', SourceText>> = {
  userGroups: { text: '<user-group-list/>', file: 'user groups' },
  toolboxes: { text: '<toolbox-list/>', file: 'toolboxes' },
  groups: { text: '<node-group-list/>', file: 'groups' },
}

/**
 * Reads the files of one management server: all are parsed, then all names are looked up, then the
 * state is made. An error in any of them refuses all.
 *
 * The same authorization given twice counts once. A `*` stands for what is configured in these very
 * files: keep what {@link format} writes, not the file with the `*`.
 *
 * @returns The state, frozen.
 * @throws ParseError (`ERR_PARSE`) with every error of the pass that failed, each with a code of
 * {@link LOAD_CODES}, file, line and column.
 * @see docs/models/toolbox-authorization.md, rules TA-1 to TA-20
 */
export function parse(files: StateFiles, options: StateOptions): State {
  const given = { ...ABSENT, ...files }
  const open = ({ text, file }: SourceText): TextPlaces =>
    new TextPlaces(text, { ...options, file })
  const places = {
    users: open(given.users),
    userGroups: open(given.userGroups),
    toolboxes: open(given.toolboxes),
    tools: open(given.tools),
    systems: open(given.systems),
    groups: open(given.groups),
    authorizations: open(given.authorizations),
  }
  const written = {
    users: readAccounts(places.users, 'user'),
    userGroups: readAccounts(places.userGroups, 'user-group'),
    toolboxes: readToolboxes(places.toolboxes),
    tools: readTools(places.tools),
    systems: readSystems(places.systems),
    groups: readGroups(places.groups),
  }
  const toolboxes = [...builtInToolboxes(written.toolboxes.entries), ...written.toolboxes.entries]
  const names = namesOf({
    users: written.users.entries,
    userGroups: written.userGroups.entries,
    toolboxes,
    tools: written.tools.entries.map(({ tool }) => tool),
    systems: written.systems.entries,
    groups: written.groups.entries.map(({ group }) => group),
  })
  const { maxAuthorizations = MAX_AUTHORIZATIONS } = options
  const resolver = new AuthorizationResolver(names, places.authorizations, maxAuthorizations)
  const trailingComments = readAuthorizations(places.authorizations, resolver)
  throwAll(Object.values(places).map(({ diagnostics }) => diagnostics))
  const parts = resolveFiles(written, toolboxes, names, places, options)
  throwAll(Object.values(places).flatMap(({ diagnostics, deferred }) => [diagnostics, deferred]))
  return buildState(
    {
      ...parts,
      authorizations: resolver.table(),
      trailingComments: { ...commentsOf(written), authorizations: trailingComments },
      files: labelsOf(files),
      wildcards: resolver.wildcards,
    },
    names,
  )
}

/** What the first pass leaves. */
interface WrittenFiles {
  readonly users: WrittenFile<Account>
  readonly userGroups: WrittenFile<Account>
  readonly toolboxes: WrittenFile<Toolbox>
  readonly tools: WrittenFile<WrittenTool>
  readonly systems: WrittenFile<System>
  readonly groups: WrittenFile<WrittenGroup>
}

type Places = Readonly<Record<FileKind, TextPlaces>>

/** The second pass: every name is looked up, every second definition and every limit reported. */
function resolveFiles(
  written: WrittenFiles,
  toolboxes: readonly Toolbox[],
  names: Names,
  places: Places,
  options: StateOptions,
): Omit<StateParts, 'authorizations' | 'trailingComments' | 'files' | 'wildcards'> {
  const users = written.users.entries
  const userGroups = written.userGroups.entries
  const systems = written.systems.entries
  const groups = resolveGroups(written.groups.entries, names.systems, places.groups)
  const tools = resolveTools(written.tools.entries, names, places.tools)
  for (const kind of ['users', 'userGroups', 'systems', 'groups', 'tools'] as const) {
    names[kind].reportRepeated(written[kind].offsets, places[kind])
  }
  const own = new NameTable(written.toolboxes.entries, 'exact')
  own.reportRepeated(written.toolboxes.offsets, places.toolboxes)
  const { maxToolboxes = MAX_TOOLBOXES } = options
  if (toolboxes.length > maxToolboxes) {
    const offset = written.toolboxes.offsets.at(maxToolboxes - toolboxes.length) ?? 0
    places.toolboxes.report('too-many-toolboxes', offset, 1, String(maxToolboxes))
  }
  const cms = systems[names.systems.find(options.cms)]?.name
  if (cms === undefined) places.systems.report('cms-undefined', 0, 1, quoted(options.cms))
  if (!users.some(({ configRight }) => configRight === 'full')) {
    places.users.report('no-full-rights-user', 0, 1)
  }
  return { cms: cms ?? '', users, userGroups, toolboxes, tools, systems, groups }
}

/**
 * Reads authorizations to add to a state, or to remove from it: parsed, then looked up in the state.
 *
 * @throws ParseError with every error of the pass that failed.
 */
export function parseAuthorizations(
  state: State,
  { text, file }: SourceText,
  options: Omit<StateOptions, 'cms' | 'maxToolboxes'> = {},
): { authorizations: AuthorizationTable; wildcards: State['wildcards'] } {
  const places = new TextPlaces(text, { ...options, file })
  const { maxAuthorizations = MAX_AUTHORIZATIONS } = options
  const resolver = new AuthorizationResolver(indexOf(state).names, places, maxAuthorizations)
  readAuthorizations(places, resolver)
  throwAll([places.diagnostics])
  throwAll([places.deferred])
  return { authorizations: resolver.table(), wildcards: resolver.wildcards }
}

function commentsOf(written: WrittenFiles): State['trailingComments'] {
  const files = Object.entries(written) as [FileKind, WrittenFile<unknown>][]
  return Object.fromEntries(files.map(([kind, { trailingComments }]) => [kind, trailingComments]))
}

function labelsOf(files: StateFiles): Partial<Record<FileKind, string>> {
  const entries = Object.entries(files) as [FileKind, SourceText | undefined][]
  return Object.fromEntries(
    entries.flatMap(([kind, source]) => (source === undefined ? [] : [[kind, source.file]])),
  )
}

function throwAll(lists: readonly TextPlaces['diagnostics'][]): void {
  const errors = lists.flatMap((diagnostics) => {
    try {
      diagnostics.throwIfAny()
      return []
    } catch (error) {
      if (error instanceof ParseError) return [error]
      throw error
    }
  })
  const [first, ...rest] = errors.flatMap((error): readonly Diagnostic[] => error.diagnostics)
  if (first === undefined) return
  throw new ParseError(
    [first, ...rest],
    errors.reduce((sum, { total }) => sum + total, 0),
  )
}
