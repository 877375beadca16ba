import { claimed } from '@gatehouse/core'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const CUSTOM = 'COM.TIBCO.hawk.microagent.Custom'
const request: hawk.Request = {
  user: claimed('ops'),
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: CUSTOM,
  method: 'execute',
  impact: 'ACTION',
}

function explain(...lines: string[]): hawk.Explanation {
  return hawk.explain(hawk.parse(lines.join('\n'), { file: 'Trusted.txt' }), request)
}

test('every line for the user is shown with what it misses, lines for others are not', () => {
  const { lines } = explain(
    'ops * * *',
    'night',
    `* db01 ${CUSTOM} getLog`,
    `!OPS + ${CUSTOM} +`,
    'ops',
  )
  expect(lines).toEqual([
    { line: 1, text: 'ops * * *', effect: 'grant', misses: ['impact'] },
    { line: 3, text: `* db01 ${CUSTOM} getLog`, effect: 'grant', misses: ['node', 'method'] },
    { line: 4, text: `!OPS + ${CUSTOM} +`, effect: 'restriction', misses: ['scope'] },
    { line: 5, text: 'ops', effect: 'grant', misses: [] },
  ])
})

test('a restriction decides before every grant', () => {
  const { decidedBy, grants, restrictions } = explain('ops', '!*', 'ops *', '!ops')
  expect({ decidedBy, grants, restrictions }).toEqual({
    decidedBy: 2,
    grants: [1, 3],
    restrictions: [2, 4],
  })
})

test('no line decides where none covers the request', () => {
  const { decision, decidedBy } = explain('ops * * *')
  expect(decidedBy).toBeUndefined()
  expect(decision.reasons[0].source).toEqual({ file: 'Trusted.txt', line: 1 })
})

test('a malformed request is explained by its field', () => {
  const policy = hawk.parse('*\n', { file: 'T' })
  const { decision, lines } = hawk.explain(policy, { ...request, method: '' })
  expect(decision.reasons[0]).toEqual({ code: 'request-malformed', source: { request: 'method' } })
  expect(lines).toEqual([])
})
