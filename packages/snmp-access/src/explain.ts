import { AddressSet, parseAddress, type Address } from '@gatehouse/address-set'
import { isNoPolicy, type LineSource, type NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { CommunityEntry, Configuration, Level, Oid, Origin, SourceFamily } from './model.ts'
import { octetKey, type Request } from './request.ts'
import type { AccessStatus, Verdict } from './verdict.ts'
import type { ObjectState } from './view/view.ts'

/** What one entry for the community says about a request. */
export interface ExplainedEntry {
  readonly origin: LineSource
  readonly family: SourceFamily
  /** Its source as the file spells it, with its `!`. */
  readonly source: string
  /**
   * `decides`: it is the first that matches. `too-late`: it matches, and an earlier one has decided.
   * `other-source`, `other-family`: the request came from somewhere else.
   */
  readonly says: 'decides' | 'too-late' | 'other-source' | 'other-family'
}

/** What the view says of one object. */
export interface ExplainedObject {
  readonly oid: Oid
  readonly state: ObjectState
  /** The row that decided, `null` when none covers the object. */
  readonly row: Origin | null
}

/** Why a command is answered as it is. */
export interface Explanation {
  /** The same that `check` answers. */
  readonly decision: Verdict
  /** How far access control came; `null` when it was not asked. */
  readonly status: AccessStatus | null
  /** Every entry for the community, in the order in which they are asked; it is not shown itself. */
  readonly entries: readonly ExplainedEntry[]
  /** Who the sender is taken for. */
  readonly securityName: string | null
  readonly context: string
  readonly group: { readonly name: string; readonly origin: LineSource } | null
  /** The access entry that was chosen. */
  readonly access: { readonly level: Level; readonly origin: LineSource } | null
  /** Name of the view asked, and the line that names it. */
  readonly view: { readonly name: string; readonly origin: LineSource } | null
  /** One for each object of the request, where a view was asked; of walks the names they start from. */
  readonly objects: readonly ExplainedObject[]
  /** What net-snmp's daemon would do, in whichever profile the policy decides. It logs none of it. */
  readonly daemon: Pick<
    Verdict,
    'reply' | 'errorStatus' | 'errorIndex' | 'report' | 'counters' | 'authFailureTrap'
  >
}

/** Explains the decision on one command: each entry on the way to it, and what the daemon would do. */
export function explain(policy: Configuration | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  const { path, view } = decision
  const named = path.access
  const type = path.access !== null && request.pdu === 'set' ? 'write' : 'read'
  const isKnown = decision.path.status !== null && !isNoPolicy(policy)
  return {
    decision,
    status: path.status,
    entries: isKnown ? explainEntries(policy, request, path.community) : [],
    securityName: path.securityName,
    context: path.context,
    group: path.group && { name: path.group.group, origin: path.group.origin },
    access: named && { level: named.level, origin: named.origin },
    view:
      view === null || named === null
        ? null
        : { name: view.name, origin: named.viewOrigins?.[type] ?? named.origin },
    objects:
      view === null
        ? []
        : request.varbinds.map(({ oid }) => {
            const { state, row } = view.ask(oid)
            return { oid, state, row: row?.entry.origin ?? null }
          }),
    daemon: replyOfDaemon(policy, request, decision),
  }
}

function replyOfDaemon(
  policy: Configuration | NoPolicy,
  request: Request,
  decision: Verdict,
): Explanation['daemon'] {
  const isDaemon = isNoPolicy(policy) || policy.profile === 'net-snmp'
  const verdict = isDaemon ? decision : check({ ...policy, profile: 'net-snmp' }, request)
  const { reply, errorStatus, errorIndex, report, counters, authFailureTrap } = verdict
  return { reply, errorStatus, errorIndex, report, counters, authFailureTrap }
}

function explainEntries(
  { communities }: Configuration,
  { community, source }: Request,
  decider: CommunityEntry | null,
): ExplainedEntry[] {
  const address = parseAddress(source)
  if (community === undefined || address === undefined) return []
  const family = address.family === 4 ? 'ipv4' : 'ipv6'
  const key = octetKey(community)
  const own = communities.filter((entry) => octetKey(entry.community) === key)
  const first = decider ?? own.find((entry) => entry.family === family && has(entry, address))
  return own.map((entry) => {
    const { origin, negated, source: written } = entry
    const text = `${negated ? '!' : ''}${written.text}`
    return {
      origin,
      family: entry.family,
      source: text,
      says: saysOf(entry, first, family, address),
    }
  })
}

function saysOf(
  entry: CommunityEntry,
  first: CommunityEntry | undefined,
  family: SourceFamily,
  address: Address,
): ExplainedEntry['says'] {
  if (entry === first) return 'decides'
  if (entry.family !== family) return 'other-family'
  return has(entry, address) ? 'too-late' : 'other-source'
}

function has({ source }: CommunityEntry, address: Address): boolean {
  return AddressSet.of([source.pattern]).has(address)
}
