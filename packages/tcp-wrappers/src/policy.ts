import type { CompiledTable } from './compiled-table.ts'
import type { HostPattern } from './host-pattern.ts'
import type { Policy, Profile, Rule } from './model.ts'
import { RuleIndex } from './rule-index.ts'
import type { RulePatterns } from './rule-match.ts'
import { Verdicts } from './verdicts.ts'

/** What a policy holds for `check`: all rules in the order in which they are asked, and their verdicts. */
export interface Decider {
  readonly rules: readonly Rule[]
  readonly patterns: readonly RulePatterns[]
  readonly index: RuleIndex
  readonly verdicts: Verdicts
}

const DECIDER = Symbol('decider')

interface DecidingPolicy extends Policy {
  readonly [DECIDER]: Decider
}

/** Puts a policy together and builds its index. */
export function makePolicy(profile: Profile, allow: CompiledTable, deny: CompiledTable): Policy {
  const rules = [...allow.table.rules, ...deny.table.rules]
  const patterns = [...allow.patterns, ...deny.patterns]
  const policy: Policy = {
    profile,
    allow: allow.table,
    deny: deny.table,
    usesNames: patterns.some(asksForName),
    usesUsers: patterns.some(({ clients }) =>
      clients.flat().some(({ user }) => user !== undefined),
    ),
  }
  const decider: Decider = {
    rules,
    patterns,
    index: new RuleIndex(patterns),
    verdicts: new Verdicts(profile, allow, deny),
  }
  Object.defineProperty(policy, DECIDER, { value: decider })
  return Object.freeze(policy)
}

/** What `check` asks of a policy. @throws TypeError for an object that `parse` did not make. */
export function deciderOf(policy: Policy): Decider {
  const decider = (policy as Partial<DecidingPolicy>)[DECIDER]
  if (decider === undefined) throw new TypeError('not a policy made by `parse`')
  return decider
}

function asksForName({ clients }: RulePatterns): boolean {
  return clients.flat().some(({ host }) => {
    if (host.kind === 'text') return host.satisfiedBy !== 'address' && host.pattern.kind !== 'all'
    return !ADDRESS_KINDS.has(host.kind)
  })
}

const ADDRESS_KINDS: ReadonlySet<HostPattern['kind']> = new Set(['ipv4-net', 'ipv6-net', 'never'])
