import { LimitError, type LineSource } from '@gatehouse/core'
import { deciderOf, type Decider } from './access/decider.ts'
import { MAX_COMMUNITY_OCTETS } from './community.ts'
import type {
  CommunityEntry,
  Configuration,
  Level,
  Oid,
  Origin,
  SecurityModel,
  SourceFamily,
  ViewType,
} from './model.ts'
import { octetKey } from './request.ts'
import { cubeOf, meets, subtract, type AddressCube } from './review/address-cube.ts'

/** Senders of one community who may do what was asked. */
export interface CommunityClause {
  /** The entry's security name; the community itself is not shown. */
  readonly securityName: string
  readonly family: SourceFamily
  /** The addresses, as the file spells them. */
  readonly source: string
  /** Of these addresses those that are not meant: earlier entries answer them in another way. */
  readonly except: readonly string[]
  /** Versions that it is good for. */
  readonly models: readonly ('v1' | 'v2c')[]
  /** The entry. */
  readonly origin: LineSource
  /** The rows of the views that include the object, for each version. */
  readonly rows: readonly Origin[]
}

/** Messages of one user that may do what was asked. */
export interface UserClause {
  readonly user: string
  /** Contexts in which that is so; '' is the default one. */
  readonly contexts: readonly string[]
  /** How a message may be protected for it. */
  readonly levels: readonly Level[]
  /** The group line. */
  readonly origin: LineSource
}

/** Who may do something to an object. */
export interface WhoCan {
  /** Whether everybody may, whatever the entries say: snmptrapd with disableAuthorization. */
  readonly everybody: boolean
  /** In the order of the file. */
  readonly communities: readonly CommunityClause[]
  /** In the order of the group lines. */
  readonly users: readonly UserClause[]
}

/**
 * Lists who may read, write or otherwise use an object: all of them, and no clause that others make
 * superfluous.
 *
 * Whether a user exists and has keys for a level is not in the file, and not asked; nor is whether
 * the MIB has the object. A notification may name any context: those in access lines are asked.
 *
 * @param operation - `read`, `write` or `notify`; `log`, `execute` and `net` for a notification's OID.
 * @throws LimitError (`ERR_LIMIT`) when the sources of a community fall into more than 10,000 pieces.
 */
export function whoCan(configuration: Configuration, oid: Oid, operation: ViewType): WhoCan {
  const decider = deciderOf(configuration)
  const isNotification = operation === 'log' || operation === 'execute' || operation === 'net'
  const ask = (query: Asked): Origin | undefined =>
    isNotification || decider.contexts.has(query.context)
      ? rowOf(decider, query, oid, operation)
      : undefined
  return {
    everybody: isNotification && configuration.authorizationDisabled,
    communities: listCommunities(configuration.communities, ask),
    users: listUsers(configuration, decider, ask),
  }
}

interface Asked {
  readonly model: SecurityModel
  readonly securityName: string
  readonly context: string
  readonly level: Level
}

/** The row of a view that includes the object for a sender. */
function rowOf(
  { groups, accesses, views }: Decider,
  { model, securityName, context, level }: Asked,
  oid: Oid,
  operation: ViewType,
): Origin | undefined {
  const group = groups.find(model, securityName)?.group
  if (group === undefined) return undefined
  const name = accesses.find({ group, context, model, level })?.views[operation]
  const membership = views.get(name ?? '')?.ask(oid)
  return membership?.state === 'included' ? membership.row.entry.origin : undefined
}

type Ask = (asked: Asked) => Origin | undefined

interface PlacedEntry {
  readonly entry: CommunityEntry
  readonly cube: AddressCube
  readonly rows: ReadonlyMap<'v1' | 'v2c', Origin>
}

interface Candidate extends PlacedEntry {
  readonly except: readonly PlacedEntry[]
  readonly pieces: readonly AddressCube[]
}

