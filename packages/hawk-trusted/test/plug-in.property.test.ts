import { allow, deny, type Decision } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import * as plugIn from '../src/plug-in/index.ts'
import { goodFile, request } from './arbitraries.ts'
import { agentWith, custom, NODE, OPERATION, PACKET } from './plug-in-set-up.ts'

/** Whatever a program can come back with, thrown or returned, at once or later. */
const behaviour = fc.record({
  value: fc.oneof(
    fc.anything({ withNullPrototype: true, withTypedArray: true }),
    fc.record({ outcome: fc.constantFrom('allow', true, 'ALLOW'), reasons: fc.anything() }),
    fc.record({
      outcome: fc.constant('allow'),
      reasons: fc.array(fc.anything(), { maxLength: 3 }),
    }),
    fc.constantFrom<unknown>(
      true,
      'allow',
      { outcome: 'allow' },
      { outcome: 'allow', reasons: [] },
      { outcome: 'allow', reasons: [{ code: '' }] },
      { outcome: 'allow', reasons: [{ code: 'x', source: { line: 1 } }] },
      { outcome: 'allow', reasons: [{ code: 'x', facts: { a: 1 } }] },
      { outcome: 'allow', reasons: { 0: { code: 'x' }, length: 1 } },
      Object.defineProperty({ reasons: [{ code: 'x' }] }, 'outcome', {
        get: () => {
          throw new Error('getter')
        },
      }),
    ),
  ),
  how: fc.constantFrom<'return' | 'resolve' | 'throw' | 'reject'>(
    'return',
    'resolve',
    'throw',
    'reject',
  ),
})

function behave({ value, how }: { value: unknown; how: string }): never {
  if (how === 'throw') throw value
  if (how === 'reject') return Promise.reject(value) as never
  return (how === 'resolve' ? Promise.resolve(value) : value) as never
}

/** An allow as it should be, read as a person would. */
function isProperAllow(value: unknown): boolean {
  const { outcome, reasons } = Object(value) as Partial<Decision>
  return (
    outcome === 'allow' &&
    Array.isArray(reasons) &&
    reasons.length > 0 &&
    reasons.every((each: unknown) => typeof (Object(each) as { code: unknown }).code === 'string')
  )
}

test('whatever a policy throws or returns but a proper allow, the answer is a deny with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(
      behaviour.filter(({ value, how }) => {
        try {
          return how === 'throw' || how === 'reject' || !isProperAllow(value)
        } catch {
          return true
        }
      }),
      fc.constantFrom<'unpack' | 'validateId'>('unpack', 'validateId'),
      async (what, step) => {
        const agent = await agentWith([custom({ [step]: () => behave(what) })])
        const decisions = await agent.authorize(PACKET)
        expect(decisions.map(({ decision }) => decision.outcome)).toEqual(['deny'])
        expect(decisions[0].decision.reasons[0].code).toMatch(/./)
      },
    ),
    { numRuns: 500 },
  )
})

test('whatever comes as a packet, the answer is a deny with a reason', async () => {
  const agent = await agentWith([
    plugIn.trustedPolicy({ policy: hawk.parse('*\n', { file: 'T' }) }),
  ])
  const policyClass = fc.oneof(fc.constant(plugIn.TRUSTED_CLASS), fc.anything())
  const packed = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.anything(),
  )
  const packet = fc.oneof(fc.record({ policyClass, packed }), fc.anything())
  await fc.assert(
    fc.asyncProperty(packet, async (sent) => {
      const decisions = await agent.authorize(sent as plugIn.Packet)
      expect(decisions.map(({ decision }) => decision.outcome)).toEqual(['deny'])
    }),
    { numRuns: 500 },
  )
})

