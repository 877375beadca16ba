import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { isAction, needed, type Ownership } from './actions.ts'
import { coverOf } from './cover.ts'
import { suffices, type Level } from './level.ts'
import type { Policy, Request } from './model.ts'
import { PeerMap } from './peer-map.ts'
import { RegionWriter, type Region } from './region.ts'

/** What is asked, without who asks. */
export type Operation = Pick<Request, 'action' | keyof Ownership>

/**
 * Describes the callers that the file lets do something: all of them, and no other.
 *
 * A region stands on a computer entry, or on every peer, less the entries that take something away.
 * Regions may overlap; none is held by the others together, and none has an exception to spare.
 * Whether a user is who it claims to be, the file does not know, and neither does this.
 *
 * @param operation - Its action is a key of {@link ACTIONS}; for any other, nobody is described.
 * @returns None where there is no policy: `check` refuses everybody.
 */
export function whoCan(policy: Policy | NoPolicy, operation: Operation): Region[] {
  const { action } = operation
  if (isNoPolicy(policy) || !isAction(action)) return []
  const level = needed(action, operation)
  const map = new PeerMap([policy])
  const writer = new RegionWriter(map, [policy])
  return coverOf(map, ([granted]) => suffices(granted as Level, level)).map((cell) =>
    writer.write(cell),
  )
}
