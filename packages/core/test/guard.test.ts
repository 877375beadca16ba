import { expect, test } from 'vitest'
import { allow, compose, deny, describeStatement, GUARD_FAILED, type Guard } from '../src/index.ts'

const tls: Guard<unknown> = {
  name: 'tls',
  provides: ['authentication', 'integrity', 'privacy'],
  reliesOn: [],
  check: () => allow({ code: 'trusted' }),
}
const file: Guard<unknown> = {
  name: 'file',
  provides: ['authorization'],
  reliesOn: [{ guarantee: 'authentication', of: 'user name' }],
  openings: ['insecureDefault'],
  check: () => deny({ code: 'not-granted', source: { file: 'Trusted.txt', line: 3 } }),
}

test('a deny comes first and the reasons before it are kept, each with its guard', async () => {
  expect(await compose(tls, file).check({})).toEqual({
    outcome: 'deny',
    reasons: [
      { code: 'not-granted', source: { file: 'Trusted.txt', line: 3 }, guard: 'file' },
      { code: 'trusted', guard: 'tls' },
    ],
  })
})

test('a guard after the first deny is not asked', async () => {
  let asked = false
  const last: Guard<unknown> = { ...tls, check: () => ((asked = true), allow({ code: 'late' })) }
  await compose(file, last).check({})
  expect(asked).toBe(false)
})

test('a guard that throws denies', async () => {
  const broken: Guard<unknown> = {
    ...tls,
    check: () => {
      throw new Error('no')
    },
  }
  expect(await compose(broken).check({})).toEqual({
    outcome: 'deny',
    reasons: [{ code: GUARD_FAILED, guard: 'tls' }],
  })
})

test('an answer that is neither allow nor deny denies', async () => {
  const odd = { ...tls, check: () => ({ outcome: 'yes', reasons: [{ code: 'odd' }] }) }
  const decision = await compose(odd as unknown as Guard<unknown>).check({})
  expect(decision.outcome).toBe('deny')
})

test('the statement tells a reliance that nothing met, and that order matters', () => {
  expect(describeStatement(compose(file).statement)).toEqual([
    'provides authorization, by file',
    'authorization by file rests on the authentication of the user name, which nothing before it provides',
    'lacks authentication',
    'lacks integrity',
    'lacks privacy',
    'lacks freshness',
    'file runs with insecureDefault',
  ])
  expect(compose(tls, file).statement.unmet).toEqual([])
  expect(compose(file, tls).statement.unmet).toHaveLength(1)
})

test('what holds for one part of a request meets a reliance on that part and no other', () => {
  const mutual: Guard<unknown> = {
    ...tls,
    provides: [{ guarantee: 'authentication', of: 'console' }, 'integrity', 'privacy'],
  }
  expect(describeStatement(compose(mutual, file).statement)).toEqual([
    'provides authentication of the console, by tls',
    'provides integrity, by tls',
    'provides privacy, by tls',
    'provides authorization, by file',
    'authorization by file rests on the authentication of the user name, which nothing before it provides',
    'lacks freshness',
    'file runs with insecureDefault',
  ])
  const listed = { ...file, reliesOn: [{ guarantee: 'authentication', of: 'console' }] } as const
  expect(compose(mutual, listed).statement.unmet).toEqual([])
})
