import { isDeepStrictEqual } from 'node:util'
import { readDotQuad } from './c-numbers.ts'
import type { HostPattern } from './host-pattern.ts'
import type { ClientPattern, DaemonPattern, RulePatterns } from './rule-match.ts'
import { matchesText, type TextPattern } from './text-pattern.ts'

/**
 * Whether a rule matches every request that a later one matches.
 *
 * A yes is proved, item by item; a no may still be wrong where exceptions, several rules together or
 * patterns that overlap would be needed for the proof.
 */
export function coversRule(earlier: RulePatterns, later: RulePatterns): boolean {
  return coversDaemons(earlier, later) && coversClients(earlier, later)
}

/** Whether the daemons of a rule take in those of a later one; a yes is proved. */
export function coversDaemons(earlier: RulePatterns, later: RulePatterns): boolean {
  return coversList(earlier.daemons, later.daemons, coversDaemon)
}

/** Whether the clients of a rule take in those of a later one; a yes is proved. */
export function coversClients(earlier: RulePatterns, later: RulePatterns): boolean {
  return coversList(earlier.clients, later.clients, coversClient)
}

/** Whether a list takes in all that another one does, proved as {@link coversRule} says. */
function coversList<Pattern>(
  earlier: readonly (readonly Pattern[])[],
  later: readonly (readonly Pattern[])[],
  covers: (one: Pattern, other: Pattern) => boolean,
): boolean {
  if (isDeepStrictEqual(earlier, later)) return true
  const [items = [], ...exceptions] = earlier
  if (exceptions.length > 0) return false
  return (later[0] ?? []).every((other) => items.some((one) => covers(one, other)))
}

function coversDaemon(one: DaemonPattern, other: DaemonPattern): boolean {
  const { daemon, server } = one
  if (server !== undefined && !isDeepStrictEqual(server, other.server)) return false
  if (typeof daemon === 'number') return daemon === other.daemon
  if (typeof other.daemon === 'number') return daemon.kind === 'all'
  return coversText(daemon, other.daemon)
}

function coversClient(one: ClientPattern, other: ClientPattern): boolean {
  if (one.user !== undefined) {
    if (other.user === undefined || one.userMustBeKnown !== other.userMustBeKnown) return false
    if (!coversText(one.user, other.user)) return false
  }
  return coversHost(one.host, other.host)
}

function coversHost(one: HostPattern, other: HostPattern): boolean {
  if (other.kind === 'never') return true
  if (one.kind === 'text' && one.pattern.kind === 'all') return true
  if (one.kind === 'ipv4-net') return isInNet(one, other)
  if (one.kind !== 'text' || other.kind !== 'text') return isDeepStrictEqual(one, other)
  const isSame = one.satisfiedBy === other.satisfiedBy
  const isWider = one.satisfiedBy === 'either' && other.satisfiedBy !== 'either'
  return (isSame || isWider) && coversText(one.pattern, other.pattern)
}

function isInNet(net: HostPattern & { kind: 'ipv4-net' }, other: HostPattern): boolean {
  if (other.kind === 'ipv4-net') {
    const isNarrower = (net.mask & other.mask) >>> 0 === net.mask
    return isNarrower && (other.net & net.mask) >>> 0 === net.net
  }
  if (other.kind !== 'text' || other.satisfiedBy !== 'address') return false
  const { pattern } = other
  const address = pattern.kind === 'equals' ? readDotQuad(pattern.text) : undefined
  return address !== undefined && (address & net.mask) >>> 0 === net.net
}

/** Whether a pattern matches every text that another one does. */
function coversText(one: TextPattern, other: TextPattern): boolean {
  if (one.kind === 'all' || isDeepStrictEqual(one, other)) return true
  if (other.kind === 'equals') return matchesText(one, other.text)
  if (one.kind === 'prefix') return other.kind === 'prefix' && other.text.startsWith(one.text)
  return one.kind === 'suffix' && other.kind === 'suffix' && other.text.endsWith(one.text)
}
