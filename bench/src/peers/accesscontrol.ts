import { AccessControl } from 'accesscontrol'
import {
  callerOf,
  rangeOf,
  type Asked,
  type Decide,
  type Peer,
  type Rule,
  type RuleTable,
  type Test,
} from '../rule-table.ts'

/** Loading takes the square of the rules of one role: minutes for 100,000 rules of 20 daemons. */
const MOST_RULES = 10_000

/**
 * accesscontrol with a role a caller. Where rules name a resource exactly it gets roles × resources
 * and nothing else; otherwise one resource, with a condition for what a rule says of it.
 */
export const accesscontrol: Peer = {
  name: 'accesscontrol',
  mostRules: MOST_RULES,
  load: (table) => (isPlain(table) ? loadPlain(table) : loadConditions(table)),
}

const ACTION = 'ask'
const RESOURCE = 'any'

/** Whether each rule is an allow that names one value of every attribute. */
function isPlain({ tests, rules }: RuleTable): boolean {
  const names = Object.keys(tests)
  const isExact = Object.values(tests).every((test) => test === 'is' || test === 'has')
  return (
    isExact &&
    rules.every(
      ({ effect, values }) =>
        effect === 'allow' && names.every((name) => Object.hasOwn(values, name)),
    )
  )
}

function loadPlain(table: RuleTable): Decide {
  const caller = callerOf(table)
  const others = Object.keys(table.tests).filter((name) => name !== caller)
  const control = new AccessControl()
  const roles = new Set<string>()
  const resources = new Set<string>()
  for (const { values } of table.rules) {
    const role = nameOf(values[caller] ?? '')
    const resource = resourceOf(others.map((name) => values[name] ?? ''))
    control.grant(role).action(ACTION, resource)
    roles.add(role)
    resources.add(resource)
  }
  control.lock()
  return (question) => {
    const role = nameOf(question[caller] as string)
    if (!roles.has(role)) return false
    return combinations(others.map((name) => question[name] ?? '')).some((words) => {
      const resource = resourceOf(words)
      return resources.has(resource) && control.can(role).do(ACTION, resource).granted
    })
  }
}

function loadConditions(table: RuleTable): Decide {
  const caller = callerOf(table)
  const control = new AccessControl()
  const roles = new Set(table.rules.map(({ values }) => nameOf(values[caller] ?? EVERYBODY)))
  for (const rule of table.rules) grant(control, rule, table)
  if (roles.has(EVERYBODY)) {
    for (const role of roles) if (role !== EVERYBODY) control.extendRole(role, EVERYBODY)
  }
  control.lock()
  return (question) => {
    const own = nameOf(question[caller] as string)
    const role = roles.has(own) ? own : EVERYBODY
    return roles.has(role) && control.can(role, { ...question }).do(ACTION, RESOURCE).granted
  }
}

const EVERYBODY = 'everybody'

function grant(control: AccessControl, { effect, values }: Rule, table: RuleTable): void {
  const caller = callerOf(table)
  const role = nameOf(values[caller] ?? EVERYBODY)
  const conditions = Object.entries(values)
    .filter(([name]) => name !== caller)
    .flatMap(([name, value]) => conditionsOf(table.tests[name] ?? 'is', `$.${name}`, value))
  const access = effect === 'allow' ? control.grant(role) : control.deny(role)
  const limited = conditions.length === 0 ? access : access.where({ and: conditions })
  limited.action(ACTION, RESOURCE)
}

type Condition = [
  string,
  '==' | 'contains' | '<=' | '>=' | 'in' | 'startsWith' | 'endsWith',
  unknown,
]

function conditionsOf(
  test: Test,
  path: string,
  value: string,
): (Condition | { readonly not: Condition })[] {
  switch (test) {
    case 'is':
      return [[path, '==', value]]
    case 'has':
      return [[path, 'contains', value]]
    case 'at-most':
      return [[path, '<=', Number(value)]]
    case 'in-range': {
      const [low, high] = rangeOf(value)
      return [
        [path, '>=', low],
        [path, '<=', high],
      ]
    }
    case 'none-of':
      return [{ not: [path, 'in', value.split('|')] }]
    case 'starts-with':
      return [[path, 'startsWith', value]]
    case 'ends-with':
      return [[path, 'endsWith', value]]
  }
}

/** A name of the characters that it takes. */
function nameOf(text: string): string {
  return text.replaceAll(/[^\w-]/g, '_')
}

function resourceOf(words: readonly string[]): string {
  return nameOf(words.join('-'))
}

/** Every way to take one word of each. */
function combinations(asked: readonly Asked[]): string[][] {
  return asked.reduce<string[][]>(
    (heads, words) =>
      heads.flatMap((head) =>
        (typeof words === 'object' ? words : [String(words)]).map((word) => [...head, word]),
      ),
    [[]],
  )
}
