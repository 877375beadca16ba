import { allow, compose, deny, type Decision } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as plugIn from '../src/plug-in/index.ts'
import {
  agentWith,
  custom,
  CUSTOM_CLASS,
  fileOf,
  NODE,
  OPERATION,
  OTHER_NODE,
  PACKET,
} from './plug-in-set-up.ts'

const EVERYTHING = fileOf('*')
const TRUSTED = { policy: EVERYTHING }
const never = (): Promise<never> => new Promise(() => {})
const fail = (): never => {
  throw new Error('broken')
}

async function decide(
  policy: plugIn.AgentPolicy,
  packet: plugIn.Packet = PACKET,
  options: Partial<plugIn.AuthorizerOptions> & plugIn.ReceiveOptions = {},
): Promise<Decision> {
  const { signal, ...rest } = options
  const agent = await agentWith([policy], rest)
  const [{ decision }] = await agent.authorize(packet, signal === undefined ? {} : { signal })
  return decision
}

function unpacking(unpacked: object): plugIn.AgentPolicy {
  const good = { id: new Uint8Array(), user: 'ops', operation: OPERATION }
  return custom({ unpack: () => ({ ...good, ...unpacked }) })
}

function trusted(text: string, policyClass = plugIn.TRUSTED_CLASS): Promise<Decision> {
  const packed = new TextEncoder().encode(text)
  return decide(plugIn.trustedPolicy(TRUSTED), { policyClass, packed })
}

const WIRE = JSON.stringify(OPERATION)
const FAILED = { table: 'security policies' }

/** For each code of the table: what brings it about, and the source that it names. */
const REFUSALS: Record<plugIn.PlugInCode, [make: () => Promise<Decision>, source: object]> = {
  'packet-malformed': [
    () => decide(custom(), { ...PACKET, packed: 'text' as unknown as Uint8Array }),
    { request: 'packed' },
  ],
  'packet-too-large': [
    () => decide(custom(), { ...PACKET, packed: new Uint8Array(plugIn.MAX_PACKED_BYTES + 1) }),
    { request: 'packed' },
  ],
  'policy-unknown': [
    () => decide(custom(), { ...PACKET, policyClass: 'test.custom' }),
    { request: 'policyClass' },
  ],
  'policy-failed': [() => decide(custom({ unpack: fail })), FAILED],
  'policy-timed-out': [() => decide(custom({ unpack: never }), PACKET, { timeoutMs: 1 }), FAILED],
  'policy-aborted': [
    () => decide(custom({ validateId: never }), PACKET, { signal: AbortSignal.abort() }),
    FAILED,
  ],
  'policy-answer-malformed': [
    () => decide(custom({ validateId: () => true as unknown as Decision })),
    FAILED,
  ],
  'policies-closed': [
    async () => {
      const agent = await agentWith([custom()])
      await agent.close()
      return (await agent.authorize(PACKET))[0].decision
    },
    FAILED,
  ],
  'operation-malformed': [
    () => decide(unpacking({ operation: { ...OPERATION, node: { ...NODE, name: '' } } })),
    { request: 'operation.node.name' },
  ],
  'group-too-large': [
    () => {
      const nodes = Array.from({ length: plugIn.MAX_GROUP_NODES + 1 }, () => NODE)
      return decide(unpacking({ operation: { ...OPERATION, kind: 'group', nodes } }))
    },
    { request: 'operation.nodes' },
  ],
  'operation-not-for-this-agent': [
    () => decide(unpacking({ operation: { ...OPERATION, node: OTHER_NODE } })),
    { request: 'operation.node' },
  ],
  'packed-malformed': [() => trusted(`{"user":"ops", "operation":${WIRE}}`), { request: 'packed' }],
  'id-malformed': [() => trusted(`{"user":"*","operation":${WIRE}}`), { request: 'user' }],
  'id-has-domain': [
    () => trusted(`{"user":"CORP\\\\ops","operation":${WIRE}}`),
    { request: 'user' },
  ],
  'id-without-domain': [
    () => trusted(`{"user":"ops","operation":${WIRE}}`, plugIn.TRUSTED_WITH_DOMAIN_CLASS),
    { request: 'user' },
  ],
}

describe('each refusal has its code and its source', () => {
  test.each(Object.entries(REFUSALS))('%s', async (code, [make, source]) => {
    const { outcome, reasons } = await make()
    expect([outcome, reasons[0].code, reasons[0].source]).toEqual(['deny', code, source])
  })

  test('a method outside of the table is refused before the policy is asked', async () => {
    const asked = custom({ validateId: fail })
    const method = await decide({
      ...asked,
      ...unpacking({ operation: { ...OPERATION, method: 'x' } }),
    })
    expect(method.reasons).toEqual([{ code: 'unknown-method', source: { table: 'microagents' } }])
    const agent = await agentWith([custom()], { microagents: new Map() })
    const [{ decision }] = await agent.authorize(PACKET)
    expect(decision.reasons[0].code).toBe('unknown-microagent')
  })
})

