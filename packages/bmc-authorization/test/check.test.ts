import { noPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { ACTIONS, check, describe as describeReason, explain, type Policy } from '../src/index.ts'
import { policyOf, requestOf } from './policies.ts'

const subnet = policyOf(
  'PERMISSION = VIEW',
  'BEGIN_COMPUTER',
  'NAME = 192.0.2.*',
  'PERMISSION = MODIFY',
  'BEGIN_USER',
  'NAME = *',
  'END_USER',
  'END_COMPUTER',
  'BEGIN_COMPUTER',
  'NAME = *',
  'END_COMPUTER',
)

describe('check', () => {
  it('hands out one frozen decision for each node and needed level', () => {
    const first = check(subnet, requestOf())
    expect(check(subnet, requestOf({ action: 'drilldown' }))).toBe(first)
    expect(Object.isFrozen(first.reasons[0].source)).toBe(true)
    const refusal = check(subnet, requestOf({ action: 'policy.stop' }))
    expect(check(subnet, requestOf({ action: 'collect.stop' }))).toBe(refusal)
    expect(refusal).toMatchObject({
      outcome: 'deny',
      reasons: [
        {
          code: 'level-too-low',
          source: { file: 'Authorization.cfg', line: 5 },
          facts: { granted: 'MODIFY', needed: 'MANAGE' },
        },
      ],
    })
  })

  it('refuses every action when there is no policy, with the decision of the lack of one', () => {
    const none = noPolicy('policy-missing', 'Authorization.cfg')
    for (const action of Object.keys(ACTIONS)) {
      const request = requestOf({ action, startedByCaller: true })
      expect(check(none, request)).toBe(none.decision)
    }
    expect(none.decision.outcome).toBe('deny')
  })

  it('takes no object for a policy that parse did not make', () => {
    const copy: Policy = { ...subnet }
    expect(() => check(copy, requestOf())).toThrow(TypeError)
  })

  it('has a sentence for every reason', () => {
    const [reason] = check(subnet, requestOf({ action: 'policy.stop' })).reasons
    expect(describeReason(reason)).toContain('Authorization.cfg:5')
  })
})

describe('explain', () => {
  it('names the entries that matched, with the lines of their names', () => {
    expect(explain(subnet, requestOf())).toEqual({
      decision: check(subnet, requestOf()),
      granted: 'MODIFY',
      needed: 'VIEW',
      decidedBy: 'computer 192.0.2.*',
      computer: { name: '192.0.2.*', line: 4, kind: 'pattern' },
      user: { name: '*', line: 7 },
      outranked: [{ name: '*', line: 11, kind: 'any' }],
      smallestEdit: [{ change: 'replace', line: 5, text: '  PERMISSION = NONE' }],
    })
  })

  it('has nothing to tell but the decision when there is no policy', () => {
    const none = noPolicy('policy-malformed', 'Authorization.cfg')
    expect(explain(none, requestOf())).toEqual({
      decision: none.decision,
      granted: null,
      needed: null,
      decidedBy: null,
      computer: null,
      user: null,
      outranked: [],
    })
  })
})
