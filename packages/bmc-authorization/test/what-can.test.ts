import { claimed, noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, user } from './policies.ts'
import { CALLERS, fileText, OPERATIONS } from './universe.ts'

const CALLER = {
  peer: { address: '172.31.14.9', verifiedName: null },
  claimedUser: claimed('ann'),
}

/** Whether a request is the one that a listed operation stands for. */
function isOf(listed: bmc.OperationAnswer, asked: bmc.Operation): boolean {
  return (
    listed.action === asked.action &&
    [null, asked.startedByCaller].includes(listed.startedByCaller) &&
    [null, asked.othersHaveRequests].includes(listed.othersHaveRequests)
  )
}

describe('whatCan', () => {
  it('tells ownership apart where it matters, with level and node', () => {
    const policy = policyOf(...computer('172.31.14.*', 'VIEW', ...user('ann', 'MODIFY')))
    const { operations, ...rights } = bmc.whatCan(policy, CALLER)
    expect(rights).toEqual({
      granted: 'MODIFY',
      decidedBy: 'computer 172.31.14.* user ann',
      computer: { name: '172.31.14.*', kind: 'pattern', line: 3 },
      user: { name: 'ann', line: 6 },
    })
    const stops = operations
      .filter(({ action }) => action.endsWith('.stop'))
      .map(({ action, startedByCaller, othersHaveRequests, needed, decision }) =>
        [action, startedByCaller, othersHaveRequests, needed, decision.outcome].join(' '),
      )
    expect(stops).toEqual([
      'collect.stop true  MODIFY allow',
      'collect.stop false  MANAGE deny',
      'policy.stop true  MODIFY allow',
      'policy.stop false  MANAGE deny',
      'agent.stop true false NONE allow',
      'agent.stop true true MANAGE deny',
      'agent.stop false  MANAGE deny',
    ])
  })

  it('gives each request exactly one answer, that of check', () => {
    fc.assert(
      fc.property(fileText, fc.constantFrom(...CALLERS), (text, caller) => {
        const policy = bmc.parse(text, { file: 'Authorization.cfg' })
        const { operations } = bmc.whatCan(policy, caller)
        for (const asked of OPERATIONS) {
          const answers = operations.filter((listed) => isOf(listed, asked))
          expect(answers.map(({ decision }) => decision)).toEqual([
            bmc.check(policy, { ...caller, ...asked }),
          ])
        }
      }),
    )
  })

  it('refuses everything without a policy, and to a malformed caller', () => {
    const none = bmc.whatCan(noPolicy('policy-missing', 'Authorization.cfg'), CALLER)
    const malformed = bmc.whatCan(policyOf('PERMISSION = MANAGE'), {
      ...CALLER,
      claimedUser: claimed('*'),
    })
    for (const { granted, decidedBy, operations } of [none, malformed]) {
      expect([granted, decidedBy]).toEqual([null, null])
      expect(operations).toHaveLength(15)
      expect(operations.every(({ decision }) => decision.outcome === 'deny')).toBe(true)
    }
    expect(none.operations[0]?.decision.reasons[0].code).toBe('policy-missing')
    expect(malformed.operations[0]?.decision.reasons[0]).toEqual({
      code: 'request-malformed',
      source: { request: 'claimedUser' },
    })
  })
})
