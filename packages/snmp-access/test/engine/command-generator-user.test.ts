import { expect, test } from 'vitest'

import type { SnmpErrorCode } from '../../src/engine/index.ts'
import type { SealedMessage } from '../../src/message/index.ts'
import {
  byUser,
  ENGINE,
  failure,
  fakeAgent,
  generatorFor,
  OBJECT,
  ONE,
  report,
  responseTo,
  USER,
  withLastBitChanged,
  type FakeAgent,
  type Opened,
} from './peer-fakes.ts'

const START = { id: ENGINE, boots: 3, time: 1000 }
function honest({ message, scoped, reply }: Opened, agent: FakeAgent): void {
  reply(agent.seal(message, responseTo(scoped.pdu)))
}

test('discovers, proves the time, asks, and does the first two once', async () => {
  const agent = await fakeAgent({ clock: () => START, answer: honest })
  const generator = await generatorFor()
  const target = byUser(agent.port, { timeoutMs: 5000 })
  expect(await generator.provenEngine(target)).toBeUndefined()
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  const headers = (agent.heard as readonly SealedMessage[]).map(({ header }) => header)
  expect(headers.map(({ level }) => level)).toEqual([
    'noAuthNoPriv',
    'authNoPriv',
    'authNoPriv',
    'authNoPriv',
  ])
  expect(headers.map(({ engineBoots }) => engineBoots)).toEqual([0, 0, 3, 3])
  expect(headers[0]?.user).toHaveLength(0)
  expect(await generator.provenEngine(target)).toEqual(new Uint8Array(ENGINE))
  expect(await generator.provenClock(target)).toMatchObject({ boots: 3, latest: 1000 })
  await generator.forget(target)
  expect(await generator.provenClock(target)).toBeUndefined()
  expect(await generator.provenEngine(target)).toBeUndefined()
})

test('gives each try a message id of its own, and takes the answer to any of them', async () => {
  let isKnown = false
  const waiting: Opened[] = []
  const agent = await fakeAgent({
    clock: () => START,
    answer: (request, self) => {
      if (!isKnown) {
        honest(request, self)
        return
      }
      waiting.push(request)
      const [first, second] = waiting
      if (first !== undefined && second !== undefined) honest(first, self)
    },
  })
  const generator = await generatorFor()
  const target = byUser(agent.port, { timeoutMs: 200, retries: 5 })
  await generator.get(target, [OBJECT])
  isKnown = true
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  expect(new Set(waiting.map(({ message }) => message.header.messageId)).size).toBe(2)
})

const lies: readonly [string, (request: Opened, agent: FakeAgent) => Uint8Array, string][] = [
  [
    'an answer that nobody signed',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { level: 'noAuthNoPriv' }),
    'level',
  ],
  [
    'a wrong digest',
    ({ message, scoped }, agent) => {
      const octets = agent.seal(message, responseTo(scoped.pdu))
      return withLastBitChanged(octets)
    },
    'digest',
  ],
  [
    'another user',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { user: 'somebody' }),
    'user',
  ],
  [
    'another engine',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), {
        clock: { ...START, id: Buffer.from('80001f88050102030406', 'hex') },
      }),
    'engine',
  ],
  [
    'another message id',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { messageId: message.header.messageId ^ 1 }),
    'timeout',
  ],
  [
    'the answer to another request',
    ({ message, scoped }, agent) => {
      const pdu = responseTo(scoped.pdu)
      return agent.seal(message, { ...pdu, requestId: pdu.requestId ^ 1 })
    },
    'request-id',
  ],
  [
    'another context',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { contextName: 'other' }),
    'context',
  ],
  [
    'another object',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu, { varbinds: [{ ...ONE, oid: [1, 3] }] })),
    'varbinds',
  ],
  [
    'a time that goes back',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { clock: { ...START, time: 849 } }),
    'not-in-time-window',
  ],
  [
    'boots that go back',
    ({ message, scoped }, agent) =>
      agent.seal(message, responseTo(scoped.pdu), { clock: { ...START, boots: 2 } }),
    'not-in-time-window',
  ],
  [
    'a report of its time that nobody signed',
    ({ message }, agent) =>
      agent.seal(message, report('notInTimeWindows'), {
        level: 'noAuthNoPriv',
        clock: { ...START, boots: 9 },
      }),
    'report',
  ],
  [
    'a report of another engine that nobody signed',
    ({ message }, agent) =>
      agent.seal(message, report('wrongDigests'), {
        level: 'noAuthNoPriv',
        clock: { ...START, id: Buffer.from('80001f88050102030406', 'hex') },
      }),
    'engine',
  ],
  ['a request', ({ message, scoped }, agent) => agent.seal(message, scoped.pdu), 'pdu'],
]