function listCommunities(entries: readonly CommunityEntry[], ask: Ask): CommunityClause[] {
  const lists = new Map<string, PlacedEntry[]>()
  for (const entry of entries) {
    if (entry.community.length > MAX_COMMUNITY_OCTETS) continue
    const key = `${entry.family} ${octetKey(entry.community)}`
    const list = lists.get(key) ?? []
    lists.set(key, list)
    list.push({ entry, cube: cubeOf(entry.source.pattern), rows: rowsOf(entry, ask) })
  }
  const order = new Map(entries.map((entry, index) => [entry, index]))
  return [...lists.values()]
    .flatMap((list) => withoutSuperfluous(candidatesOf(list)))
    .toSorted((a, b) => (order.get(a.entry) ?? 0) - (order.get(b.entry) ?? 0))
    .map(clauseOf)
}

function rowsOf({ negated, securityName, context }: CommunityEntry, ask: Ask): PlacedEntry['rows'] {
  const rows = new Map<'v1' | 'v2c', Origin>()
  for (const model of ['v1', 'v2c'] as const) {
    const row = ask({ model, securityName, context, level: 'noAuthNoPriv' })
    if (!negated && row !== undefined) rows.set(model, row)
  }
  return rows
}

/** The entries that grant, each less what earlier ones grant to fewer versions. */
function candidatesOf(list: readonly PlacedEntry[]): Candidate[] {
  return list.flatMap((placed, index) => {
    if (placed.rows.size === 0) return []
    const except = list.slice(0, index).filter(({ cube, rows }) => {
      const grantsAsMuch = [...placed.rows.keys()].every((model) => rows.has(model))
      return !grantsAsMuch && meets(cube, placed.cube)
    })
    const pieces = cut(
      placed.cube,
      except.map(({ cube }) => cube),
      placed,
    )
    return [{ ...placed, except, pieces }]
  })
}

function withoutSuperfluous(candidates: readonly Candidate[]): Candidate[] {
  const kept = new Set(candidates)
  for (const candidate of candidates) {
    const others = [...kept].filter((each) => each !== candidate)
    const isCovered = [...candidate.rows.keys()].every((model) => {
      const pieces = others.filter(({ rows }) => rows.has(model)).flatMap((each) => each.pieces)
      return candidate.pieces.every((piece) => cut(piece, pieces, candidate).length === 0)
    })
    if (isCovered) kept.delete(candidate)
  }
  return [...kept]
}

function cut(
  cube: AddressCube,
  others: readonly AddressCube[],
  { entry }: PlacedEntry,
): AddressCube[] {
  const rest = subtract(cube, others)
  if (rest !== undefined) return rest
  throw new LimitError('sources fall into too many pieces', { source: entry.origin })
}

function clauseOf({ entry, except, rows }: Candidate): CommunityClause {
  const { securityName, family, source, origin } = entry
  return {
    securityName,
    family,
    source: source.text,
    except: except.map((each) => each.entry.source.text),
    models: [...rows.keys()],
    origin,
    rows: [...new Set(rows.values())],
  }
}

const LEVEL_NAMES: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv']

function listUsers(
  { groups, accesses }: Configuration,
  { groups: table, contexts }: Decider,
  ask: Ask,
): UserClause[] {
  const asked = new Set([...contexts, ...accesses.map(({ context }) => context)])
  const counting = groups.filter((entry) => table.find('usm', entry.securityName) === entry)
  return counting.flatMap(({ securityName: user, origin }) => {
    const byLevels = new Map<string, { levels: readonly Level[]; contexts: string[] }>()
    for (const context of asked) {
      const levels = LEVEL_NAMES.filter(
        (level) => ask({ model: 'usm', securityName: user, context, level }) !== undefined,
      )
      if (levels.length === 0) continue
      const same = byLevels.get(levels.join(' ')) ?? { levels, contexts: [] }
      byLevels.set(levels.join(' '), same)
      same.contexts.push(context)
    }
    return [...byLevels.values()].map((each) => ({ user, ...each, origin }))
  })
}
