import type { AccessEntry, Profile } from '../model.ts'
import { LEVELS } from '../request.ts'

/** Chooses among the entries that a request satisfies; they come in the daemon's order. */
export type AccessChoice = (
  candidates: readonly AccessEntry[],
  context: string,
) => AccessEntry | undefined

/**
 * The daemon's choice: it goes along its list and takes the next entry whenever that is better than
 * the one in hand in any one respect. An `any` entry can so beat one of the very model.
 */
function chooseAlongList(candidates: readonly AccessEntry[]): AccessEntry | undefined {
  let [best] = candidates
  for (const next of candidates.slice(1)) {
    if (best !== undefined && isTaken(best, next)) best = next
  }
  return best
}

function isTaken(best: AccessEntry, next: AccessEntry): boolean {
  if (best.model === 'any' && next.model !== 'any') return true
  if (best.contextMatch === 'prefix') {
    if (next.contextMatch === 'exact') return true
    if (octets(best.context) < octets(next.context)) return true
  }
  return LEVELS[best.level] < LEVELS[next.level]
}

/** RFC 3415, vacmAccessTable: each rule in turn narrows what the one before it left. */
function chooseInTurn(
  candidates: readonly AccessEntry[],
  context: string,
): AccessEntry | undefined {
  let left = orAll(candidates, ({ model }) => model !== 'any')
  left = orAll(left, (entry) => entry.context === context)
  const longest = Math.max(...left.map((entry) => octets(entry.context)))
  left = left.filter((entry) => octets(entry.context) === longest)
  const highest = Math.max(...left.map(({ level }) => LEVELS[level]))
  return left.find(({ level }) => LEVELS[level] === highest)
}

function orAll(
  entries: readonly AccessEntry[],
  wanted: (entry: AccessEntry) => boolean,
): readonly AccessEntry[] {
  const some = entries.filter(wanted)
  return some.length === 0 ? entries : some
}

/** Length of a context in octets, as it stands on the wire. */
export function octets(context: string): number {
  return Buffer.byteLength(context, 'utf8')
}

/** The choice of each profile. */
export const ACCESS_CHOICES: Readonly<Record<Profile, AccessChoice>> = {
  'net-snmp': chooseAlongList,
  rfc3415: chooseInTurn,
}
