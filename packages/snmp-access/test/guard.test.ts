import { compose, noPolicy } from '@gatehouse/core'
import { expect, test } from 'vitest'
import { parse } from '../src/configuration/parse.ts'
import { guard, OPENINGS } from '../src/guard.ts'
import type { Request } from '../src/request.ts'

function guardOf(...lines: string[]): ReturnType<typeof guard> {
  return guard(parse(`${lines.join('\n')}\n`, { file: 'snmpd.conf' }))
}

function relies({ reliesOn }: ReturnType<typeof guard>): string[] {
  return reliesOn.map(({ guarantee, of }) => `${guarantee} of ${of}`)
}

test('it provides authorization and nothing else', () => {
  expect(guardOf('rouser ops priv').provides).toEqual(['authorization'])
})

test('communities are claims in clear, and the statement says so', () => {
  const reading = guardOf('rocommunity c 10.0.0.1')
  expect(relies(reading)).toEqual(['authentication of peer address', 'authentication of community'])
  expect(compose(reading).statement.openings).toEqual([
    { guard: 'snmp-access', opening: OPENINGS.clear },
  ])
  expect(guardOf('rwcommunity c 10.0.0.1').openings).toEqual([OPENINGS.clear, OPENINGS.clearWrite])
})

test.each([
  ['noauth', ['authentication of user name'], [OPENINGS.unauthenticated]],
  ['auth', ['authentication of user name', 'integrity of request', 'freshness of request'], []],
  [
    'priv',
    [
      'authentication of user name',
      'integrity of request',
      'freshness of request',
      'privacy of request',
    ],
    [],
  ],
])('users of level %s rest on what that level gives', (level, reliances, openings) => {
  const users = guardOf(`rouser ops ${level}`)
  expect(relies(users)).toEqual(['authentication of peer address', ...reliances])
  expect(users.openings).toEqual(openings)
})

test('disableAuthorization is an opening', () => {
  const policy = parse('disableAuthorization yes\n', { file: 'f', daemon: 'snmptrapd' })
  expect(guard(policy).openings).toEqual([OPENINGS.unauthorized])
})

test('it asks the configuration in force at each request', () => {
  const request: Request = {
    version: '2c',
    community: 'c',
    source: '10.0.0.1',
    pdu: 'get',
    varbinds: [{ oid: [1, 3] }],
  }
  const holder: { current: Parameters<typeof guard>[0] } = {
    current: noPolicy('policy-missing', 'snmpd.conf'),
  }
  const changing = guard(holder as Parameters<typeof guard>[0])
  expect(changing.check(request)).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'policy-missing' }],
  })
  expect(changing.openings).toEqual([])
  holder.current = parse('rocommunity c 10.0.0.1\n', { file: 'snmpd.conf' })
  expect(changing.check(request)).toMatchObject({ outcome: 'allow' })
})
