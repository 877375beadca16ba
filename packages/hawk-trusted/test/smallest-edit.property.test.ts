import { applyEdit, claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

/**
 * A universe whose names have all their spellings in it, and in each column a name that no line
 * spells, which counts for as many as there are besides the others.
 */
const COLUMNS = {
  user: ['a', 'A', 'b', 'B', '?'],
  name: ['n', 'N', '?'],
  dns: ['1', '?'],
  domain: ['2', '?'],
  microagent: ['M1', '?'],
  method: ['x', '?'],
} as const
const NAMES_THERE_ARE = 10n ** 9n

interface Point {
  readonly request: hawk.Request
  readonly weight: bigint
}

const POINTS: readonly Point[] = product([
  COLUMNS.user,
  COLUMNS.name,
  COLUMNS.dns,
  COLUMNS.domain,
  COLUMNS.microagent,
  COLUMNS.method,
  ['point-to-point', 'group'],
  ['INFO', 'ACTION'],
]).map((fields) => {
  const [user, name, dns, domain, microagent, method, scope, impact] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
    hawk.Scope,
    hawk.Impact,
  ]
  const names = Object.values(COLUMNS)
    .filter((_, column) => fields[column] === '?')
    .reduce((all, known) => all * (NAMES_THERE_ARE - BigInt(known.length - 1)), 1n)
  return {
    request: {
      user: claimed(user),
      node: { name, dns, domain },
      scope,
      microagent,
      method,
      impact,
    },
    weight: impact === 'INFO' ? names : names * 3n,
  }
})

function product(choices: readonly (readonly string[])[]): string[][] {
  return choices.reduce<string[][]>(
    (rows, column) => rows.flatMap((row) => column.map((value) => [...row, value])),
    [[]],
  )
}

/** What one line covers, point by point. Asked of the file that holds this line alone. */
interface Ruled {
  readonly isGrant: boolean
  readonly covers: Uint8Array
}

const known = new Map<string, Ruled>()

function ruled(line: string): Ruled {
  const found = known.get(line)
  if (found !== undefined) return found
  const isGrant = !line.startsWith('!')
  const policy = hawk.parse(isGrant ? line : `*\n${line}`, { file: 'T' })
  const covers = Uint8Array.from(POINTS, ({ request }) =>
    (hawk.check(policy, request).outcome === 'allow') === isGrant ? 1 : 0,
  )
  const rule = { isGrant, covers }
  known.set(line, rule)
  return rule
}

/** For each point, whether some lines allow it. */
function outcomes(rules: readonly Ruled[]): Uint8Array {
  const allowed = new Uint8Array(POINTS.length)
  for (const outcome of [1, 0]) {
    for (const rule of rules) {
      if (rule.isGrant !== (outcome === 1)) continue
      for (let point = 0; point < allowed.length; point += 1) {
        if (rule.covers[point] === 1) allowed[point] = outcome
      }
    }
  }
  return allowed
}

/** How many requests besides one have another outcome. */
function changed(before: Uint8Array, after: Uint8Array): bigint {
  let weight = 0n
  for (let point = 0; point < before.length; point += 1) {
    if (before[point] !== after[point]) weight += POINTS[point]?.weight ?? 0n
  }
  return weight
}

const nodes = (names: readonly string[]): string[] => [
  '*',
  '+',
  ...product([
    ['*', ...names],
    ['*', '1'],
    ['*', '2'],
  ]).map((parts) => parts.join(':')),
]

function linesOf(users: readonly string[], names: readonly string[]): string[] {
  return product([['', '!'], ['*', ...users], nodes(names), ['*', 'M1'], ['*', '+', 'x']]).map(
    ([mark, ...columns]) => `${mark}${columns.join(' ')}`,
  )
}

const EVERY_LINE = linesOf(['a', 'A', 'b'], ['n', 'N'])
/** Lines that name nothing but what the request does. */
const OWN_LINES = linesOf(['a'], ['n'])

const anyLine = fc.constantFrom(...EVERY_LINE)
const asked = fc.constantFrom(
  ...POINTS.filter(
    ({ request: { user, node, microagent, method } }) =>
      [user, node.name, node.dns, node.domain, microagent, method].join() === 'a,n,1,2,M1,x',
  ),
)

function explained(
  lines: readonly string[],
  request: hawk.Request,
): { edited: hawk.Policy; lines: number; explanation: hawk.Explanation } {
  const text = lines.map((line) => `${line}\n`).join('')
  const explanation = hawk.explain(hawk.parse(text, { file: 'T' }), request)
  const edit = explanation.smallestEdit ?? []
  return {
    edited: hawk.parse(applyEdit(text, edit), { file: 'T' }),
    lines: edit.length,
    explanation,
  }
}

