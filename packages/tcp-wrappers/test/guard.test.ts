import { compose, noPolicy, type NoPolicy } from '@gatehouse/core'
import { expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { libwrap, requestOf, strict } from './policies.ts'

it('decides as check does, by the policy in force at each request', async () => {
  const holder: { current: tcp.Policy | NoPolicy } = {
    current: noPolicy('policy-missing', 'hosts.allow'),
  }
  const guard = tcp.guard(holder)
  expect(guard.check(requestOf())).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'policy-missing', source: { file: 'hosts.allow' } }],
  })
  holder.current = strict(['bgssd: 10.0.0.1'])
  expect(guard.check(requestOf())).toBe(tcp.check(holder.current, requestOf()))
  expect(await compose(guard).check(requestOf({ address: '9.9.9.9' }))).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'no-rule-matched', guard: 'tcp-wrappers' }],
  })
})

it.each([
  ['addresses', ['ALL: 10.0.0. EXCEPT [::1] 10.*'], ['peer address']],
  ['names', ['ALL: .example.com'], ['peer address', 'host name']],
  ['words about names', ['ALL: ALL EXCEPT UNKNOWN'], ['peer address', 'host name']],
  ['users', ['ALL: bob@10.0.0.1'], ['peer address', 'user name']],
])('relies on what its rules ask for: %s', (_, rules, of) => {
  expect(compose(tcp.guard(strict(rules))).statement).toMatchObject({
    provided: [{ guarantee: 'authorization', by: ['tcp-wrappers'] }],
    unmet: of.map((what) => ({
      guarantee: 'authentication',
      of: what,
      undermines: ['authorization'],
    })),
    openings: [],
  })
})

it('states the openings of libwrap while such a policy is in force', () => {
  const holder: { current: tcp.Policy | NoPolicy } = { current: libwrap([]) }
  const guard = tcp.guard(holder)
  expect(guard.openings).toEqual(tcp.LIBWRAP_OPENINGS)
  holder.current = strict([])
  expect(guard.openings).toEqual([])
  holder.current = noPolicy('policy-missing', 'hosts.allow')
  expect(guard.openings).toEqual([])
})
