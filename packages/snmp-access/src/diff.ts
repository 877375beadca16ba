import {
  isNoPolicy,
  LimitError,
  type Difference,
  type LineSource,
  type NoPolicy,
} from '@gatehouse/core'
import { deciderOf, type Decider } from './access/decider.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { MAX_COMMUNITY_OCTETS } from './community.ts'
import type { CommunityEntry, Configuration, Level, Oid, ViewEntry } from './model.ts'
import { octetKey, type Request } from './request.ts'
import {
  addressText,
  cubeOf,
  intersect,
  subtract,
  type AddressCube,
} from './review/address-cube.ts'
import { findViewChanges, type ViewSide } from './review/view-changes.ts'

/** Whom a difference is for. */
export type RegionSender =
  | {
      readonly kind: 'community'
      readonly versions: readonly ('1' | '2c')[]
      /** The entries that answer the community and its sources; `null`: none does. */
      readonly before: LineSource | null
      readonly after: LineSource | null
    }
  | {
      readonly kind: 'user'
      readonly user: string
      readonly context: string
      readonly levels: readonly Level[]
    }

/** Commands whose outcome changes: by one kind of sender, on the objects that two rows decide. */
export interface ChangedRegion {
  readonly operation: 'read' | 'write'
  readonly sender: RegionSender
  /** The rows of the views; `null`: no row covers the objects, or there is no view. */
  readonly rows: { readonly before: ViewEntry | null; readonly after: ViewEntry | null }
}

interface Side {
  readonly policy: Configuration | NoPolicy
  readonly decider: Decider | null
  readonly configuration: Configuration | null
}

/** One way to send a command, as both sides see it. */
interface Variant {
  readonly label: string
  readonly securityNames: readonly [string | null, string | null]
  readonly contexts: readonly [string, string]
  readonly model: 'v1' | 'v2c' | 'usm'
  readonly level: Level
  readonly request: Omit<Request, 'pdu' | 'varbinds'>
}

type SnmpDifference = Difference<ChangedRegion, Request, Code>

/**
 * Compares two configurations of snmpd: every GET and SET of one object whose outcome changes is in
 * one region of the answer, and each region has an example, which holds its community.
 *
 * Reasons, error codes, counters and traps may change besides. Walks change where reading does. The
 * uses of notifications are not compared.
 *
 * @returns New access first, then access that is lost. No policy decides as one that grants nothing.
 * @throws LimitError (`ERR_LIMIT`) when the sources of a community fall into more than 10,000 pieces.
 */
export function diff(
  before: Configuration | NoPolicy,
  after: Configuration | NoPolicy,
): SnmpDifference[] {
  const sides = [sideOf(before), sideOf(after)] as const
  const found = [...communityVariants(sides), ...userVariants(sides)].flatMap(
    ({ variants, name }) => compare(sides, variants, name),
  )
  return found.toSorted((a, b) => rank(a) - rank(b))
}

function rank({ after }: SnmpDifference): number {
  return after.outcome === 'allow' ? 0 : 1
}

function sideOf(policy: Configuration | NoPolicy): Side {
  if (isNoPolicy(policy)) return { policy, decider: null, configuration: null }
  return { policy, decider: deciderOf(policy), configuration: policy }
}

type Sides = readonly [Side, Side]

interface Variants {
  readonly variants: readonly Variant[]
  readonly name: (labels: readonly string[]) => RegionSender
}

function compare(
  sides: Sides,
  variants: readonly Variant[],
  name: Variants['name'],
): SnmpDifference[] {
  return (['read', 'write'] as const).flatMap((operation) => {
    const regions = new Map<
      string,
      { labels: string[]; example: Request; rows: ChangedRegion['rows'] }
    >()
    for (const variant of variants) {
      const [old, young] = [
        viewOf(sides[0], variant, 0, operation),
        viewOf(sides[1], variant, 1, operation),
      ]
      for (const change of findViewChanges(old, young)) {
        const rows = { before: change.before, after: change.after }
        const key = JSON.stringify(rows)
        const region = regions.get(key)
        if (region === undefined) {
          regions.set(key, {
            labels: [variant.label],
            rows,
            example: exampleOf(variant, operation, change.oid),
          })
        } else region.labels.push(variant.label)
      }
    }
    return [...regions.values()].map(({ labels, rows, example }) => ({
      region: { operation, sender: name(labels), rows },
      example,
      before: check(sides[0].policy, example),
      after: check(sides[1].policy, example),
    }))
  })
}

function exampleOf({ request }: Variant, operation: 'read' | 'write', oid: Oid): Request {
  return { ...request, pdu: operation === 'read' ? 'get' : 'set', varbinds: [{ oid }] }
}

const NO_VIEW: ViewSide = { view: undefined, rows: [] }

