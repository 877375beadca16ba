import { claimed, noPolicy } from '@gatehouse/core'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const CUSTOM = 'COM.TIBCO.hawk.microagent.Custom'
const TABLE: hawk.MicroagentTable = new Map([
  [
    CUSTOM,
    new Map([
      ['execute', 'ACTION' as const],
      ['describe', 'INFO' as const],
    ]),
  ],
])
const invocation: hawk.Invocation = {
  user: claimed('ops'),
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: CUSTOM,
  method: 'execute',
}

test('the impact comes from the table, whatever the caller adds to the request', async () => {
  const guard = hawk.guard(hawk.parse('ops * * *\n', { file: 'T' }), TABLE)
  const forged = { ...invocation, impact: 'INFO' }
  const { outcome, reasons } = await guard.check(forged)
  expect([outcome, reasons[0].code]).toEqual(['deny', 'impact-not-granted'])
  const read = await guard.check({ ...invocation, method: 'describe' })
  expect(read.outcome).toBe('allow')
})

test('a microagent or method outside the table is refused even where the file grants everything', async () => {
  const guard = hawk.guard(hawk.parse('*\n', { file: 'T' }), TABLE)
  const source = { table: 'microagents' }
  const other = await guard.check({ ...invocation, microagent: 'Other' })
  expect(other).toEqual({ outcome: 'deny', reasons: [{ code: 'unknown-microagent', source }] })
  const method = await guard.check({ ...invocation, method: 'constructor' })
  expect(method).toEqual({ outcome: 'deny', reasons: [{ code: 'unknown-method', source }] })
})

test('a malformed invocation is refused before the table is asked', async () => {
  const guard = hawk.guard(hawk.parse('*\n', { file: 'T' }), TABLE)
  const decision = await guard.check({ ...invocation, user: claimed('') })
  expect(decision.reasons).toEqual([{ code: 'request-malformed', source: { request: 'user' } }])
})

test('without a policy every request is refused, with the reason why there is none', async () => {
  const none = noPolicy('policy-malformed', 'Trusted.txt')
  const guard = hawk.guard(none, TABLE)
  const decision = await guard.check(invocation)
  expect(decision).toEqual({
    outcome: 'deny',
    reasons: [{ code: 'policy-malformed', source: { file: 'Trusted.txt' } }],
  })
  expect(hawk.explain(none, { ...invocation, impact: 'INFO' })).toMatchObject({
    decision,
    lines: [],
  })
})

test('a holder is asked at each request', async () => {
  const holder: { current: hawk.Policy } = { current: hawk.parse('*\n', { file: 'T' }) }
  const guard = hawk.guard(holder, TABLE)
  expect((await guard.check(invocation)).outcome).toBe('allow')
  holder.current = hawk.parse('!ops\n', { file: 'T' })
  expect((await guard.check(invocation)).outcome).toBe('deny')
})

test('the guard provides authorization and relies on a user name that nobody checked', () => {
  const { provides, reliesOn } = hawk.guard(hawk.parse('', { file: 'T' }), TABLE)
  expect(provides).toEqual(['authorization'])
  expect(reliesOn).toContainEqual({ guarantee: 'authentication', of: 'user name' })
})

test('an object that parse did not make is misuse, not a policy', () => {
  const forged = { file: 'T', lines: [], entries: [] }
  expect(() => hawk.check(forged, { ...invocation, impact: 'INFO' })).toThrow(TypeError)
})
