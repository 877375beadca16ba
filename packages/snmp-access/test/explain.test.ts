import { noPolicy } from '@gatehouse/core'
import { expect, test } from 'vitest'
import { check } from '../src/check.ts'
import { parse } from '../src/configuration/parse.ts'
import { explain } from '../src/explain.ts'
import type { Configuration } from '../src/model.ts'
import type { Request } from '../src/request.ts'

const LINES = [
  'com2sec6 s default c',
  'com2sec s !10.0.0.2 c',
  'com2sec s 10.0.0.0/8 c',
  'com2sec t default c',
  'group g v2c s',
  'view v included .1.3',
  'view v excluded .1.3.6',
  'access g "" any noauth exact v none none',
]

function read(profile: Configuration['profile'] = 'net-snmp'): Configuration {
  return parse(`${LINES.join('\n')}\n`, { file: 'snmpd.conf', profile })
}

function get(source: string, more: Partial<Request> = {}): Request {
  const varbinds = [{ oid: [1, 3, 5] }, { oid: [1, 3, 6, 1] }, { oid: [1, 4] }]
  return { version: '2c', community: 'c', source, pdu: 'get', varbinds, ...more }
}

const line = (number: number): object => ({ file: 'snmpd.conf', line: number })

test('every entry on the way is named: community, group, access, view and its rows', () => {
  const request = get('10.1.1.1')
  const explanation = explain(read(), request)
  expect(explanation).toMatchObject({
    status: 'ok',
    securityName: 's',
    group: { name: 'g', origin: line(5) },
    access: { level: 'noAuthNoPriv', origin: line(8) },
    view: { name: 'v', origin: line(8) },
  })
  expect(explanation.objects.map(({ state, row }) => [state, row])).toEqual([
    ['included', line(6)],
    ['excluded', line(7)],
    ['uncovered', null],
  ])
  expect(explanation.decision).toEqual(check(read(), request))
})

test.each([
  ['10.1.1.1', ['other-family', 'other-source', 'decides', 'too-late']],
  ['10.0.0.2', ['other-family', 'decides', 'too-late', 'too-late']],
  ['192.0.2.1', ['other-family', 'other-source', 'other-source', 'decides']],
  ['fd00::1', ['decides', 'other-family', 'other-family', 'other-family']],
])('from %s each entry for the community says what it does', (source, says) => {
  expect(explain(read(), get(source)).entries.map((entry) => entry.says)).toEqual(says)
})

test('what the daemon does in silence is told, whichever profile decides', () => {
  const refused = explain(read(), get('10.0.0.2'))
  expect(refused.decision.reasons[0]).toEqual({ code: 'source-refused', source: line(2) })
  expect(refused.daemon).toMatchObject({
    reply: 'silence',
    counters: { inBadCommunityNames: 1, inBadCommunityUses: 0 },
  })
  const { decision, daemon } = explain(read('rfc3415'), get('192.0.2.1'))
  expect(decision).toMatchObject({ reply: 'response', errorStatus: 'authorizationError' })
  expect(daemon).toMatchObject({ reply: 'silence', counters: { inBadCommunityUses: 0 } })
})

test('a request that never came to access control has no entries', () => {
  const malformed = explain(read(), get('nowhere'))
  expect(malformed).toMatchObject({ status: null, entries: [], objects: [], view: null })
  const without = explain(noPolicy('policy-missing', 'snmpd.conf'), get('10.1.1.1'))
  expect(without.decision.reasons[0]?.code).toBe('policy-missing')
  expect(without.entries).toEqual([])
})