test('takes none of them, and says why', async () => {
  const generator = await generatorFor()
  const outcomes = lies.map(async ([lied, make]) => {
    const agent = await fakeAgent({
      clock: () => START,
      answer: (request, self) => {
        request.reply(make(request, self))
      },
    })
    const { code, fault } = await failure(generator.get(byUser(agent.port), [OBJECT]))
    return [lied, fault ?? code]
  })
  expect(await Promise.all(outcomes)).toEqual(lies.map(([lied, , why]) => [lied, why]))
})

test.each(lies)('takes the true answer after %s', async (_, make) => {
  const agent = await fakeAgent({
    clock: () => START,
    answer: (request, self) => {
      request.reply(make(request, self))
      honest(request, self)
    },
  })
  const generator = await generatorFor()
  const target = byUser(agent.port, { timeoutMs: 5000 })
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
})

test.each<[Parameters<typeof report>[0], SnmpErrorCode]>([
  ['unknownUserNames', 'report:unknownUserNames'],
  ['wrongDigests', 'report:wrongDigests'],
  ['unsupportedSecLevels', 'report:unsupportedSecLevels'],
  ['decryptionErrors', 'report:decryptionErrors'],
  ['unknownContexts', 'report:unknownContexts'],
  ['unknownEngineIDs', 'report:unknownEngineIDs'],
])('takes a report of %s for no more than a failure', async (name, code) => {
  const agent = await fakeAgent({
    clock: () => START,
    answer: ({ message, reply }, self) => {
      reply(self.seal(message, report(name), { level: 'noAuthNoPriv' }))
    },
  })
  const generator = await generatorFor()
  expect((await failure(generator.get(byUser(agent.port), [OBJECT]))).code).toBe(code)
})

test('goes on with a peer that was restarted, and refuses what it said before', async () => {
  let boots = 3
  const agent = await fakeAgent({
    clock: () => ({ ...START, boots, time: boots === 3 ? 1000 : 5 }),
    answer: honest,
  })
  const generator = await generatorFor()
  const target = byUser(agent.port, { timeoutMs: 500 })
  await generator.get(target, [OBJECT])
  boots = 4
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  boots = 3
  expect((await failure(generator.get(target, [OBJECT]))).code).toBe('not-in-time-window')
  await generator.forget(target)
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
})

test('goes on with a peer that has another engine id', async () => {
  let id = ENGINE
  const agent = await fakeAgent({ clock: () => ({ ...START, id }), answer: honest })
  const generator = await generatorFor()
  const target = byUser(agent.port, { timeoutMs: 5000 })
  await generator.get(target, [OBJECT])
  id = Buffer.from('80001f88050102030406', 'hex')
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  const pinned = byUser(agent.port, { timeoutMs: 5000, engineId: ENGINE, user: { ...USER } })
  expect((await failure(generator.get(pinned, [OBJECT]))).code).toBe('report:unknownEngineIDs')
})

test('follows the clock of a peer, and does not come out of its window as time goes by', async () => {
  let now = 5_000_000
  const agent = await fakeAgent({
    clock: () => ({ ...START, time: Math.floor(now / 1000) }),
    answer: honest,
  })
  const generator = await generatorFor({ now: () => now })
  const target = byUser(agent.port, { timeoutMs: 5000 })
  await generator.get(target, [OBJECT])
  now += 3_600_000
  await generator.get(target, [OBJECT])
  const times = (agent.heard as readonly SealedMessage[]).map(({ header }) => header.engineTime)
  expect(times).toEqual([0, 0, 5000, 8600])
})

test('remembers no more peers than it may', async () => {
  const agents = await Promise.all(
    [1, 2].map(() => fakeAgent({ clock: () => START, answer: honest })),
  )
  const generator = await generatorFor({ maxPeers: 1 })
  const targets = agents.map(({ port }) => byUser(port, { timeoutMs: 5000 }))
  for (const target of targets) await generator.get(target, [OBJECT])
  expect(await Promise.all(targets.map((target) => generator.provenEngine(target)))).toEqual([
    undefined,
    new Uint8Array(ENGINE),
  ])
})