test('a policy that allows is followed, with its own reason', async () => {
  const [{ node, decision, request }] = await (await agentWith([custom()])).authorize(PACKET)
  expect(decision).toEqual({ outcome: 'allow', reasons: [{ code: 'let-in' }] })
  expect([node, request?.user, request?.operation]).toEqual([NODE, 'ops', OPERATION])
})

test('the impact that a policy is told comes from the table, whatever the operation says', async () => {
  const seen: unknown[] = []
  const policy = custom({
    unpack: () => ({
      id: new Uint8Array(),
      user: 'ops',
      operation: { ...OPERATION, impact: 'INFO' } as plugIn.Operation,
    }),
    validateId: (_id, operation, { impact }) => {
      seen.push(impact, 'impact' in operation)
      return allow({ code: 'let-in' })
    },
  })
  await decide(policy)
  expect(seen).toEqual(['ACTION', false])
})

test('a deny of unpack stands as it is, an allow of unpack is no answer', async () => {
  const refused = await decide(custom({ unpack: () => deny({ code: 'mine' }) }))
  expect(refused).toEqual({ outcome: 'deny', reasons: [{ code: 'mine' }] })
  const allowing = allow({ code: 'mine' }) as unknown as plugIn.Unpacked
  const { outcome, reasons } = await decide(custom({ unpack: () => allowing }))
  expect([outcome, reasons[0].code]).toEqual(['deny', 'policy-answer-malformed'])
})

test.each([
  ['no reason', { outcome: 'allow', reasons: [] }],
  ['a reason without a code', { outcome: 'allow', reasons: [{}] }],
  ['another outcome', { outcome: 'permit', reasons: [{ code: 'x' }] }],
])('an answer with %s is no decision', async (_name, value) => {
  const { outcome, reasons } = await decide(
    custom({ validateId: () => value as unknown as Decision }),
  )
  expect([outcome, reasons[0].code]).toEqual(['deny', 'policy-answer-malformed'])
})

test('one node of a group that fails does not decide for the other', async () => {
  const operation: plugIn.GroupOperation = {
    ...OPERATION,
    kind: 'group',
    nodes: [OTHER_NODE, NODE],
  }
  const policy = custom({
    unpack: () => ({ id: new Uint8Array(), user: 'ops', operation }),
    validateId: (_id, _operation, { node, scope }) =>
      node.name === 'db01' ? fail() : allow({ code: scope }),
  })
  const agent = await agentWith([policy], { nodes: [NODE, OTHER_NODE] })
  const decisions = await agent.authorize(PACKET)
  expect(decisions.map(({ node, decision }) => [node.name, decision.reasons[0].code])).toEqual([
    ['web01', 'group'],
    ['db01', 'policy-failed'],
  ])
})

test('what is refused before its nodes are known is refused for every node of the agent', async () => {
  const agent = await agentWith([custom({ unpack: fail })], { nodes: [NODE, OTHER_NODE] })
  const decisions = await agent.authorize(PACKET)
  expect(decisions.map(({ node, decision }) => [node.name, decision.outcome])).toEqual([
    ['web01', 'deny'],
    ['db01', 'deny'],
  ])
})

test('the agent is told of a failure and its cause; a log that throws changes no answer', async () => {
  const failures: plugIn.PolicyFailure[] = []
  const onFailure = (failure: plugIn.PolicyFailure): never => {
    failures.push(failure)
    return fail()
  }
  const decision = await decide(custom({ validateId: fail }), PACKET, { onFailure })
  expect(decision.reasons[0].facts).toEqual({ policy: CUSTOM_CLASS, step: 'validateId' })
  const [failure] = failures
  expect([failure?.step, failure?.code, failure?.cause]).toEqual([
    'validateId',
    'policy-failed',
    new Error('broken'),
  ])
})

test('a policy that waits is told when nobody waits for it any more', async () => {
  const caller = new AbortController()
  const signals: AbortSignal[] = []
  const policy = custom({
    validateId: (_id, _operation, { signal }) => {
      signals.push(signal)
      caller.abort()
      return never()
    },
  })
  const { reasons } = await decide(policy, PACKET, { signal: caller.signal })
  expect(reasons[0].code).toBe('policy-aborted')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})

test('bytes that change under way change nothing', async () => {
  const packed = new Uint8Array([1])
  const policy = custom({
    unpack: async (bytes) => {
      await Promise.resolve()
      return bytes[0] === 1
        ? { id: bytes, user: 'ops', operation: OPERATION }
        : deny({ code: 'changed' })
    },
  })
  const agent = await agentWith([policy])
  const answer = agent.authorize({ ...PACKET, packed })
  packed[0] = 2
  expect((await answer)[0].decision.outcome).toBe('allow')
})

test('the guard decides a received request, after the guards before it', async () => {
  const agent = await agentWith([custom()])
  const received = await agent.receive(PACKET)
  if (received.outcome === 'deny') throw new Error('not received')
  const [request] = received.requests
  expect(await compose(agent.guard).check(request)).toEqual({
    outcome: 'allow',
    reasons: [{ code: 'let-in', guard: 'hawk-policies' }],
  })
  const other = await agent.guard.check({ ...request, policyClass: 'test.Other' })
  expect(other.reasons[0].code).toBe('policy-unknown')
})

