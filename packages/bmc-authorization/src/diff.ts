import { claimed, type Difference } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { coverOf, type Cell } from './cover.ts'
import { exceeds, LEVELS, type Level } from './level.ts'
import type { Policy, Request } from './model.ts'
import { PeerMap } from './peer-map.ts'
import { ownAddress } from './peer-tree.ts'
import { RegionWriter, type Region } from './region.ts'

/** Callers whose level changes from one to another. */
export interface ChangedRegion extends Region {
  /** Their level in each policy. */
  readonly granted: { readonly before: Level; readonly after: Level }
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
export function diff(before: Policy, after: Policy): Difference<ChangedRegion, Request, Code>[] {
  const map = new PeerMap([before, after])
  const writer = new RegionWriter(map, [before, after])
  return STEPS.flatMap((granted) => {
    const needed = LEVELS.filter(
      (level) => exceeds(level, granted.before) !== exceeds(level, granted.after),
    )
    const isStep = ([one, other]: readonly Level[]): boolean =>
      one === granted.before && other === granted.after
    return coverOf(map, isStep).map((cell) => {
      const region = { ...writer.write(cell), granted, needed }
      const example = exampleOf(cell, region, writer.unlistedUser())
      const decisions = { before: check(before, example), after: check(after, example) }
      return { region, example, ...decisions }
    })
  })
}

/** Every change of a level, upward first. */
const STEPS: readonly ChangedRegion['granted'][] = [LEVELS, LEVELS.toReversed()].flatMap((levels) =>
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
