import { readDotQuad, readLeadingInteger } from './c-numbers.ts'
import { findOutsideBrackets } from './fields.ts'
import { IPV6_BITS, readBracketed, readIpv6, samePrefix } from './ipv6.ts'
import { foldCase, matchesText, readTextPattern, type TextPattern } from './text-pattern.ts'

/** One item of a client list, of a list of hosts, or behind the `@` of a daemon. */
export type HostPattern =
  | { readonly kind: 'netgroup'; readonly group: string }
  /** `null`: no way to read it was given. */
  | { readonly kind: 'list'; readonly path: string; readonly hosts: readonly HostPattern[] | null }
  | { readonly kind: 'known' }
  | { readonly kind: 'local' }
  | { readonly kind: 'ipv4-net'; readonly net: number; readonly mask: number }
  | { readonly kind: 'ipv6-net'; readonly net: bigint; readonly bits: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'text'; readonly pattern: TextPattern; readonly satisfiedBy: SatisfiedBy }

/** What may satisfy a pattern: the address, a name that is known, or either, a word for no name too. */
export type SatisfiedBy = 'address' | 'known-name' | 'either'

/** One end of a connection. */
export interface Host {
  /** In lower case; `unknown` when it is. */
  readonly address: string
  /** In lower case, or `unknown` or `paranoid`. */
  readonly name: string
  readonly nameKnown: boolean
  /** The value of an IPv4 address, as {@link readDotQuad} gives it. */
  readonly ipv4: number | undefined
  readonly netgroups: readonly string[] | undefined
}

/** The answer of a pattern; `unanswerable` when what it asks for was not given. */
export type Match = boolean | 'unanswerable'

/** Reads the lists that rules name by a path. */
export type ReadHosts = (path: string) => readonly HostPattern[] | null

/** Reads an item as libwrap does, in the order in which it looks at it. */
export function readHostPattern(text: string, readHosts: ReadHosts): HostPattern {
  if (text.startsWith('@')) return { kind: 'netgroup', group: text.slice(1) }
  if (text.startsWith('/')) return { kind: 'list', path: text, hosts: readHosts(text) }
  const folded = foldCase(text)
  if (folded === 'known') return { kind: 'known' }
  if (folded === 'local') return { kind: 'local' }
  const slash = findOutsideBrackets(text, '/', 0)
  if (slash !== -1) return readNet(text.slice(0, slash), text.slice(slash + 1))
  const satisfiedBy = /^[\d./]*$/.test(text) ? 'address' : 'either'
  return { kind: 'text', pattern: readTextPattern(text), satisfiedBy }
}

function readNet(net: string, mask: string): HostPattern {
  const ipv4 = readDotQuad(net)
  if (ipv4 !== undefined) {
    const bits = readDotQuad(mask) ?? maskOfLength(readLeadingInteger(mask))
    return bits === undefined ? { kind: 'never' } : { kind: 'ipv4-net', net: ipv4, mask: bits }
  }
  const value = readBracketed(net)
  const bits = readLeadingInteger(mask)
  if (value === undefined || bits < 0 || bits > IPV6_BITS) return { kind: 'never' }
  return { kind: 'ipv6-net', net: value, bits }
}

function maskOfLength(bits: number): number | undefined {
  return bits >= 1 && bits <= 32 ? (-1 << (32 - bits)) >>> 0 : undefined
}

/** Whether an end of a connection satisfies an item. */
export function matchesHost(pattern: HostPattern, host: Host): Match {
  switch (pattern.kind) {
    case 'netgroup':
      return host.netgroups?.includes(pattern.group) ?? 'unanswerable'
    case 'list':
      if (pattern.hosts === null) return 'unanswerable'
      return matchesAny(pattern.hosts, host, matchesHost)
    case 'known':
      return host.address !== 'unknown' && host.nameKnown
    case 'local':
      return host.nameKnown && !host.name.includes('.')
    case 'ipv4-net': {
      const { ipv4 } = host
      return ipv4 !== undefined && (ipv4 & pattern.mask) >>> 0 === pattern.net
    }
    case 'ipv6-net': {
      const address = readIpv6(host.address)
      return address !== undefined && samePrefix(address, pattern.net, pattern.bits)
    }
    case 'never':
      return false
    case 'text':
      return matchesHostText(pattern.pattern, pattern.satisfiedBy, host)
  }
}

function matchesHostText(pattern: TextPattern, satisfiedBy: SatisfiedBy, host: Host): boolean {
  if (satisfiedBy === 'known-name') return host.nameKnown && matchesText(pattern, host.name)
  if (matchesText(pattern, host.address)) return true
  return satisfiedBy === 'either' && matchesText(pattern, host.name)
}

/** Whether any item does: `true` as soon as one does, whatever another could not answer. */
export function matchesAny<Pattern, Asked>(
  patterns: readonly Pattern[],
  asked: Asked,
  matches: (pattern: Pattern, asked: Asked) => Match,
): Match {
  let result: Match = false
  for (const pattern of patterns) {
    const match = matches(pattern, asked)
    if (match === true) return true
    if (match !== false) result = match
  }
  return result
}
