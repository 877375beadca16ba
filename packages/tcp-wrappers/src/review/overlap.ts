import { readDotQuad } from '../c-numbers.ts'
import type { HostPattern } from '../host-pattern.ts'
import type { ClientPattern, RulePatterns } from '../rule-match.ts'

/** Whether one client may match two rules: a quick no is right, a yes may be wrong. */
export function clientsMayMeet(
  { clients: [items = []] }: RulePatterns,
  { clients: [others = []] }: RulePatterns,
): boolean {
  return items.some((item) => others.some((other) => mayMeet(item, other)))
}

/** Whether a rule may ask for a netgroup or a list that was not given. */
export function mayBeUnanswerable({ daemons, clients }: RulePatterns): boolean {
  const servers = daemons.flat().flatMap(({ server }) => server ?? [])
  const hosts = [...servers, ...clients.flat().map(({ host }) => host)]
  return hosts.some(({ kind }) => kind === 'netgroup' || kind === 'list')
}

function mayMeet({ host }: ClientPattern, { host: other }: ClientPattern): boolean {
  const net = netOf(host)
  const otherNet = netOf(other)
  if (net !== undefined && otherNet !== undefined) {
    return ((net.net ^ otherNet.net) & net.mask & otherNet.mask) === 0
  }
  const name = nameOf(host)
  const otherName = nameOf(other)
  return name === undefined || otherName === undefined || name === otherName
}

/** The net that an item is, when only IPv4 addresses satisfy it. */
function netOf(host: HostPattern): { readonly net: number; readonly mask: number } | undefined {
  if (host.kind === 'ipv4-net') return host
  if (host.kind !== 'text' || host.satisfiedBy !== 'address') return undefined
  const { pattern } = host
  const value = pattern.kind === 'equals' ? readDotQuad(pattern.text) : undefined
  return value === undefined ? undefined : { net: value, mask: 0xffffffff }
}

/** The name that an item is, when nothing else satisfies it. */
function nameOf(host: HostPattern): string | undefined {
  if (host.kind !== 'text' || host.satisfiedBy !== 'known-name') return undefined
  return host.pattern.kind === 'equals' ? host.pattern.text : undefined
}
