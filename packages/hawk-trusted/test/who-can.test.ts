import { claimed, noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import { CALLERS, isAllowed, lines, OPERATIONS, policyOf } from './universe.ts'

const operation: hawk.AskedOperation = {
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'M.Custom',
  method: 'execute',
  impact: 'ACTION',
}
const NOBODY = { everyone: false, users: [], except: [] }

test('users are listed once, as grants spell them, without those that a restriction folds', () => {
  const policy = policyOf(['ops', 'night * * *', 'Ops web01', 'ops web01', 'CORP\\x', '!corp\\X'])
  expect(hawk.whoCan(policy, operation)).toEqual({
    everyone: false,
    users: ['ops', 'Ops'],
    except: [],
  })
})

test('a grant for all users leaves everyone but those that a restriction names', () => {
  const policy = policyOf(['ops', '* * * +', '!Night', '!NIGHT web01', '!day db01'])
  expect(hawk.whoCan(policy, operation)).toEqual({ everyone: true, users: [], except: ['Night'] })
})

test('a restriction for all users leaves nobody', () => {
  expect(hawk.whoCan(policyOf(['*', 'ops', '!* * M.Custom']), operation)).toEqual(NOBODY)
})

test('nobody can do what check refuses to look at', () => {
  expect(hawk.whoCan(policyOf(['*']), { ...operation, method: '*' })).toEqual(NOBODY)
  expect(hawk.whoCan(noPolicy('policy-missing', 'T'), operation)).toEqual(NOBODY)
})

test('the answer is that of check for every user, and every id in it counts', () => {
  fc.assert(
    fc.property(lines, fc.constantFrom(...OPERATIONS), (text, asked) => {
      const policy = policyOf(text)
      const { everyone, users, except } = hawk.whoCan(policy, asked)
      const folded = except.map((user) => user.toLowerCase())
      for (const caller of CALLERS) {
        const listed = everyone ? !folded.includes(caller.toLowerCase()) : users.includes(caller)
        expect(listed).toBe(isAllowed(policy, { ...asked, user: claimed(caller) }))
      }
      expect(new Set(users).size + new Set(folded).size).toBe(users.length + except.length)
      expect(users.every((user) => CALLERS.includes(user))).toBe(true)
      expect(everyone ? users : except).toEqual([])
    }),
    { numRuns: 500 },
  )
})
