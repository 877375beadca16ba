import { noPolicy, ParseError, parseExpectations } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, user } from './policies.ts'

const FILE = 'Authorization.test'
const policy = policyOf(
  'PERMISSION = VIEW',
  ...computer('172.31.14.*', 'MODIFY', ...user('Ann Lee', 'NONE')),
  ...computer('gw1', 'NONE'),
)

function run(...lines: string[]): ReturnType<typeof bmc.test> {
  return bmc.test(policy, parseExpectations(lines.join('\n'), { file: FILE }))
}

function errorsOf(...lines: string[]): unknown[] {
  try {
    run(...lines)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source }) => [code, source.file, source.line])
  }
  return []
}

describe('test', () => {
  it('answers each line, with its place and whether it holds', () => {
    const results = run(
      '# what the operators may do',
      'expect allow address=172.31.14.9 user=ben action=collect.stop own=yes',
      'expect deny address=172.31.14.9 user=ben action=collect.stop',
      'expect deny address=172.31.14.9 user="Ann Lee" action=chart',
      'expect allow address=192.0.2.7 name=gw1 user=ben action=chart',
      'expect allow address=192.0.2.7 user=ben action=agent.stop own=yes',
      'expect deny address=192.0.2.7 user=ben action=agent.stop own=yes others=yes',
    )
    expect(results.map(({ source, holds }) => [source.line, holds])).toEqual([
      [2, true],
      [3, true],
      [4, true],
      [5, false],
      [6, true],
      [7, true],
    ])
    expect(results[3]).toMatchObject({
      source: { file: FILE },
      expected: 'allow',
      decision: {
        outcome: 'deny',
        reasons: [{ code: 'level-too-low', source: { file: 'Authorization.cfg', line: 13 } }],
      },
    })
  })

  it('lets no expectation of an allow hold without a policy', () => {
    const expectations = parseExpectations('expect allow address=::1 user=a action=collect.query', {
      file: FILE,
    })
    const [result] = bmc.test(noPolicy('policy-missing', 'Authorization.cfg'), expectations)
    expect([result?.holds, result?.decision.reasons[0].code]).toEqual([false, 'policy-missing'])
  })

  it('refuses fields that make no request, all of them', () => {
    expect(
      errorsOf(
        'expect deny address=192.0.2.7 user=ann',
        'expect deny adress=192.0.2.7 user=ann action=chart constructor=x',
      ),
    ).toEqual([
      ['expectation-field-missing', FILE, 1],
      ['expectation-field-unknown', FILE, 2],
      ['expectation-field-unknown', FILE, 2],
      ['expectation-field-missing', FILE, 2],
    ])
  })

  it.each(['address=192.0.2.007', 'name=a..b', 'user=*', 'action=reboot', 'own=true', 'others=1'])(
    'refuses %s, which would be denied whatever the file says',
    (field) => {
      const [name] = field.split('=')
      const good = ['address=192.0.2.7', 'user=ann', 'action=chart'].filter(
        (each) => !each.startsWith(`${name}=`),
      )
      const line = `expect deny ${[...good, field].join(' ')}`
      expect(errorsOf(line)).toEqual([['expectation-value-malformed', FILE, 1]])
    },
  )
})
