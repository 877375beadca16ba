import { applyEdit } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import { isAllowed, lines, policyOf, REQUESTS } from './universe.ts'

const IDLE = ['line-repeated', 'grant-unreachable', 'grant-redundant', 'restriction-redundant']

const answers = (policy: hawk.Policy): string =>
  REQUESTS.map((request) => (isAllowed(policy, request) ? '1' : '0')).join('')

const linesWith = (policy: hawk.Policy, codes: readonly string[]): number[] =>
  hawk
    .lint(policy)
    .filter(({ code }) => codes.includes(code))
    .map(({ source }) => source.line)

test('all lines found idle can go together, and then none can go that is not found', () => {
  fc.assert(
    fc.property(lines, (text) => {
      const policy = policyOf(text)
      const before = answers(policy)
      const fixes = hawk
        .lint(policy)
        .flatMap(({ code, fix = [] }) => (IDLE.includes(code) ? fix : []))
      const mended = hawk.parse(applyEdit(text.map((each) => `${each}\n`).join(''), fixes), {
        file: 'T',
      })
      expect(answers(mended)).toBe(before)
      const idle = linesWith(mended, [...IDLE, 'restriction-without-effect'])
      for (const { line } of mended.entries) {
        const less = policyOf(
          hawk
            .format(mended)
            .split('\n')
            .toSpliced(line - 1, 1),
        )
        expect(answers(less) === before).toBe(idle.includes(line))
      }
    }),
    { numRuns: 60 },
  )
})

test('a grant is found unreachable exactly when no request of it is allowed', () => {
  fc.assert(
    fc.property(lines, (text) => {
      const policy = policyOf(text)
      const dead = linesWith(policy, ['grant-unreachable', 'line-repeated'])
      const restrictions = text.filter((each) => each.startsWith('!'))
      for (const [index, each] of text.entries()) {
        if (each.startsWith('!')) continue
        const alone = policyOf([each, ...restrictions])
        const isDead = !REQUESTS.some((request) => isAllowed(alone, request))
        if (isDead) expect(dead).toContain(index + 1)
        else expect(linesWith(policy, ['grant-unreachable'])).not.toContain(index + 1)
      }
    }),
    { numRuns: 60 },
  )
})