function viewOf(
  { decider, configuration }: Side,
  { securityNames, contexts, model, level }: Variant,
  at: 0 | 1,
  operation: 'read' | 'write',
): ViewSide {
  const [securityName, context] = [securityNames[at], contexts[at]]
  if (decider === null || securityName === null || !decider.contexts.has(context)) return NO_VIEW
  const group = decider.groups.find(model, securityName)?.group
  if (group === undefined) return NO_VIEW
  const name = decider.accesses.find({ group, context, model, level })?.views[operation] ?? ''
  const view = name === '' ? undefined : decider.views.get(name)
  if (view === undefined) return NO_VIEW
  return { view, rows: rowsOf(configuration, name) }
}

function rowsOf(configuration: Configuration | null, name: string): readonly ViewEntry[] {
  return (configuration?.views ?? []).filter(({ view }) => view === name)
}

const EVERYBODY = {
  ipv4: { width: 32, value: 0n, mask: 0n },
  ipv6: { width: 128, value: 0n, mask: 0n },
} as const

/** IPv4-mapped addresses are IPv4. */
const MAPPED: AddressCube = { width: 128, value: 0xffffn << 32n, mask: ((1n << 96n) - 1n) << 32n }

function communityVariants(sides: Sides): Variants[] {
  const lists = sides.map(({ configuration }) => listsOf(configuration?.communities ?? []))
  const keys = new Set(lists.flatMap((each) => [...each.keys()]))
  return [...keys].flatMap((key) => {
    const [old = [], young = []] = lists.map((each) => each.get(key) ?? [])
    return [...old, null].flatMap((before) =>
      [...young, null].flatMap((after) => pairOf(old, young, before, after)),
    )
  })
}

function listsOf(entries: readonly CommunityEntry[]): Map<string, CommunityEntry[]> {
  const lists = new Map<string, CommunityEntry[]>()
  for (const entry of entries) {
    if (entry.community.length > MAX_COMMUNITY_OCTETS) continue
    const key = `${entry.family} ${octetKey(entry.community)}`
    lists.set(key, [...(lists.get(key) ?? []), entry])
  }
  return lists
}

/** The senders that these two entries answer, if there are any. */
function pairOf(
  old: readonly CommunityEntry[],
  young: readonly CommunityEntry[],
  before: CommunityEntry | null,
  after: CommunityEntry | null,
): Variants[] {
  const entry = before ?? after
  if (entry === null) return []
  const whole = intersect(
    before === null ? EVERYBODY[entry.family] : cubeOf(before.source.pattern),
    after === null ? EVERYBODY[entry.family] : cubeOf(after.source.pattern),
  )
  if (whole === undefined) return []
  const earlier = [...earlierThan(old, before), ...earlierThan(young, after)]
  const taken = earlier.map(({ source }) => cubeOf(source.pattern))
  const left = subtract(whole, entry.family === 'ipv6' ? [...taken, MAPPED] : taken)
  if (left === undefined) {
    throw new LimitError('sources fall into too many pieces', { source: entry.origin })
  }
  const [piece] = left
  if (piece === undefined) return []
  const source = addressText(piece.value, piece.width)
  const variants = (['1', '2c'] as const).map((version): Variant => ({
    label: version,
    securityNames: [nameOf(before), nameOf(after)],
    contexts: [before?.context ?? '', after?.context ?? ''],
    model: version === '1' ? 'v1' : 'v2c',
    level: 'noAuthNoPriv',
    request: { version, community: entry.community, source },
  }))
  const name = (labels: readonly string[]): RegionSender => ({
    kind: 'community',
    versions: labels as readonly ('1' | '2c')[],
    before: before?.origin ?? null,
    after: after?.origin ?? null,
  })
  return [{ variants, name }]
}

function earlierThan(
  list: readonly CommunityEntry[],
  entry: CommunityEntry | null,
): readonly CommunityEntry[] {
  return entry === null ? list : list.slice(0, list.indexOf(entry))
}

function nameOf(entry: CommunityEntry | null): string | null {
  return entry === null || entry.negated ? null : entry.securityName
}

const LEVELS: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv']

function userVariants(sides: Sides): Variants[] {
  const groups = sides.flatMap(({ configuration }) => configuration?.groups ?? [])
  const users = new Set(
    groups
      .filter(({ model }) => model === 'usm' || model === 'any')
      .map(({ securityName }) => securityName),
  )
  const contexts = new Set(sides.flatMap(({ decider }) => [...(decider?.contexts ?? [])]))
  return [...users].flatMap((user) =>
    [...contexts].map((context) => ({
      variants: LEVELS.map((level): Variant => ({
        label: level,
        securityNames: [user, user],
        contexts: [context, context],
        model: 'usm',
        level,
        request: { version: '3', user, level, context, usm: 'accepted', source: '192.0.2.1' },
      })),
      name: (labels: readonly string[]): RegionSender => ({
        kind: 'user',
        user,
        context,
        levels: labels as readonly Level[],
      }),
    })),
  )
}
