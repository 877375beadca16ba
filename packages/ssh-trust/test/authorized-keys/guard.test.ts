import { compose, noPolicy } from '@gatehouse/core'
import { expect, test } from 'vitest'

import {
  loginGuard,
  parseAuthorizedKeys,
  type LoginEffects,
  type LoginGuardOptions,
  type LoginRequest,
} from '../../src/index.ts'
import { FILE, KEY, LOGIN } from './logins.ts'

type Asked = LoginRequest | undefined

function guardOf(kept: LoginEffects[], changes: Partial<LoginGuardOptions<Asked>> = {}) {
  return compose(
    loginGuard<Asked>({
      loginOf: (request) => request,
      storeOf: ({ user }) =>
        user === 'ops'
          ? parseAuthorizedKeys(`command="true" ${KEY}\n`, { file: FILE })
          : noPolicy('policy-missing', FILE),
      keep: (_, effects) => kept.push(effects),
      ...changes,
    }),
  )
}

test('the guard hands over what comes with a login, and only with one that is allowed', async () => {
  const kept: LoginEffects[] = []
  const guard = guardOf(kept)
  expect((await guard.check(LOGIN)).outcome).toBe('allow')
  expect(kept).toMatchObject([{ forcedCommand: 'true' }])
  expect((await guard.check({ ...LOGIN, user: 'ann' })).reasons[0].code).toBe('policy-missing')
  expect((await guard.check(undefined)).reasons[0].code).toBe('request-malformed')
  expect(kept).toHaveLength(1)
})

test('the guard refuses a login whose effects cannot be kept', async () => {
  const guard = guardOf([], {
    keep: () => {
      throw new Error('no forced commands here')
    },
  })
  expect((await guard.check(LOGIN)).reasons[0].code).toBe('guard-failed')
})

test('the guard rests on a verified signature, and shows that it copies sshd', () => {
  const { statement } = guardOf([], { profile: 'openssh' })
  expect(statement.unmet).toMatchObject([{ guarantee: 'authentication', of: 'login key' }])
  expect(statement.openings).toMatchObject([{ opening: 'profile openssh' }])
  expect(guardOf([]).statement.openings).toEqual([])
})
