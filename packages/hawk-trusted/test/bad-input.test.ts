import { claimed, compose } from '@gatehouse/core'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

/** Lets everybody do everything that a grant can give, and spells every name of the request. */
const OPEN = hawk.parse('* + * +\nops web01:none:default M.Custom execute\n', { file: 'T' })

const SOUND: hawk.Request = {
  user: claimed('ops'),
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'M.Custom',
  method: 'execute',
  impact: 'ACTION',
}

/** No text, although some of them read as one. */
const OTHER_TYPES: readonly [string, unknown][] = [
  ['missing', undefined],
  ['null', null],
  ['a number', 7],
  ['true', true],
  ['an array of the name', ['ops']],
  ['an object', {}],
  // oxlint-disable-next-line no-new-wrappers -- what is tried
  ['a boxed text', new String('ops')],
  ['an object that reads as the name', { toString: () => 'ops' }],
  ['a symbol', Symbol('ops')],
]

const NAMES = ['user', 'node.name', 'node.dns', 'node.domain', 'microagent', 'method']

function requestWith(field: string, value: unknown): hawk.Request {
  const [outer = '', inner] = field.split('.')
  const content = inner === undefined ? value : { ...SOUND.node, [inner]: value }
  return { ...SOUND, [outer]: content }
}

function expectRefused(request: hawk.Request, field: string): void {
  const refusal = {
    outcome: 'deny',
    reasons: [{ code: 'request-malformed', source: { request: field } }],
  }
  expect(hawk.check(OPEN, request)).toEqual(refusal)
  expect(hawk.explain(OPEN, request).decision).toEqual(refusal)
}

test('the request that the others are made from is allowed', () => {
  expect(hawk.check(OPEN, SOUND).outcome).toBe('allow')
})

test.each(OTHER_TYPES)('a field that is %s is refused, whichever it is', (_, value) => {
  for (const field of [...NAMES, 'scope']) expectRefused(requestWith(field, value), field)
})

test('an empty name, a wildcard and a name with a line end are refused, whichever it is', () => {
  for (const value of ['', '*', '+', 'ops\n', 'a,b', '\u2028']) {
    for (const field of NAMES) expectRefused(requestWith(field, value), field)
  }
})

test('another scope is refused, its case included', () => {
  for (const scope of ['', 'Group', 'POINT-TO-POINT', 'all']) {
    expectRefused(requestWith('scope', scope), 'scope')
  }
})

test.each([
  ['null', null, 'request'],
  ['a text', 'ops', 'request'],
  ['a number', 7, 'request'],
  ['an array', [], 'user'],
  ['an empty object', {}, 'user'],
  ['an object without prototype', Object.create(null), 'user'],
])('%s is no request', (_, request, field) => {
  expectRefused(request as hawk.Request, field)
})

test('a node that is an array, a text or null is refused', () => {
  for (const node of [['web01', 'none', 'default'], []]) {
    expectRefused(requestWith('node', node), 'node.name')
  }
  for (const node of ['web01:none:default', null, undefined, 7]) {
    expectRefused(requestWith('node', node), 'node')
  }
})

test('names of what every object has are names like others', () => {
  const policy = hawk.parse('constructor toString * +\n', { file: 'T' })
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(hawk.check(policy, requestWith('user', name)).outcome).toBe('deny')
    expect(hawk.check(OPEN, requestWith('user', name)).outcome).toBe('allow')
    expect(hawk.check(OPEN, requestWith('method', name)).outcome).toBe('allow')
  }
})

test('a field that throws when it is read lets nobody through', async () => {
  const table = new Map([['M.Custom', new Map([['execute', 'ACTION' as const]])]])
  const guard = compose(hawk.guard(OPEN, table))
  expect((await guard.check(SOUND)).outcome).toBe('allow')
  for (const field of ['user', 'node', 'scope', 'microagent', 'method']) {
    const request = Object.defineProperty({ ...SOUND }, field, {
      get: () => {
        throw new Error('no')
      },
    })
    // oxlint-disable-next-line no-await-in-loop -- one request after the other
    expect((await guard.check(request)).outcome).toBe('deny')
  }
})

test('no case of user, node, dns or domain steps round a restriction', () => {
  const lines = [
    '* + * +',
    '!CORP\\ops',
    '!* web01',
    '!* db01:Example.Test:Plant2 M.Custom execute',
  ]
  const policy = hawk.parse(`${lines.join('\n')}\n`, { file: 'T' })
  const db01 = { name: 'db01', dns: 'example.test', domain: 'plant2' }
  const restricted: Partial<hawk.Request>[] = [
    { user: claimed('CORP\\ops') },
    { user: claimed('corp\\OPS') },
    { user: claimed('Corp\\Ops') },
    { node: { ...SOUND.node, name: 'web01' } },
    { node: { ...SOUND.node, name: 'WEB01' } },
    { node: db01 },
    { node: { name: 'DB01', dns: 'EXAMPLE.TEST', domain: 'PLANT2' } },
  ]
  const open = { ...SOUND, node: { ...SOUND.node, name: 'other' } }
  expect(hawk.check(policy, open).outcome).toBe('allow')
  for (const fields of restricted) {
    expect(hawk.check(policy, { ...open, ...fields }).reasons[0].code).toBe('restricted')
  }
})

test('no case of a name widens a grant', () => {
  const policy = hawk.parse('CORP\\ops web01:none:default M.Custom execute\n', { file: 'T' })
  const granted = { ...SOUND, user: claimed('CORP\\ops') }
  expect(hawk.check(policy, granted).outcome).toBe('allow')
  const others: Partial<hawk.Request>[] = [
    { user: claimed('corp\\ops') },
    { node: { ...SOUND.node, name: 'Web01' } },
    { node: { ...SOUND.node, dns: 'None' } },
    { microagent: 'm.custom' },
    { method: 'Execute' },
  ]
  for (const fields of others) {
    expect(hawk.check(policy, { ...granted, ...fields }).outcome).toBe('deny')
  }
})

test('a date that no line of the log can hold is not read from one, and not written', () => {
  const end = ': Trusted operation: userID=a, node=b:c:d, microagent=m, method=x.'
  expect(hawk.parseLogLine(`Thu Jan 01 00:00:00 GMT+01:00 0000${end}`)?.date).toBeUndefined()
  expect(hawk.parseLogLine(`Fri Dec 31 23:59:59 PST 9999${end}`)?.date).toBeUndefined()
  const { node, microagent, method } = SOUND
  const record = { user: 'a', node, microagent, method, outcome: 'allow' } as const
  for (const date of [new Date(Date.UTC(10_000, 0)), new Date(Number.NaN)]) {
    expect(() => hawk.formatLogLine({ ...record, date })).toThrow(TypeError)
  }
})