test('a group operation over n nodes gives n decisions, each as the file decides that node alone', async () => {
  const nodes = fc.uniqueArray(
    request.map(({ node }) => node),
    { minLength: 1, maxLength: 8, selector: ({ name, dns, domain }) => [name, dns, domain].join() },
  )
  await fc.assert(
    fc.asyncProperty(goodFile, request, nodes, nodes, async (text, asked, own, named) => {
      const policy = hawk.parse(text, { file: 'T' })
      const { user, microagent, method, impact } = asked
      const microagents = new Map([[microagent, new Map([[method, impact]])]])
      const agent = await agentWith([plugIn.trustedPolicy({ policy })], { nodes: own, microagents })
      const operation: plugIn.Operation = { kind: 'group', nodes: named, microagent, method }
      const packet = await plugIn.packOperation(clientOf(user), operation)
      const decisions = await agent.authorize(packet)
      const meant = own.filter((node) =>
        named.some((each) => JSON.stringify(each) === JSON.stringify(node)),
      )
      if (meant.length === 0) {
        expect(decisions.map(({ decision }) => decision.reasons[0].code)).toEqual(
          own.map(() => 'operation-not-for-this-agent'),
        )
        return
      }
      expect(decisions.map(({ node, decision }) => ({ node, decision }))).toEqual(
        meant.map((node) => {
          const alone = { user, node, scope: 'group' as const, microagent, method, impact }
          return { node, decision: hawk.check(policy, alone) }
        }),
      )
    }),
    { numRuns: 300 },
  )
})

function clientOf(login: string): plugIn.ConsolePolicy {
  const [domain = '', user] = login.split('\\')
  return user === undefined
    ? plugIn.trustedConsolePolicy({ user: login })
    : plugIn.trustedWithDomainConsolePolicy({ domain, user })
}

const argument = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
)
const operation: fc.Arbitrary<plugIn.Operation> = fc
  .record({
    isGroup: fc.boolean(),
    nodes: fc.array(
      request.map(({ node }) => node),
      { minLength: 1, maxLength: 4 },
    ),
    given: fc.option(fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/), argument)),
  })
  .map(({ isGroup, nodes, given }) => {
    const { microagent, method } = OPERATION
    const rest = { microagent, method, ...(given === null ? {} : { arguments: given }) }
    const [node = NODE] = nodes
    return isGroup
      ? { kind: 'group' as const, nodes, ...rest }
      : { kind: 'node' as const, node, ...rest }
  })

test('an operation is read back as it was encoded', () => {
  fc.assert(
    fc.property(operation, (sent) => {
      const read = plugIn.decodeOperation(plugIn.encodeOperation(sent))
      expect(read).toEqual(sent)
    }),
  )
})

test('bytes that are read are the bytes that would be written', () => {
  const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) })
  fc.assert(
    fc.property(operation, change, (sent, { at, byte }) => {
      const bytes = Uint8Array.from(plugIn.encodeOperation(sent))
      bytes[at % bytes.length] = byte
      const read = plugIn.decodeOperation(bytes)
      if (read !== undefined) expect(plugIn.encodeOperation(read)).toEqual(bytes)
    }),
    { numRuns: 2000 },
  )
})

test('an allow or deny of a policy is handed on with all its reasons', async () => {
  const reason = fc.record(
    {
      code: fc.stringMatching(/^[a-z-]{1,20}$/),
      source: fc.constantFrom(
        { file: 'F', line: 2, column: 3 },
        { file: 'F' },
        { request: 'user' },
        { key: 'k' },
      ),
      facts: fc.constant({ level: 'VIEW' }),
    },
    { requiredKeys: ['code'] },
  )
  const reasons = fc.tuple(reason, fc.array(reason, { maxLength: 3 }))
  await fc.assert(
    fc.asyncProperty(fc.boolean(), reasons, async (isAllowed, [first, rest]) => {
      const given: Decision = (isAllowed ? allow : deny)(first, ...rest)
      const agent = await agentWith([custom({ validateId: () => given })])
      const [{ decision }] = await agent.authorize(PACKET)
      expect(decision).toEqual(given)
    }),
  )
})
