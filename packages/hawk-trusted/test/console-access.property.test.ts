import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as access from '../src/console-access/index.ts'

const USERS = ['ops', 'Ops', 'night', 'CORP\\ops'] as const
const NAMES = ['web01', 'Web01', 'db01'] as const
const DNS = ['none', 'None'] as const
const DOMAINS = ['default', 'plant2'] as const

const named = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom<string>('*', ...names)
const triple = fc
  .tuple(named(NAMES), named(DNS), named(DOMAINS), fc.boolean())
  .map((parts) => (parts[3] ? `"${parts.slice(0, 3).join(' ')}"` : parts.slice(0, 3).join(':')))

const line = fc
  .tuple(
    fc.constantFrom('', '', '!'),
    named(USERS),
    fc.oneof(fc.constantFrom<string>('*', ...NAMES), triple),
    fc.constantFrom('M.Custom', '"two words"', '#', '+'),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([mark, user, node, more, count]) => mark + [user, node, more].slice(0, count).join(' '))

const lines = fc.array(fc.oneof({ weight: 6, arbitrary: line }, fc.constantFrom('', '# who')), {
  maxLength: 7,
})

function policyOf(text: readonly string[]): access.AccessPolicy {
  return access.parse(text.join('\n'), { file: 'F' })
}

/** Every request of the universe, and of names that no line spells. */
const NODES = [...NAMES, 'WEB01', 'else'].flatMap((name) =>
  [...DNS, 'else'].flatMap((dns) => [...DOMAINS, 'else'].map((domain) => ({ name, dns, domain }))),
)
const CALLERS = [...USERS, 'OPS', 'corp\\OPS', 'stranger']

function same(isGrant: boolean, a = '', b = ''): boolean {
  return a === '*' || (isGrant ? a === b : a.toLowerCase() === b.toLowerCase())
}

/** Read from the text alone, as the rules are written down. */
function reads(text: readonly string[], user: string, node: (typeof NODES)[number]): boolean {
  const rules = text
    .filter((each) => !/^(#|$)/.test(each))
    .map((each) => {
      const [, mark, who, first, quoted] = /^(!?)(\S+)(?: (?:"([^"]*)"|(\S+)))?/.exec(each) ?? []
      const parts = (first ?? quoted ?? '*').split(/[: ]/)
      const pattern = parts.length === 1 ? [parts[0], '*', '*'] : parts
      return { isGrant: mark === '', who: who ?? '', pattern }
    })
  const covers = ({ isGrant, who, pattern }: (typeof rules)[number]): boolean =>
    same(isGrant, who, user) &&
    [node.name, node.dns, node.domain].every((part, index) => same(isGrant, pattern[index], part))
  if (rules.some((rule) => !rule.isGrant && covers(rule))) return false
  if (rules.some((rule) => rule.isGrant && covers(rule))) return true
  return !rules.some((rule) => rule.isGrant && same(false, rule.who, user))
}

test('a request is decided as a reading of the lines one by one decides it', () => {
  fc.assert(
    fc.property(lines, (text) => {
      const policy = policyOf(text)
      for (const user of CALLERS) {
        for (const node of NODES) {
          const { outcome } = access.check(policy, { user: claimed(user), node })
          expect(outcome).toBe(reads(text, user, node) ? 'allow' : 'deny')
        }
      }
    }),
    { numRuns: 200 },
  )
})

test('who can reach an agent is who is let through, and nobody is named without need', () => {
  fc.assert(
    fc.property(lines, fc.constantFrom(...NODES), (text, node) => {
      const policy = policyOf(text)
      const { everyone, users, except } = access.whoCan(policy, node)
      const folded = except.map((user) => user.toLowerCase())
      const isIn = (user: string): boolean =>
        users.includes(user) || (everyone && !folded.includes(user.toLowerCase()))
      for (const user of CALLERS) {
        const { outcome } = access.check(policy, { user: claimed(user), node })
        expect([user, isIn(user)]).toEqual([user, outcome === 'allow'])
      }
      expect(new Set(users).size).toBe(users.length)
      expect(new Set(folded).size).toBe(folded.length)
      if (everyone) expect(users.every((user) => folded.includes(user.toLowerCase()))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('a policy is read back as it was formatted', () => {
  fc.assert(
    fc.property(lines, (text) => {
      const policy = policyOf(text)
      const again = access.parse(access.format(policy), { file: 'F' })
      expect(again).toEqual(policy)
      expect(access.format(again)).toBe(access.format(policy))
    }),
  )
})

test('a grant is called unreachable exactly when nobody reaches an agent by it', () => {
  fc.assert(
    fc.property(lines, (text) => {
      const policy = policyOf(text)
      const dead = access
        .lint(policy)
        .filter(({ code }) => code === 'grant-unreachable')
        .map(({ source }) => source.line)
      const grants = policy.entries.filter(({ effect }) => effect === 'grant')
      const silent = grants.filter(({ line: number }) => {
        const restrictions = text.filter((each) => each.startsWith('!'))
        const alone = [text[number - 1] ?? '', ...restrictions]
        return !CALLERS.some((user) =>
          NODES.some((node) => {
            const { reasons } = access.check(policyOf(alone), { user: claimed(user), node })
            return reasons[0].code === 'granted'
          }),
        )
      })
      expect(dead).toEqual(silent.map(({ line: number }) => number))
    }),
    { numRuns: 100 },
  )
})
