import { noPolicy, ParseError, parseExpectations, type ExpectationFieldCode } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const policy = hawk.parse(
  ['ops * * *', 'night', '!night + M.A +', 'CORP\\ops db01:*:plant2'].join('\n'),
  { file: 'Trusted.txt' },
)

function results(lines: readonly string[]): object[] {
  return hawk
    .test(policy, parseExpectations(lines.join('\n'), { file: 'T.expect' }))
    .map(({ source, holds, decision }) => [source.line, holds, decision.reasons[0].code])
}

test('each expectation is asked, and told whether it holds', () => {
  expect(
    results([
      '# what the operators may',
      'expect allow user=ops node=web01 microagent=M.A method=get impact=INFO',
      'expect allow user=ops node=web01 microagent=M.A method=run',
      'expect deny user=night node=web01 scope=group microagent=M.A method=run impact=ACTION_INFO',
      'expect deny user=night node=web01 microagent=M.A method=run',
    ]),
  ).toEqual([
    [2, true, 'granted'],
    [3, false, 'impact-not-granted'],
    [4, true, 'restricted'],
    [5, false, 'granted'],
  ])
})

const of = (node: string): string =>
  `expect allow user=CORP\\ops node=${node} microagent=M.A method=run`

test('a node is a name, with dns and domain or without', () => {
  const nodes = ['db01:any:plant2', 'db01:none:default', 'db01:any', 'db01']
  expect(results(nodes.map(of))).toEqual([
    [1, true, 'granted'],
    [2, false, 'not-granted'],
    [3, false, 'not-granted'],
    [4, false, 'not-granted'],
  ])
})

test('without a policy everything is refused, and no expectation asks nothing', () => {
  const missing = noPolicy('policy-missing', 'Trusted.txt')
  const expectations = parseExpectations('expect deny user=a node=b microagent=c method=d', {
    file: 'T.expect',
  })
  expect(hawk.test(missing, expectations)).toEqual([
    {
      source: { file: 'T.expect', line: 1 },
      expected: 'deny',
      decision: missing.decision,
      holds: true,
    },
  ])
  expect(hawk.test(policy, [])).toEqual([])
})

describe('refused is', () => {
  test.each<[string, string, ExpectationFieldCode[]]>([
    [
      'a field that is none',
      'user=a node=b microagent=c method=d agent=e',
      ['expectation-field-unknown'],
    ],
    [
      'a field that is missing',
      'user=a microagent=c',
      ['expectation-field-missing', 'expectation-field-missing'],
    ],
    ['a wildcard', 'user=* node=b microagent=c method=d', ['expectation-value-malformed']],
    [
      'another scope',
      'user=a node=b microagent=c method=d scope=all',
      ['expectation-value-malformed'],
    ],
    [
      'another impact',
      'user=a node=b microagent=c method=d impact=info',
      ['expectation-value-malformed'],
    ],
    [
      'a node of four parts',
      'user=a node=b:c:d:e microagent=c method=d',
      ['expectation-value-malformed'],
    ],
    [
      'a node without a name',
      'user=a node=:c microagent=c method=d',
      ['expectation-value-malformed'],
    ],
  ])('%s', (_, fields, codes) => {
    const expectations = parseExpectations(`# head\nexpect deny ${fields}`, { file: 'T.expect' })
    let found: object[] = []
    try {
      hawk.test(policy, expectations)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      found = error.diagnostics.map(({ code, source }) => [code, source])
    }
    const source = { file: 'T.expect', line: 2, column: 1 }
    expect(found).toEqual(codes.map((code) => [code, source]))
  })
})
