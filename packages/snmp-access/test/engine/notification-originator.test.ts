import { Secret } from '@gatehouse/core'
import { expect, onTestFinished, test } from 'vitest'

import {
  listen,
  NotificationOriginator,
  type NotificationOriginatorOptions,
  type NotificationSink,
  type OutgoingNotification,
} from '../../src/engine/index.ts'
import {
  encodeCommunityMessage,
  UserTable,
  type CommunityMessage,
  type Trap1Pdu,
} from '../../src/message/index.ts'
import type { Oid } from '../../src/index.ts'
import {
  LINK_DOWN,
  OURS,
  policyOf,
  receiverWith,
  SENDER,
  userNamed,
  USERS,
  type Witness,
} from './notification-receiver-fixture.ts'
import { failure, fakePeer, generatorFor, responseTo } from './peer-fakes.ts'

const OBJECT: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 1, 0]
const DOWN: OutgoingNotification = {
  trapOid: LINK_DOWN,
  uptime: 4711,
  varbinds: [{ oid: OBJECT, value: { type: 'Integer32', value: 7 } }],
}

async function originatorFor(
  changes: Partial<NotificationOriginatorOptions> = {},
): Promise<NotificationOriginator> {
  const engine = { id: SENDER, boots: 2, time: 60 }
  return new NotificationOriginator({
    generator: await generatorFor(),
    engine: () => engine,
    ...changes,
  })
}

/** The sink of a peer that keeps what it hears. */
async function silent(changes: Partial<NotificationSink> = {}) {
  const peer = await fakePeer(() => undefined)
  const community = new Secret('ours')
  const sink: NotificationSink = {
    kind: 'trap',
    host: '127.0.0.1',
    port: peer.port,
    version: '2c',
    community,
    timeoutMs: 100,
    retries: 2,
    ...changes,
  }
  return { peer, sink }
}

/** Our own receiver, listening. */
async function receiving(): Promise<Witness & { port: number }> {
  const witness = receiverWith({
    policy: policyOf(
      'authCommunity log ours',
      ...USERS.map(({ name }) => `authUser log ${name} noauth`),
    ),
    users: new UserTable(USERS),
    trapEngines: new Map(USERS.map(({ name }) => [name, [SENDER]])),
  })
  const listening = await listen(witness.receiver, {
    addresses: [{ address: '127.0.0.1', port: 0 }],
  })
  onTestFinished(() => listening.close())
  return { ...witness, port: listening.addresses[0]?.port ?? 0 }
}

/** The version 1 form of a notification. */
async function trap1(
  notification: OutgoingNotification,
  changes: Partial<NotificationOriginatorOptions> = {},
): Promise<Trap1Pdu> {
  const { peer, sink } = await silent({ version: '1' })
  const originator = await originatorFor(changes)
  await originator.send(sink, notification)
  await expect.poll(() => peer.heard.length).toBe(1)
  return (peer.heard[0] as CommunityMessage).pdu as Trap1Pdu
}

test('brings traps and informs of every version to our own receiver', async () => {
  const { port, received, events } = await receiving()
  const originator = await originatorFor()
  const common = { host: '127.0.0.1', port, timeoutMs: 5000 }
  const community = new Secret('ours')
  await originator.send({ ...common, kind: 'trap', version: '1', community }, DOWN)
  for (const kind of ['trap', 'inform'] as const) {
    await originator.send({ ...common, kind, version: '2c', community }, DOWN)
    for (const user of USERS) await originator.send({ ...common, kind, version: '3', user }, DOWN)
  }
  await expect.poll(() => received.length).toBe(11)
  for (const { trapOid, uptime, varbinds } of received) {
    expect({ trapOid, uptime, varbinds }).toEqual(DOWN)
  }
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['discovery']))
})

test('writes a generic trap of version 1 with its enterprise', async () => {
  expect(await trap1(DOWN)).toEqual({
    type: 'trap1',
    enterprise: [1, 3, 6, 1, 6, 3, 1, 1, 5],
    generic: 2,
    specific: 0,
    agentAddress: new Uint8Array(4),
    timestamp: 4711,
    varbinds: DOWN.varbinds,
  })
  const enterprise: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999]
  expect(await trap1(DOWN, { enterprise })).toMatchObject({ enterprise, generic: 2 })
})

test.each<[Oid, Oid, number]>([
  [[1, 3, 6, 1, 4, 1, 42, 0, 7], [1, 3, 6, 1, 4, 1, 42], 7],
  [[1, 3, 6, 1, 4, 1, 42, 7], [1, 3, 6, 1, 4, 1, 42], 7],
  [[1, 3, 6, 1, 6, 3, 1, 1, 5, 7], [1, 3, 6, 1, 6, 3, 1, 1, 5], 7],
  [[1, 3, 6, 1, 6, 3, 1, 1, 5, 3, 0], [1, 3, 6, 1, 6, 3, 1, 1, 5, 3], 0],
])('writes the name %j in version 1 as %j and %i', async (trapOid, enterprise, specific) => {
  const written = await trap1({ ...DOWN, trapOid })
  expect(written).toMatchObject({ enterprise, generic: 6, specific })
})

