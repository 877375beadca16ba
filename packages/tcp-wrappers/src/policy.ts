import { DiagnosticList } from '@gatehouse/core'
import type { HostLists } from './host-lists.ts'
import { LineReader } from './line-reader.ts'
import type { Policy, Profile } from './model.ts'
import { PolicyRules } from './rules/policy-rules.ts'
import type { CollectedRules } from './rules/rule-collector.ts'
import type { LoadedTable } from './table-loader.ts'
import { Verdicts } from './verdicts.ts'

/** What a policy holds for `check`: all rules in the order in which they are asked, and their verdicts. */
export interface Decider {
  readonly rules: PolicyRules
  readonly verdicts: Verdicts
}

const DECIDER = Symbol('decider')

interface DecidingPolicy extends Policy {
  readonly [DECIDER]: Decider
}

/** What a policy is made of. */
export interface PolicyParts {
  readonly profile: Profile
  readonly allow: LoadedTable
  readonly deny: LoadedTable
  readonly lists: HostLists
  readonly rules: CollectedRules
  /** How many of the rules stand in `hosts.allow`. */
  readonly allowed: number
}

/** Puts a policy together. */
export function makePolicy({ profile, allow, deny, lists, rules, allowed }: PolicyParts): Policy {
  const policy: Policy = {
    profile,
    allow: allow.table,
    deny: deny.table,
    usesNames: rules.usesNames,
    usesUsers: rules.usesUsers,
  }
  const fileOf = ({ table: { file }, lines }: LoadedTable) => ({
    file,
    lines,
    reader: new LineReader(profile, lists, new DiagnosticList(file)),
  })
  const policyRules = new PolicyRules(rules, allowed, [fileOf(allow), fileOf(deny)])
  const verdicts = new Verdicts(profile, policyRules, allow, deny)
  const decider: Decider = { rules: policyRules, verdicts }
  Object.defineProperty(policy, DECIDER, { value: decider })
  return Object.freeze(policy)
}

/** What `check` asks of a policy. @throws TypeError for an object that `parse` did not make. */
export function deciderOf(policy: Policy): Decider {
  const decider = (policy as Partial<DecidingPolicy>)[DECIDER]
  if (decider === undefined) throw new TypeError('not a policy made by `parse`')
  return decider
}
