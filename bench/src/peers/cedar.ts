import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import {
  byCaller,
  callerOf,
  rangeOf,
  type Decide,
  type Peer,
  type Rule,
  type RuleTable,
  type Test,
} from '../rule-table.ts'

/** Loading takes two seconds for 10,000 policies and minutes for 100,000, in one set or in many. */
const MOST_RULES = 10_000

/** Cedar with all policies in one set, parsed beforehand. */
export const cedar: Peer = {
  name: 'Cedar, one set',
  mostRules: MOST_RULES,
  load: (table) => {
    const caller = callerOf(table)
    parseSet('all', table.rules, table)
    return asking(caller, () => 'all')
  },
}

/** Cedar with a set for each caller, which holds the policies for every caller as well. */
export const cedarSharded: Peer = {
  name: 'Cedar, a set a caller',
  mostRules: MOST_RULES,
  load: (table) => {
    const { own, shared } = byCaller(table)
    parseSet('others', shared, table)
    for (const [caller, rules] of own) parseSet(`of ${caller}`, [...rules, ...shared], table)
    return asking(callerOf(table), (caller) => (own.has(caller) ? `of ${caller}` : 'others'))
  },
}

function asking(attribute: string, setFor: (caller: string) => string): Decide {
  const action = { type: 'Action', id: 'ask' }
  const resource = { type: 'Resource', id: 'any' }
  return (question) => {
    const caller = question[attribute] as string
    const answer = statefulIsAuthorized({
      principal: { type: 'Caller', id: caller },
      action,
      resource,
      context: question as Record<string, string | number | string[]>,
      preparsedPolicySetId: setFor(caller),
      entities: [],
    })
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
    const { decision, diagnostics } = answer.response
    if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors))
    return decision === 'allow'
  }
}

function parseSet(name: string, rules: readonly Rule[], { tests }: RuleTable): void {
  const policies = rules.map((rule, index) => [`rule${index}`, policyOf(rule, tests)] as const)
  const answer = preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies) })
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
}

function policyOf({ effect, values }: Rule, tests: RuleTable['tests']): string {
  const [attribute] = Object.keys(tests)
  const scope = Object.hasOwn(values, attribute ?? '')
    ? `principal == Caller::${quoted(values[attribute ?? ''] ?? '')}`
    : 'principal'
  const conditions = Object.entries(values)
    .filter(([name]) => name !== attribute)
    .map(([name, value]) => conditionOf(tests[name] ?? 'is', `context.${name}`, value))
  const body = conditions.length === 0 ? '' : ` when { ${conditions.join(' && ')} }`
  return `${effect === 'allow' ? 'permit' : 'forbid'}(${scope}, action, resource)${body};`
}

function conditionOf(test: Test, attribute: string, value: string): string {
  switch (test) {
    case 'is':
      return `${attribute} == ${quoted(value)}`
    case 'has':
      return `${attribute}.contains(${quoted(value)})`
    case 'at-most':
      return `${attribute} <= ${value}`
    case 'in-range': {
      const [low, high] = rangeOf(value)
      return `${attribute} >= ${low} && ${attribute} <= ${high}`
    }
    case 'none-of':
      return `!([${value.split('|').map(quoted).join(', ')}].contains(${attribute}))`
    case 'starts-with':
      return `${attribute} like ${quoted(`${value}*`)}`
    case 'ends-with':
      return `${attribute} like ${quoted(`*${value}`)}`
  }
}

/** Strings of JSON are strings of Cedar as far as the words of a benchmark go. */
function quoted(value: string): string {
  return JSON.stringify(value)
}
