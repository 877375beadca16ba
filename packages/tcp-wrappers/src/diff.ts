import { isNoPolicy, type Difference, type NoPolicy, type Outcome } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { formatList } from './format.ts'
import type { Policy, Request } from './model.ts'
import type { ChangedRegion, RegionRule } from './region.ts'
import type { Budget } from './review/budget.ts'
import { findPairs } from './review/pair-finder.ts'
import { findRequest, type Goal } from './review/request-search.ts'
import { findSettings, type Setting } from './review/settings.ts'
import { Side, type RuleNumber } from './review/side.ts'
import { universeOf } from './review/universe.ts'

/**
 * Compares two policies: every request whose outcome changes is in one region of the answer, and
 * every request in a region changes in the way that its example shows. The reasons of requests whose
 * outcome stays may change all the same.
 *
 * Daemons, users, host names, IPv4 addresses, ports and netgroups are compared exactly, whatever the
 * rules say of them; IPv6 addresses by their nets, while a pattern with wildcards that is held against
 * their text is tried on one address of each stretch between nets. Left out are requests that one of
 * the profiles would refuse for their form, names and users with a colon in them, and names of more
 * than 127 characters. No command is run and no list read again: an option whose value hangs on the
 * request (`%`) counts as good, unless it is at fault in the example.
 *
 * @returns New access first (from deny to allow), then access that is lost. Empty: both decide
 *   alike. No policy decides as an empty strict one: it refuses everything.
 * @throws LimitError (`ERR_LIMIT`) for rules so entangled that the search would not come to an end.
 */
export function diff(
  before: Policy | NoPolicy,
  after: Policy | NoPolicy,
): Difference<ChangedRegion, Request, Code>[] {
  const old = new Side(before)
  const young = new Side(after)
  const universe = universeOf([before, after].flatMap((each) => (isNoPolicy(each) ? [] : [each])))
  const settings = findSettings([old, young], universe)
  const changes = (now: Outcome): Difference<ChangedRegion, Request, Code>[] =>
    findChanges(old, young, now, (goals) => firstRequest(goals, settings, universe.budget))
  return [...changes('allow'), ...changes('deny')]
}

function firstRequest(
  goals: readonly Goal[],
  settings: readonly Setting[],
  budget: Budget,
): Request | undefined {
  for (const setting of settings) {
    const mayDecide = goals.every(
      ({ side, rule }) => side.daemonAnswer(rule, setting.answers.get(side) ?? []) !== false,
    )
    const request = mayDecide ? findRequest(goals, setting, budget) : undefined
    if (request !== undefined) return request
  }
  return undefined
}

/** The requests that get another answer now, by the rule that allows them on one side. */
function findChanges(
  old: Side,
  young: Side,
  now: Outcome,
  find: (goals: readonly Goal[]) => Request | undefined,
): Difference<ChangedRegion, Request, Code>[] {
  const [allowing, denying] = now === 'allow' ? [young, old] : [old, young]
  return findPairs(allowing, denying).flatMap(([allowedBy, deniedBy]) => {
    const goals: readonly Goal[] = [
      { side: allowing, rule: allowedBy, outcome: 'allow' },
      { side: denying, rule: deniedBy, outcome: 'deny' },
    ]
    const example = find(goals)
    if (example === undefined) return []
    const decisions = { before: check(old.policy, example), after: check(young.policy, example) }
    if (decisions.before.outcome === decisions.after.outcome) return []
    const [allows, denies] = [ruleOf(allowing, allowedBy), ruleOf(denying, deniedBy)]
    const region =
      now === 'allow' ? { before: denies, after: allows } : { before: allows, after: denies }
    return [{ region, example, ...decisions }]
  })
}

function ruleOf({ statements }: Side, number: RuleNumber): RegionRule | null {
  const statement = statements[number]
  if (statement === undefined) return null
  const { rule, source } = statement
  return { daemons: formatList(rule.daemons), clients: formatList(rule.clients), source }
}
