import {
  newCachedEnforcer,
  newEnforcer,
  newModelFromString,
  StringAdapter,
  type Enforcer,
} from 'casbin'
import { testWith, type Peer, type Question, type RuleTable, type Test } from '../rule-table.ts'

/** casbin with one row a rule, asked without a promise. */
export const casbin: Peer = {
  name: 'casbin enforceSync',
  load: async (table) => {
    const enforcer = await newEnforcer(newModelFromString(modelOf(table)), rowsOf(table))
    await addTests(enforcer, table)
    const attributes = Object.keys(table.tests)
    return (question) => enforcer.enforceSync(...wordsOf(question, attributes))
  },
}

/** The same with casbin's cache, asked what it was asked before. */
export const casbinCached: Peer = {
  name: 'casbin cached, hits only',
  hitsOnly: true,
  load: async (table) => {
    const enforcer = await newCachedEnforcer(newModelFromString(modelOf(table)), rowsOf(table))
    await addTests(enforcer, table)
    const attributes = Object.keys(table.tests)
    return (question) => enforcer.enforce(...wordsOf(question, attributes))
  },
}

/** Stands for anything in a row. */
const ANY = '*'

/** Only what rules make use of is in the matcher: it is evaluated for each row. */
function modelOf({ tests, rules }: RuleTable): string {
  const conditions = Object.entries(tests).map(([name, test]) => {
    const condition =
      test === 'is' ? `p.${name} == r.${name}` : `${functionOf(test)}(p.${name}, r.${name})`
    const isGivenByAll = rules.every(({ values }) => values[name] !== undefined)
    return isGivenByAll ? condition : `(p.${name} == '${ANY}' || ${condition})`
  })
  const allows = 'some(where (p.eft == allow))'
  const denies = rules.some(({ effect }) => effect === 'deny')
  const attributes = Object.keys(tests).join(', ')
  return [
    '[request_definition]',
    `r = ${attributes}`,
    '[policy_definition]',
    `p = ${attributes}, eft`,
    '[policy_effect]',
    `e = ${denies ? `${allows} && !some(where (p.eft == deny))` : allows}`,
    '[matchers]',
    `m = ${conditions.join(' && ')}`,
  ].join('\n')
}

function rowsOf({ tests, rules }: RuleTable): StringAdapter {
  const attributes = Object.keys(tests)
  const rows = rules.map(({ effect, values }) =>
    ['p', ...attributes.map((attribute) => values[attribute] ?? ANY), effect].join(', '),
  )
  return new StringAdapter(rows.join('\n'))
}

/** Words only: anything else is no key for the cache. */
function wordsOf(question: Question, attributes: readonly string[]): string[] {
  return attributes.map((attribute) => {
    const asked = question[attribute] ?? ''
    return typeof asked === 'object' ? asked.join('|') : String(asked)
  })
}

function functionOf(test: Test): string {
  return test.replace('-', '_')
}

async function addTests(enforcer: Enforcer, { tests }: RuleTable): Promise<void> {
  const kinds = [...new Set(Object.values(tests))].filter((test) => test !== 'is')
  await Promise.all(kinds.map((test) => enforcer.addFunction(functionOf(test), functionFor(test))))
}

/** A test of words, each value read once. */
function functionFor(test: Test): (value: string, word: string) => boolean {
  const read = new Map<string, (word: string) => boolean>()
  return (value, word) => {
    let passes = read.get(value)
    if (passes === undefined) {
      passes = testOfWord(test, value)
      read.set(value, passes)
    }
    return passes(word)
  }
}

function testOfWord(test: Test, value: string): (word: string) => boolean {
  const passes = testWith(test, value)
  if (test === 'has') return (word) => passes(word.split('|'))
  return test === 'at-most' || test === 'in-range' ? (word) => passes(Number(word)) : passes
}
