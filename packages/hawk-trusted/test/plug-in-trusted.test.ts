import { noPolicy } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import type * as hawk from '../src/index.ts'
import * as plugIn from '../src/plug-in/index.ts'
import { agentWith, CUSTOM, fileOf, NODE, OPERATION, OTHER_NODE } from './plug-in-set-up.ts'

const asOps = plugIn.trustedConsolePolicy({ user: 'ops' })
const asCorpOps = plugIn.trustedWithDomainConsolePolicy({ domain: 'CORP', user: 'ops' })

async function send(
  agent: plugIn.Authorizer,
  client: plugIn.ConsolePolicy,
  operation: plugIn.Operation = OPERATION,
): Promise<[string, string, object | undefined]> {
  const [{ decision }] = await agent.authorize(await plugIn.packOperation(client, operation))
  const [{ code, source }] = decision.reasons
  return [decision.outcome, code, source]
}

const line = (file: string, number: number): object => ({ file, line: number })

describe('one file on an agent takes clients of both classes', () => {
  const policy = fileOf('ops web01', 'CORP\\ops db01')

  test.each([
    ['Trusted', plugIn.trustedPolicy({ policy })],
    ['TrustedWithDomain', plugIn.trustedWithDomainPolicy({ policy })],
  ])('under %s a client matches entries of its own form', async (_name, own) => {
    const agent = await agentWith([own], { nodes: [NODE, OTHER_NODE] })
    const onDb01 = { ...OPERATION, node: OTHER_NODE }
    expect(await send(agent, asOps)).toEqual(['allow', 'granted', line('Trusted.txt', 1)])
    expect((await send(agent, asCorpOps))[0]).toBe('deny')
    expect((await send(agent, asOps, onDb01))[0]).toBe('deny')
    expect(await send(agent, asCorpOps, onDb01)).toEqual([
      'allow',
      'granted',
      line('Trusted.txt', 2),
    ])
  })
})

test('side by side each class reads its own file', async () => {
  const agent = await agentWith([
    plugIn.trustedPolicy({ policy: fileOf('*') }),
    plugIn.trustedWithDomainPolicy({ policy: noPolicy('policy-missing', 'TrustedWithDomain.txt') }),
  ])
  expect((await send(agent, asOps))[0]).toBe('allow')
  expect(await send(agent, asCorpOps)).toEqual([
    'deny',
    'policy-missing',
    { file: 'TrustedWithDomain.txt' },
  ])
})

test('a holder is asked at each request', async () => {
  const policy: { current: hawk.Policy } = { current: fileOf('*') }
  const agent = await agentWith([plugIn.trustedPolicy({ policy })])
  expect((await send(agent, asOps))[0]).toBe('allow')
  policy.current = fileOf('!ops')
  expect((await send(agent, asOps))[1]).toBe('restricted')
})

test('a group operation is decided as one, by the file', async () => {
  const agent = await agentWith([plugIn.trustedPolicy({ policy: fileOf('ops *') })])
  const group: plugIn.GroupOperation = { ...OPERATION, kind: 'group', nodes: [OTHER_NODE, NODE] }
  expect(await send(agent, asOps, group)).toEqual([
    'deny',
    'group-not-granted',
    line('Trusted.txt', 1),
  ])
})

test('arguments arrive with the operation that was decided', async () => {
  const agent = await agentWith([plugIn.trustedPolicy({ policy: fileOf('*') })])
  const given = { command: 'echo "ü"', count: 2, quiet: true, constructor: 'x' }
  const operation = { ...OPERATION, arguments: given }
  const packet = await plugIn.packOperation(asOps, operation)
  const [{ request }] = await agent.authorize(packet)
  expect(request?.arguments).toEqual(given)
  expect(request?.operation).toEqual(operation)
})

test('the guards say that nobody has checked the user name', async () => {
  for (const own of [plugIn.trustedPolicy, plugIn.trustedWithDomainPolicy]) {
    // oxlint-disable-next-line no-await-in-loop -- two
    const { guard } = await agentWith([own({ policy: fileOf() })])
    expect(guard.provides).toEqual(['authorization'])
    expect(guard.reliesOn).toContainEqual({ guarantee: 'authentication', of: 'user name' })
  }
})

test.each([
  ['CORP\\ops', undefined],
  ['*', undefined],
  ['', undefined],
  ['a,b', undefined],
  ['a\u202eb', undefined],
  ['ops', ''],
  ['CORP\\ops', 'CORP'],
])('the console takes %j of the domain %j for no login id', (user, domain) => {
  const make = (): plugIn.ConsolePolicy =>
    domain === undefined
      ? plugIn.trustedConsolePolicy({ user })
      : plugIn.trustedWithDomainConsolePolicy({ domain, user })
  expect(make).toThrow(TypeError)
})

