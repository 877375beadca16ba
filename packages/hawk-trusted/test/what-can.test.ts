import { claimed, noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import { CALLERS, isAllowed, lines, OPERATIONS, policyOf } from './universe.ts'

const described = (text: readonly string[], caller: string): string[] =>
  hawk.whatCan(policyOf(text), caller).map(hawk.describeRegion)

test('a region is what a grant opens less what restrictions take', () => {
  expect(described(['ops', '!OPS * M.Custom +', '!night', '!ops + M.SysInfo'], 'ops')).toEqual([
    'any node, point-to-point and group, any microagent, any method, INFO and ACTION, except ' +
      '(any node, point-to-point and group, microagent M.Custom, any method, ACTION), ' +
      '(any node, group, microagent M.SysInfo, any method, INFO and ACTION)',
  ])
})

test('a grant inside another, a dead grant and a restriction beside all of them say nothing', () => {
  const text = ['* * * *', 'ops * * +', 'ops web01 M.A', '!* + * *', '!ops web01 M.A', '!ops + M.B']
  expect(described(text, 'ops')).toEqual([
    'any node, point-to-point, any microagent, any method, INFO and ACTION, except ' +
      '(node web01 in any case, point-to-point, microagent M.A, any method, INFO and ACTION)',
  ])
})

test('nothing is open to a stranger, to an id that no request can have, or without a policy', () => {
  expect(described(['ops'], 'stranger')).toEqual([])
  expect(described(['*'], '*')).toEqual([])
  expect(hawk.whatCan(noPolicy('policy-missing', 'T'), 'ops')).toEqual([])
})

const includes = (regions: readonly hawk.OperationRegion[], asked: hawk.AskedOperation): boolean =>
  regions.some((region) => hawk.includesOperation(region, asked))

test('an operation is in a region exactly when check allows it', () => {
  fc.assert(
    fc.property(lines, fc.constantFrom(...CALLERS), (text, caller) => {
      const policy = policyOf(text)
      const regions = hawk.whatCan(policy, caller)
      const wrong = OPERATIONS.filter(
        (asked) =>
          includes(regions, asked) !== isAllowed(policy, { ...asked, user: claimed(caller) }),
      )
      expect(wrong).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('no region and no exception can be left out', () => {
  fc.assert(
    fc.property(lines, fc.constantFrom(...CALLERS), (text, caller) => {
      const regions = hawk.whatCan(policyOf(text), caller)
      const isOpen = OPERATIONS.map((asked) => includes(regions, asked))
      const differs = (fewer: readonly hawk.OperationRegion[]): boolean =>
        OPERATIONS.some((asked, index) => includes(fewer, asked) !== isOpen[index])
      for (const [index, region] of regions.entries()) {
        expect(differs(regions.toSpliced(index, 1))).toBe(true)
        for (const at of region.except.keys()) {
          const wider = { ...region, except: region.except.toSpliced(at, 1) }
          expect(OPERATIONS.some((o) => differsIn(region, wider, o))).toBe(true)
        }
      }
    }),
    { numRuns: 200 },
  )
})

function differsIn(
  a: hawk.OperationRegion,
  b: hawk.OperationRegion,
  asked: hawk.AskedOperation,
): boolean {
  return hawk.includesOperation(a, asked) !== hawk.includesOperation(b, asked)
}