const rulesOf = (policy: hawk.Policy): Ruled[] =>
  hawk
    .format(policy)
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map(ruled)

test('the edit turns the outcome round', () => {
  const line = fc.oneof(anyLine, fc.constantFrom('# comment', '', '!a', 'a', '*'))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), asked, (lines, { request }) => {
      const { edited, explanation } = explained(lines, request)
      expect(hawk.check(edited, request).outcome).not.toBe(explanation.decision.outcome)
    }),
    { numRuns: 300 },
  )
})

test('where one line is enough, no line that is added, removed or changed affects fewer', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 4 }), asked, (lines, point) => {
      const { edited, lines: size, explanation } = explained(lines, point.request)
      fc.pre(explanation.restrictions.length === 0)
      expect(size).toBe(1)
      const rules = lines.map(ruled)
      const before = outcomes(rules)
      const at = POINTS.indexOf(point)
      const ours = changed(before, outcomes(rulesOf(edited)))
      const kept = [rules, ...rules.map((_, index) => rules.toSpliced(index, 1))]
      for (const others of kept) {
        for (const added of [undefined, ...EVERY_LINE]) {
          const after = outcomes(added === undefined ? others : [...others, ruled(added)])
          if (after[at] === before[at]) continue
          expect(changed(before, after) >= ours).toBe(true)
        }
      }
    }),
    { numRuns: 30 },
  )
})

/** The same for edits of several lines, where outcomes repeat: each is weighed once. */
class Weigher {
  readonly #before: Uint8Array
  readonly #known = new Map<string, bigint>()

  constructor(before: Uint8Array) {
    this.#before = before
  }

  weigh(after: Uint8Array): bigint {
    const key = String.fromCharCode(...after)
    const weight = this.#known.get(key) ?? changed(this.#before, after)
    this.#known.set(key, weight)
    return weight
  }
}

/** Lines that often cover the request, restrictions above all. */
const ownLine = fc.constantFrom(...OWN_LINES, ...OWN_LINES.filter((line) => line.startsWith('!')))

test('where restrictions have to go, nothing in their places affects fewer', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(ownLine, anyLine), { maxLength: 5 }), asked, (lines, point) => {
      const { edited, lines: size, explanation } = explained(lines, point.request)
      const covering = explanation.restrictions
      fc.pre(covering.length === 1)
      expect(size).toBe(1)
      const others = lines.map(ruled).filter((_, index) => !covering.includes(index + 1))
      const weigher = new Weigher(outcomes(lines.map(ruled)))
      const ours = weigher.weigh(outcomes(rulesOf(edited)))
      const at = POINTS.indexOf(point)
      for (const added of [[], ...OWN_LINES.map((line) => [ruled(line)])]) {
        const after = outcomes([...others, ...added])
        if (after[at] === 1) expect(weigher.weigh(after) >= ours).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

test('of two restrictions both have to go, and no two lines in their places affect fewer', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(ownLine, anyLine), { maxLength: 6 }), asked, (lines, point) => {
      const { edited, lines: size, explanation } = explained(lines, point.request)
      const covering = explanation.restrictions
      fc.pre(covering.length === 2)
      expect(size).toBe(2)
      const rules = lines.map(ruled)
      const at = POINTS.indexOf(point)
      for (const index of rules.keys()) {
        const fewer = rules.toSpliced(index, 1)
        const isFlipped = EVERY_LINE.some((line) => outcomes([...fewer, ruled(line)])[at] === 1)
        expect(isFlipped).toBe(false)
      }
      const others = rules.filter((_, index) => !covering.includes(index + 1))
      const weigher = new Weigher(outcomes(rules))
      const ours = weigher.weigh(outcomes(rulesOf(edited)))
      const choices = distinct(OWN_LINES.map(ruled)).filter(
        ({ isGrant, covers }) => isGrant || covers[at] === 0,
      )
      for (const [index, one] of choices.entries()) {
        for (const other of choices.slice(index)) {
          const after = outcomes([...others, one, other])
          if (after[at] === 1) expect(weigher.weigh(after) >= ours).toBe(true)
        }
      }
    }),
    { numRuns: 5 },
  )
})

function distinct(rules: readonly Ruled[]): Ruled[] {
  return [
    ...new Map(rules.map((rule) => [`${rule.isGrant} ${rule.covers.join('')}`, rule])).values(),
  ]
}