describe('the encoding is one', () => {
  const wire = JSON.stringify(OPERATION)
  const bad: Record<string, string> = {
    'another order of fields': `{"operation":${wire},"user":"ops"}`,
    'a field more': `{"user":"ops","operation":${wire},"impact":"INFO"}`,
    'a field twice': `{"user":"root","user":"ops","operation":${wire}}`,
    'a field more in the operation': `{"user":"ops","operation":${wire.replace(/\}$/, ',"impact":"INFO"}')}}`,
    'a prototype': `{"user":"ops","operation":${wire.replace(/\}$/, ',"arguments":{"__proto__":{"x":1}}}')}}`,
    'a prototype of the message': `{"__proto__":{"user":"ops"},"operation":${wire}}`,
    'an escape that is not needed': `{"user":"\\u006fps","operation":${wire}}`,
    'a number written otherwise': `{"user":"ops","operation":${wire.replace(/\}$/, ',"arguments":{"n":1.0}}')}}`,
    'a byte order mark': `\ufeff{"user":"ops","operation":${wire}}`,
    'a nested argument': `{"user":"ops","operation":${wire.replace(/\}$/, ',"arguments":{"n":[1]}}')}}`,
    'a list of nodes for a node': `{"user":"ops","operation":${wire.replace('"node":{', '"nodes":{')}}`,
    'deep nesting': '['.repeat(60_000),
    'a list': '[]',
    nothing: '',
  }

  test.each(Object.entries(bad))('%s is refused', async (_name, text) => {
    const agent = await agentWith([plugIn.trustedPolicy({ policy: fileOf('*') })])
    const packed = new TextEncoder().encode(text)
    const [{ decision }] = await agent.authorize({ policyClass: plugIn.TRUSTED_CLASS, packed })
    expect([decision.outcome, decision.reasons[0].code]).toEqual(['deny', 'packed-malformed'])
  })

  test('arguments have one order, whatever order they are given in', () => {
    const bytes = plugIn.encodeOperation({ ...OPERATION, arguments: { a: 1, b: 2 } })
    expect(plugIn.encodeOperation({ ...OPERATION, arguments: { b: 2, a: 1 } })).toEqual(bytes)
    const text = new TextDecoder().decode(bytes).replace('"a":1,"b":2', '"b":2,"a":1')
    expect(plugIn.decodeOperation(new TextEncoder().encode(text))).toBeUndefined()
  })

  test('bytes that are not UTF-8 are refused', () => {
    const bytes = plugIn.encodeOperation({ ...OPERATION, arguments: { a: 'ü' } })
    expect(plugIn.decodeOperation(bytes)).toBeDefined()
    expect(
      plugIn.decodeOperation(bytes.map((byte) => (byte === 0xbc ? 0x22 : byte))),
    ).toBeUndefined()
  })

  test('an operation over the limit is not read', () => {
    const command = 'x'.repeat(plugIn.MAX_PACKED_BYTES)
    const bytes = plugIn.encodeOperation({ ...OPERATION, arguments: { command } })
    expect(plugIn.decodeOperation(bytes)).toBeUndefined()
  })

  test.each([
    ['operation.kind', { kind: 'all' }],
    ['operation.node', { node: undefined }],
    ['operation.node.dns', { node: { ...NODE, dns: '*' } }],
    ['operation.nodes', { kind: 'group', nodes: [] }],
    ['operation.nodes', { kind: 'group', nodes: [NODE, { name: 'x' }] }],
    ['operation.microagent', { microagent: '*' }],
    ['operation.method', { method: 5 }],
    ['operation.arguments', { arguments: { 'a b': 1 } }],
    ['operation.arguments', { arguments: { a: Number.NaN } }],
    ['operation.arguments', { arguments: 'text' }],
    [
      'operation.arguments',
      { arguments: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`a${n}`, 1])) },
    ],
  ])('%s is named when it is at fault', (field, change) => {
    const operation = { ...OPERATION, ...change } as plugIn.Operation
    expect(() => plugIn.encodeOperation(operation)).toThrow(`\`${field}\``)
  })
})

test("the class names are the vendor's", () => {
  expect([plugIn.TRUSTED_CLASS, plugIn.TRUSTED_WITH_DOMAIN_CLASS, CUSTOM]).toEqual([
    'COM.TIBCO.hawk.security.trusted.Trusted',
    'COM.TIBCO.hawk.security.trusted.TrustedWithDomain',
    'COM.TIBCO.hawk.microagent.Custom',
  ])
})
