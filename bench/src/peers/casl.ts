import { createMongoAbility, type MongoAbility, type MongoQuery, type RawRule } from '@casl/ability'
import {
  byCaller,
  callerOf,
  rangeOf,
  type Peer,
  type Rule,
  type RuleTable,
  type Test,
} from '../rule-table.ts'

/** CASL with one ability a caller; its last rule that matches decides, so denies come last. */
export const casl: Peer = {
  name: 'CASL, an ability a caller',
  load: (table) => {
    const { own, shared } = byCaller(table)
    const others = abilityOf(shared, table)
    const abilities = new Map(
      Array.from(own, ([caller, rules]) => [caller, abilityOf([...rules, ...shared], table)]),
    )
    const caller = callerOf(table)
    return (question) => (abilities.get(question[caller] as string) ?? others).can('ask', question)
  },
}

const SUBJECT = 'Question'

function abilityOf(rules: readonly Rule[], table: RuleTable): MongoAbility {
  const raw = rules
    .toSorted((a, b) => Number(a.effect === 'deny') - Number(b.effect === 'deny'))
    .map((rule) => rawRuleOf(rule, table))
  return createMongoAbility(raw, { detectSubjectType: () => SUBJECT })
}

function rawRuleOf(
  { effect, values }: Rule,
  table: RuleTable,
): RawRule<[string, string], MongoQuery> {
  const caller = callerOf(table)
  const conditions = Object.entries(values)
    .filter(([name]) => name !== caller)
    .map(([name, value]) => [name, queryOf(table.tests[name] ?? 'is', value)])
  const rule = { action: 'ask', subject: SUBJECT, inverted: effect === 'deny' }
  return conditions.length === 0
    ? rule
    : { ...rule, conditions: Object.fromEntries(conditions) as MongoQuery }
}

/** An equal value in a query also means a list that contains it. */
function queryOf(test: Test, value: string): unknown {
  switch (test) {
    case 'is':
    case 'has':
      return value
    case 'at-most':
      return { $lte: Number(value) }
    case 'in-range': {
      const [low, high] = rangeOf(value)
      return { $gte: low, $lte: high }
    }
    case 'none-of':
      return { $nin: value.split('|') }
    case 'starts-with':
      return { $regex: `^${literally(value)}` }
    case 'ends-with':
      return { $regex: `${literally(value)}$` }
  }
}

function literally(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