test('writes the address of a trap that is handed on', async () => {
  const address = Uint8Array.of(10, 1, 2, 3)
  const oid: Oid = [1, 3, 6, 1, 6, 3, 18, 1, 3, 0]
  const varbinds = [{ oid, value: { type: 'IpAddress', value: address } as const }]
  expect((await trap1({ ...DOWN, varbinds })).agentAddress).toEqual(address)
})

test('sends nothing in version 1 that it cannot carry', async () => {
  const { peer, sink } = await silent({ version: '1' })
  const originator = await originatorFor()
  const big = [{ oid: OBJECT, value: { type: 'Counter64', value: 1n } as const }]
  const tries = [
    originator.send(sink, { ...DOWN, varbinds: big }),
    originator.send(sink, { ...DOWN, trapOid: [1, 3, 6, 1, 4, 1, 42, 0, 2 ** 31] }),
    originator.send({ ...sink, kind: 'inform' }, DOWN),
  ]
  for (const work of tries) expect((await failure(work)).code).toBe('not-for-version-1')
  expect(peer.heard).toEqual([])
})

test('tells what cannot be written', async () => {
  const { sink } = await silent()
  const originator = await originatorFor()
  const error = await failure(originator.send(sink, { ...DOWN, trapOid: [1] }))
  expect(error.code).toBe('request-malformed')
  expect((await failure(originator.send({ ...sink, version: '3' }, DOWN))).code).toBe(
    'target-malformed',
  )
})

test('repeats an inform until it is acknowledged, with one request id', async () => {
  const acknowledgeThird = await fakePeer((message, reply) => {
    if (acknowledgeThird.heard.length < 3 || message.version === '3') return
    const { varbinds } = message.pdu
    reply(encodeCommunityMessage({ ...message, pdu: responseTo(message.pdu, { varbinds }) }))
  })
  const { sink } = await silent({ kind: 'inform', port: acknowledgeThird.port, retries: 10 })
  await (await originatorFor()).send(sink, DOWN)
  const ids = acknowledgeThird.heard.map((message) =>
    message.version !== '3' && 'requestId' in message.pdu ? message.pdu.requestId : undefined,
  )
  expect(ids.length).toBeGreaterThanOrEqual(3)
  expect(new Set(ids).size).toBe(1)
})

test('comes to an end and an error when nobody acknowledges an inform', async () => {
  const { peer, sink } = await silent({ kind: 'inform' })
  const error = await failure((await originatorFor()).send(sink, DOWN))
  expect(error.code).toBe('timeout')
  expect(peer.heard).toHaveLength(3)
})

test('tells that a receiver answers an inform with an error', async () => {
  const peer = await fakePeer((message, reply) => {
    if (message.version === '3') return
    reply(encodeCommunityMessage({ ...message, pdu: responseTo(message.pdu, { errorStatus: 5 }) }))
  })
  const { sink } = await silent({ kind: 'inform', port: peer.port, timeoutMs: 5000 })
  const error = await failure((await originatorFor()).send(sink, DOWN))
  expect(error).toMatchObject({ code: 'error-status', errorStatus: 'genErr' })
})

test('sends authenticationFailure to each sink no more often than its rate', async () => {
  let now = 0
  const first = await silent()
  const second = await silent()
  const originator = await originatorFor({ authenticationFailuresPerSecond: 2, now: () => now })
  const sent: boolean[] = []
  for (let count = 0; count < 5; count += 1) {
    sent.push(await originator.sendAuthenticationFailure(first.sink, 1))
  }
  expect(sent).toEqual([true, true, false, false, false])
  expect(await originator.sendAuthenticationFailure(second.sink, 1)).toBe(true)
  now += 500
  expect(await originator.sendAuthenticationFailure(first.sink, 1)).toBe(true)
  expect(await originator.sendAuthenticationFailure(first.sink, 1)).toBe(false)
  await expect.poll(() => [first.peer.heard.length, second.peer.heard.length]).toEqual([3, 1])
})

test('signs version 3 traps with its own time', async () => {
  const originator = await originatorFor({ engine: () => ({ ...OURS, time: 77 }) })
  const { peer, sink } = await silent({ version: '3', user: userNamed('signing') })
  await originator.send(sink, DOWN)
  await expect.poll(() => peer.heard.length).toBe(1)
  expect(peer.heard[0]).toMatchObject({
    header: { engineBoots: OURS.boots, engineTime: 77, reportable: false, level: 'authNoPriv' },
  })
})
