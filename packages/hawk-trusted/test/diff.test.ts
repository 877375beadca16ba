import { noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import { isAllowed, lines, policyOf, REQUESTS, SPELLED_REQUESTS } from './universe.ts'

/** Outcomes, codes and region of each difference. */
function described(before: readonly string[], after: readonly string[]): string[] {
  return hawk.diff(policyOf(before), policyOf(after)).map((difference) => {
    const codes = [difference.before, difference.after].map(({ reasons: [{ code }] }) => code)
    return `${codes.join(' -> ')}: ${hawk.describeRegion(difference.region)}`
  })
}

test('a grant that now acts opens ACTION, and nothing else is said', () => {
  expect(described(['ops * * *', 'night'], ['night', 'ops * * +'])).toEqual([
    'impact-not-granted -> granted: user ops, any node, point-to-point, any microagent, any method, ACTION',
  ])
})

test('a restriction that goes opens what grants give of it and other restrictions leave', () => {
  expect(
    described(
      ['ops * M.A +', 'night', '!* * M.A', '!ops web01'],
      ['ops * M.A +', 'night', '!ops web01'],
    ),
  ).toEqual([
    'restricted -> granted: user ops, any node, point-to-point, microagent M.A, any method, INFO and ACTION, except ' +
      '(user ops, node web01 in any case, point-to-point, microagent M.A, any method, INFO and ACTION)',
    'restricted -> granted: user night, any node, point-to-point and group, microagent M.A, any method, INFO and ACTION',
  ])
})

test('access that is lost comes after new access', () => {
  expect(described(['ops web01 M.A run'], ['OPS web01 M.A run'])).toEqual([
    'user-not-listed -> granted: user OPS, node web01, point-to-point and group, microagent M.A, method run, INFO and ACTION',
    'granted -> user-not-listed: user ops, node web01, point-to-point and group, microagent M.A, method run, INFO and ACTION',
  ])
})

test('lines that move, repeat or say the same otherwise make no difference', () => {
  const before = ['ops', '!night web01', 'night']
  expect(described(before, ['night', '# moved', 'ops +', 'ops', '!NIGHT web01:*:*'])).toEqual([])
})

test('the example avoids every name of both files', () => {
  const before = policyOf(['anyone none:none:default any.Microagent anything'])
  const [difference] = hawk.diff(before, policyOf(['*', '!none']))
  expect(difference?.example).toEqual({
    user: 'anyone2',
    node: { name: 'anywhere', dns: 'none2', domain: 'default2' },
    scope: 'point-to-point',
    microagent: 'any.Microagent2',
    method: 'anything2',
    impact: 'INFO',
  })
})

test('a policy that is missing gives no access, and its return gives it all', () => {
  const missing = noPolicy('policy-missing', 'T')
  const [lost, ...others] = hawk.diff(policyOf(['ops web01']), missing)
  expect([lost?.before.outcome, lost?.after, others]).toEqual(['allow', missing.decision, []])
  expect(hawk.diff(missing, missing)).toEqual([])
})

test('a request is in a region exactly when its outcome changes, and as the region says', () => {
  fc.assert(
    fc.property(lines, lines, fc.boolean(), (one, other, isEdit) => {
      const before = policyOf(one)
      const after = policyOf(isEdit ? [...one.slice(1), ...other.slice(0, 2)] : other)
      const differences = hawk.diff(before, after)
      for (const { region, example, before: was, after: is } of differences) {
        expect(hawk.includesRequest(region, example)).toBe(true)
        expect([was, is]).toEqual([hawk.check(before, example), hawk.check(after, example)])
        expect(was.outcome).not.toBe(is.outcome)
      }
      const wrong = REQUESTS.filter((request) => {
        const [was, is] = [isAllowed(before, request), isAllowed(after, request)]
        const found = differences.filter(({ region }) => hawk.includesRequest(region, request))
        const isRight = found.every(({ after: then }) => (then.outcome === 'allow') === is)
        return found.length > 0 !== (was !== is) || !isRight
      })
      expect(wrong).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('no region can be left out', () => {
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const regions = hawk.diff(policyOf(one), policyOf(other)).map(({ region }) => region)
      for (const region of regions) {
        const others = regions.filter((each) => each !== region)
        const isNeeded = SPELLED_REQUESTS.some(
          (request) =>
            hawk.includesRequest(region, request) &&
            !others.some((each) => hawk.includesRequest(each, request)),
        )
        expect(isNeeded).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})