test('side by side, policies provide what each provides and rely on what any relies on', async () => {
  const strong = custom({
    describe: () => ({
      className: CUSTOM_CLASS,
      text: 'a test',
      provides: ['authentication', 'authorization'],
      reliesOn: [{ guarantee: 'privacy', of: 'key' }],
      openings: ['insecureTest'],
    }),
  })
  const agent = await agentWith([strong, plugIn.trustedPolicy(TRUSTED)])
  expect(agent.guard.provides).toEqual(['authorization'])
  expect(agent.guard.reliesOn).toEqual([
    { guarantee: 'privacy', of: 'key' },
    { guarantee: 'authentication', of: 'user name' },
    { guarantee: 'integrity', of: 'request' },
  ])
  expect(agent.guard.openings).toEqual(['insecureTest'])
  expect(agent.policies.map(({ className }) => className)).toEqual([
    CUSTOM_CLASS,
    plugIn.TRUSTED_CLASS,
  ])
})

describe('an agent does not start', () => {
  const cases: Record<string, [plugIn.AgentPolicy[], Partial<plugIn.AuthorizerOptions>]> = {
    'without a policy': [[], {}],
    'with two policies of one class': [[custom(), custom()], {}],
    'with a policy that does not start': [[custom({ initialize: fail })], {}],
    'with a policy that never starts': [[custom({ initialize: never })], { timeoutMs: 1 }],
    'with a policy that describes itself as nothing': [
      [custom({ describe: () => undefined as unknown as plugIn.PolicyDescription })],
      {},
    ],
    'without a node': [[custom()], { nodes: [] }],
    'with a node that no request can name': [[custom()], { nodes: [{ ...NODE, name: '*' }] }],
    'with one node twice': [[custom()], { nodes: [NODE, { ...NODE }] }],
    'with a time limit that is no number': [[custom()], { timeoutMs: Number.NaN }],
    'with an endless time limit': [[custom()], { timeoutMs: Number.POSITIVE_INFINITY }],
  }
  test.each(Object.entries(cases))('%s', async (_name, [policies, options]) => {
    await expect(agentWith(policies, options)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  test.each([
    ['className', 'not a class'],
    ['text', ''],
    ['accepts', ['']],
    ['provides', ['safety']],
    ['reliesOn', [{ guarantee: 'privacy' }]],
    ['openings', 'none'],
  ])('with a policy whose %s is not one', async (field, value) => {
    const good = await custom().describe()
    const bad = { ...good, [field]: value } as plugIn.PolicyDescription
    const opening = agentWith([custom({ describe: () => bad })])
    await expect(opening).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

test('policies start in order and are shut down when a later one does not start', async () => {
  const events: string[] = []
  const policy = custom({
    initialize: () => void events.push('start'),
    shutdown: () => void events.push('stop'),
  })
  await expect(agentWith([policy, custom({ initialize: fail })])).rejects.toThrow()
  expect(events).toEqual(['start', 'stop'])
})

test('closing shuts every policy down once, also where one fails', async () => {
  const events: string[] = []
  const other = custom({
    describe: () => ({ className: 'test.Other', text: 'a test', provides: [], reliesOn: [] }),
    shutdown: () => void events.push('stop'),
  })
  const failures: string[] = []
  const onFailure = ({ step }: plugIn.PolicyFailure): void => void failures.push(step)
  const agent = await agentWith([custom({ shutdown: fail }), other], { onFailure })
  await agent.close()
  await agent.close()
  expect([events, failures]).toEqual([['stop'], ['shutdown']])
})

function client(methods: Partial<plugIn.ConsolePolicy>): plugIn.ConsolePolicy {
  return { ...plugIn.trustedConsolePolicy({ user: 'ops' }), ...methods }
}

describe('a console', () => {
  const bytes = 'text' as unknown as Uint8Array

  test('packs no operation that is none', async () => {
    const packing = plugIn.packOperation(client({}), { ...OPERATION, method: '' })
    await expect(packing).rejects.toThrow(TypeError)
  })

  test.each([
    ['an identification', { createId: () => bytes }],
    ['a message', { pack: () => bytes }],
    ['a class name', { describe: () => ({ className: '' }) as plugIn.PolicyDescription }],
  ])('takes no policy for one whose answer is not %s', async (_name, methods) => {
    await expect(plugIn.packOperation(client(methods), OPERATION)).rejects.toThrow(TypeError)
  })

  test('sends no message over the limit', async () => {
    const packing = plugIn.packOperation(client({}), OPERATION, { maxPackedBytes: 100 })
    await expect(packing).rejects.toMatchObject({ code: 'ERR_LIMIT' })
  })
})

test('a reason of ours is a sentence, one of a custom policy its code, on one line', () => {
  expect(plugIn.describe({ code: 'policy-unknown' })).toBe(plugIn.PLUG_IN_CODES['policy-unknown'])
  expect(plugIn.describe({ code: 'toString\n', source: { request: 'user' } })).toBe(
    'toString<U+000A> (request user)',
  )
})
