import { claimed, isNoPolicy, type Difference, type NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { coverOf, type Cell } from './cover.ts'
import { KEYWORDS } from './keywords.ts'
import { LEVELS, suffices, type Level } from './level.ts'
import type { Policy, Request } from './model.ts'
import { parse } from './parse.ts'
import { PeerMap } from './peer-map.ts'
import { ownAddress } from './peer-tree.ts'
import { RegionWriter, type Region } from './region.ts'

/** Callers whose level changes from one to another. */
export interface ChangedRegion extends Region {
  /** Their level in each policy; `null` where there is none, which refuses what `NONE` may do as well. */
  readonly granted: { readonly before: Level | null; readonly after: Level | null }
  /** Their answer changes for every operation that needs one of these levels, and for no other. */
  readonly needed: readonly Level[]
}

/** An operation that needs the level. */
const OPERATION_NEEDING: Readonly<Record<Level, string>> = {
  NONE: 'collect.query',
  VIEW: 'chart',
  MODIFY: 'collect.start',
  MANAGE: 'policy.stop',
}

/**
 * Describes the requests that two policies answer differently: all of them, and no other.
 *
 * What lets in comes first, with the larger steps at the end; what shuts out follows. Answers that
 * differ in their reason only are no difference.
 */
export function diff(
  before: Policy | NoPolicy,
  after: Policy | NoPolicy,
): Difference<ChangedRegion, Request, Code>[] {
  const policies = [before, after].map((policy) => (isNoPolicy(policy) ? EMPTY : policy))
  const map = new PeerMap(policies)
  const writer = new RegionWriter(map, policies)
  const steps = STEPS.filter(
    (step) =>
      (step.before === null) === isNoPolicy(before) && (step.after === null) === isNoPolicy(after),
  )
  return steps.flatMap((granted) => {
    const needed = LEVELS.filter(
      (level) => allows(granted.before, level) !== allows(granted.after, level),
    )
    const isStep = ([one, other]: readonly Level[]): boolean =>
      one === (granted.before ?? 'NONE') && other === (granted.after ?? 'NONE')
    return coverOf(map, isStep).map((cell) => {
      const region = { ...writer.write(cell), granted, needed }
      const example = exampleOf(cell, region, writer.unlistedUser())
      const decisions = { before: check(before, example), after: check(after, example) }
      return { region, example, ...decisions }
    })
  })
}

/** Stands where there is no policy: it has no entries either, and gives everybody one level. */
const EMPTY: Policy = parse(KEYWORDS.authorization.join('\n'), { file: '' })

function allows(granted: Level | null, needed: Level): boolean {
  return granted !== null && suffices(granted, needed)
}

/** Every change of a level, upward first. */
const STEPS: readonly ChangedRegion['granted'][] = [
  [null, ...LEVELS],
  [...LEVELS.toReversed(), null],
].flatMap((levels) =>
  levels.flatMap((before, index) => levels.slice(index + 1).map((after) => ({ before, after }))),
)

function exampleOf(cell: Cell, region: ChangedRegion, unlistedUser: string): Request {
  const { users, needed } = region
  return {
    peer: { address: ownAddress(cell.node), verifiedName: cell.host?.key ?? null },
    claimedUser: claimed(users.users[0] ?? unlistedUser),
    action: OPERATION_NEEDING[needed[0] as Level],
    startedByCaller: false,
    othersHaveRequests: false,
  }
}
