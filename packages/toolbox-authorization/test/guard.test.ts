import { compose, noPolicy, type NoPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { requestOf, stateOf } from './states.ts'

describe('guard', () => {
  it('decides as check does, by the state in force at each request', async () => {
    const holder: { current: toolbox.State | NoPolicy } = {
      current: noPolicy('policy-missing', 'auth-list.xml'),
    }
    const guard = toolbox.guard(holder)
    expect(guard.check(requestOf())).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'policy-missing', source: { file: 'auth-list.xml' } }],
    })
    const state = stateOf()
    holder.current = state
    expect(guard.check(requestOf())).toBe(toolbox.check(state, requestOf()))
    expect(await compose(guard).check(requestOf({ targets: ['cms'] }))).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'no-toolbox-on-system', guard: 'toolbox-authorization' }],
    })
  })

  it('states what it provides and what that rests on', () => {
    expect(compose(toolbox.guard(stateOf())).statement).toEqual({
      provided: [{ guarantee: 'authorization', by: ['toolbox-authorization'] }],
      unmet: [
        ['authentication', 'user name'],
        ['authentication', 'user groups'],
        ['authentication', 'sign-in address'],
        ['integrity', 'request'],
      ].map(([guarantee, of]) => ({
        guard: 'toolbox-authorization',
        guarantee,
        of,
        undermines: ['authorization'],
      })),
      lacking: ['authentication', 'integrity', 'privacy', 'freshness'],
      openings: [],
    })
  })
})
