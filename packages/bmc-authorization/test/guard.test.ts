import { compose, noPolicy, type NoPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { policyOf, requestOf } from './policies.ts'

const view = policyOf('PERMISSION = VIEW')
const shipped = policyOf(' PERMISSION = MANAGE')
const computer = ['BEGIN_COMPUTER', 'NAME = gw1', 'END_COMPUTER']

describe('guard', () => {
  it('decides as check does, by the policy in force at each request', async () => {
    const holder: { current: bmc.Policy | NoPolicy } = {
      current: noPolicy('policy-missing', 'Authorization.cfg'),
    }
    const guard = bmc.guard(holder)
    expect(guard.check(requestOf())).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'policy-missing', source: { file: 'Authorization.cfg' } }],
    })
    holder.current = view
    expect(guard.check(requestOf())).toBe(bmc.check(view, requestOf()))
    expect(await compose(guard).check(requestOf({ action: 'agent.start' }))).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'level-too-low', guard: 'bmc-authorization' }],
    })
  })

  it('states what it provides and what that rests on', () => {
    expect(compose(bmc.guard(view)).statement).toEqual({
      provided: [{ guarantee: 'authorization', by: ['bmc-authorization'] }],
      unmet: [
        ['authentication', 'user name'],
        ['authentication', 'peer address'],
        ['integrity', 'request'],
      ].map(([guarantee, of]) => ({
        guard: 'bmc-authorization',
        guarantee,
        of,
        undermines: ['authorization'],
      })),
      lacking: ['authentication', 'integrity', 'privacy', 'freshness'],
      openings: [],
    })
  })

  it('states the opening while the shipped policy is in force', () => {
    const holder: { current: bmc.Policy | NoPolicy } = { current: shipped }
    const guard = bmc.guard(holder)
    expect(guard.openings).toEqual([bmc.VENDOR_DEFAULT_OPENING])
    holder.current = noPolicy('policy-missing', 'Authorization.cfg')
    expect(guard.openings).toEqual([])
    holder.current = view
    expect(guard.openings).toEqual([])
    holder.current = policyOf('PERMISSION = MANAGE', ...computer)
    expect(guard.openings).toEqual([])
  })
})

describe('vendorDefaultPolicy', () => {
  it('is the policy of the shipped file', () => {
    const policy = bmc.vendorDefaultPolicy(bmc.insecureVendorDefault)
    expect(bmc.format(policy)).toBe(bmc.format(shipped))
    expect(bmc.guard(policy).openings).toEqual([bmc.VENDOR_DEFAULT_OPENING])
    expect(bmc.check(policy, requestOf({ action: 'policy.stop' }))).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'level-suffices', source: { file: 'vendor default', line: 2 } }],
    })
  })

  it('is not to be had without the symbol', () => {
    for (const consent of [
      undefined,
      true,
      'insecureVendorDefault',
      Symbol('insecureVendorDefault'),
    ]) {
      const call = (): unknown =>
        bmc.vendorDefaultPolicy(consent as unknown as typeof bmc.insecureVendorDefault)
      expect(call).toThrow(TypeError)
    }
  })
})
