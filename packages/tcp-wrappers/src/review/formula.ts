import type { HostPattern } from '../host-pattern.ts'
import type { ClientPattern, DaemonPattern, RulePatterns } from '../rule-match.ts'
import { PARANOID, UNKNOWN, type TextPattern } from '../text-pattern.ts'
import { writeBigint } from './write-bigint.ts'

/** The two ends of a connection. */
export type End = 'client' | 'server'

/** A part of a request that can be anything, whatever the other parts are. */
export type Aspect = 'daemon' | 'user' | 'port' | `${End}.${'address' | 'name' | 'netgroups'}`

/** What a rule asks about one part of a request. */
export type Test =
  | { readonly kind: 'text'; readonly pattern: TextPattern }
  | { readonly kind: 'ipv4-net'; readonly net: number; readonly mask: number }
  | { readonly kind: 'ipv6-net'; readonly net: bigint; readonly bits: number }
  | { readonly kind: 'port'; readonly port: number }
  /** Whether the netgroups are known at all. */
  | { readonly kind: 'given' }
  | { readonly kind: 'member'; readonly group: string }

/** That a test comes out so, or otherwise. */
export interface Literal {
  readonly kind: 'literal'
  readonly aspect: Aspect
  readonly test: Test
  readonly holds: boolean
}

/** What has to be so in a request. */
export type Formula =
  | Literal
  | { readonly kind: 'all'; readonly of: readonly Formula[] }
  | { readonly kind: 'any'; readonly of: readonly Formula[] }

/** When something is true and when it is false; in between, it cannot be answered. */
export interface Truth {
  readonly isTrue: Formula
  readonly isFalse: Formula
}

const ALWAYS: Formula = { kind: 'all', of: [] }

/** The opposite. */
export function negate(formula: Formula): Formula {
  if (formula.kind === 'literal') return { ...formula, holds: !formula.holds }
  return { kind: formula.kind === 'all' ? 'any' : 'all', of: formula.of.map(negate) }
}

/** When the daemons of a rule match and when they do not, as `matchesDaemons` answers. */
export function truthOfDaemons({ daemons }: RulePatterns): Truth {
  return listTruth(daemons, truthOfDaemon)
}

/** When the clients of a rule match and when they do not, as `matchesClients` answers. */
export function truthOfClients({ clients }: RulePatterns): Truth {
  return listTruth(clients, truthOfClient)
}

/** Every literal of a formula. */
export function literalsOf(formula: Formula): Literal[] {
  return formula.kind === 'literal' ? [formula] : formula.of.flatMap(literalsOf)
}

/** What nothing can be. */
export const NEVER: Formula = { kind: 'any', of: [] }

function listTruth<Pattern>(
  segments: readonly (readonly Pattern[])[],
  truthOf: (pattern: Pattern) => Truth,
): Truth {
  return segments.reduceRight<Truth>(
    (exceptions, segment) => both(either(distinct(segment).map(truthOf)), opposite(exceptions)),
    { isTrue: NEVER, isFalse: ALWAYS },
  )
}

/** Each pattern once: one that stands there twice says nothing more, and is another way to try. */
function distinct<Pattern>(segment: readonly Pattern[]): Pattern[] {
  return [...new Map(segment.map((one) => [JSON.stringify(one, writeBigint), one])).values()]
}

function truthOfDaemon({ daemon, server }: DaemonPattern): Truth {
  const meant =
    typeof daemon === 'number'
      ? certain('port', { kind: 'port', port: daemon })
      : certain('daemon', { kind: 'text', pattern: daemon })
  return server === undefined ? meant : both(meant, truthOfHost(server, 'server'))
}

function truthOfClient({ host, user, userMustBeKnown }: ClientPattern): Truth {
  const end = truthOfHost(host, 'client')
  if (user === undefined) return end
  const who = both(certain('user', { kind: 'text', pattern: user }), end)
  return userMustBeKnown ? both(isNot('user', UNKNOWN), who) : who
}

function truthOfHost(host: HostPattern, end: End): Truth {
  switch (host.kind) {
    case 'netgroup':
      return membership(`${end}.netgroups`, host.group)
    case 'list':
      if (host.hosts === null) return { isTrue: NEVER, isFalse: NEVER }
      return either(host.hosts.map((each) => truthOfHost(each, end)))
    case 'known':
      return both(isNot(`${end}.address`, UNKNOWN), nameKnown(end))
    case 'local':
      return both(nameKnown(end), opposite(text(`${end}.name`, { kind: 'glob', text: '*.*' })))
    case 'ipv4-net':
    case 'ipv6-net':
      return certain(`${end}.address`, host)
    case 'never':
      return { isTrue: NEVER, isFalse: ALWAYS }
    case 'text': {
      const { pattern, satisfiedBy } = host
      const name = text(`${end}.name`, pattern)
      if (satisfiedBy === 'known-name') return both(nameKnown(end), name)
      const address = text(`${end}.address`, pattern)
      return satisfiedBy === 'address' ? address : either([address, name])
    }
  }
}

function membership(aspect: Aspect, group: string): Truth {
  const given = certain(aspect, { kind: 'given' }).isTrue
  const member = certain(aspect, { kind: 'member', group })
  return { isTrue: all([given, member.isTrue]), isFalse: all([given, member.isFalse]) }
}

function nameKnown(end: End): Truth {
  return both(isNot(`${end}.name`, UNKNOWN), isNot(`${end}.name`, PARANOID))
}

function isNot(aspect: Aspect, word: string): Truth {
  return opposite(text(aspect, { kind: 'equals', text: word }))
}

function text(aspect: Aspect, pattern: TextPattern): Truth {
  return certain(aspect, { kind: 'text', pattern })
}

function certain(aspect: Aspect, test: Test): Truth {
  const isTrue: Literal = { kind: 'literal', aspect, test, holds: true }
  return { isTrue, isFalse: negate(isTrue) }
}

function opposite({ isTrue, isFalse }: Truth): Truth {
  return { isTrue: isFalse, isFalse: isTrue }
}

function both(one: Truth, other: Truth): Truth {
  return {
    isTrue: all([one.isTrue, other.isTrue]),
    isFalse: any([one.isFalse, other.isFalse]),
  }
}

function either(truths: readonly Truth[]): Truth {
  return {
    isTrue: any(truths.map(({ isTrue }) => isTrue)),
    isFalse: all(truths.map(({ isFalse }) => isFalse)),
  }
}

function all(of: readonly Formula[]): Formula {
  return of.length === 1 ? (of[0] as Formula) : { kind: 'all', of }
}

function any(of: readonly Formula[]): Formula {
  return of.length === 1 ? (of[0] as Formula) : { kind: 'any', of }
}
