import { noPolicy, ParseError, parseExpectations } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { stateOf } from './states.ts'

function ask(text: string): ReturnType<typeof toolbox.test> {
  return toolbox.test(stateOf(), parseExpectations(text, { file: 'expect.txt' }))
}

function faultsOf(text: string): object[] {
  try {
    ask(text)
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source }) => ({ code, line: source.line }))
  }
}

describe('test', () => {
  it('says of each expectation whether it holds', () => {
    const results = ask(`expect allow user=ann tool=restart targets=web01,web02
expect deny user=ann tool=restart targets=web01,db01
expect allow user=zed groups=others,watchers tool=uptime targets=db01 address=10.0.0.1
expect allow user=ben tool=uptime targets=db01
`)
    expect(results.map(({ holds }) => holds)).toEqual([true, true, true, false])
    expect(results[3]).toMatchObject({
      source: { file: 'expect.txt', line: 4 },
      expected: 'allow',
      decision: { outcome: 'deny', reasons: [{ code: 'no-toolbox-on-system' }] },
    })
  })

  it('names every field that is unknown, missing or cannot be', () => {
    const text = `expect deny user=ann tool=restart system=web01
expect deny user=ann
expect deny user=* tool=restart
expect deny user=ann tool=restart address=10.0.0
expect deny user=ann tool=restart targets=web01,,db01
expect deny user=ann tool=restart groups=a:b
`
    expect(faultsOf(text)).toEqual([
      { code: 'expectation-field-unknown', line: 1 },
      { code: 'expectation-field-missing', line: 2 },
      { code: 'expectation-value-malformed', line: 3 },
      { code: 'expectation-value-malformed', line: 4 },
      { code: 'expectation-value-malformed', line: 5 },
      { code: 'expectation-value-malformed', line: 6 },
    ])
  })

  it('answers deny to all where there is no state', () => {
    const expectations = parseExpectations('expect deny user=root tool=uptime', { file: 'e' })
    const [result] = toolbox.test(noPolicy('policy-missing', 'users'), expectations)
    expect(result).toMatchObject({ holds: true, decision: { outcome: 'deny' } })
  })
})
