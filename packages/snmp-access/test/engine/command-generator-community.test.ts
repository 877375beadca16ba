import { expect, test } from 'vitest'

import type { CommunityMessage, PlainPdu } from '../../src/message/index.ts'
import {
  boundSocket,
  byCommunity,
  failure,
  fakePeer,
  generatorFor,
  lie,
  OBJECT,
  ONE,
} from './peer-fakes.ts'

function requestIdOf({ pdu }: CommunityMessage): number {
  return (pdu as PlainPdu).requestId
}

const lies: readonly [string, (message: CommunityMessage) => Uint8Array, string][] = [
  ['another request id', (m) => lie(m, { requestId: requestIdOf(m) ^ 1 }), 'timeout'],
  ['another community', (m) => lie(m, {}, { community: Buffer.from('Reading') }), 'community'],
  ['another version', (m) => lie(m, {}, { version: '1' }), 'version'],
  ['a PDU that is no response', (m) => lie(m, { type: 'get' }), 'pdu'],
  ['a report', (m) => lie(m, { type: 'inform' }), 'pdu'],
  ['another object', (m) => lie(m, { varbinds: [{ ...ONE, oid: [...OBJECT, 1] }] }), 'varbinds'],
  ['one object more', (m) => lie(m, { varbinds: [ONE, ONE] }), 'varbinds'],
  ['no object', (m) => lie(m, { varbinds: [] }), 'varbinds'],
  [
    'no value',
    (m) => lie(m, { varbinds: [{ oid: OBJECT, value: { type: 'unspecified' } }] }),
    'varbinds',
  ],
  ['an error status that there is not', (m) => lie(m, { errorStatus: 19 }), 'error-status'],
  ['garbage', () => Buffer.from('garbage'), 'timeout'],
  ['nothing', () => new Uint8Array(), 'timeout'],
  ['half of the answer', (m) => lie(m, {}).subarray(0, 20), 'timeout'],
]

test('takes none of them, and says why', async () => {
  const generator = await generatorFor()
  const outcomes = lies.map(async ([lied, make]) => {
    const peer = await fakePeer((message, reply) => {
      reply(make(message as CommunityMessage))
    })
    const { code, fault } = await failure(generator.get(byCommunity(peer.port), [OBJECT]))
    return [lied, fault ?? code, peer.heard.length]
  })
  expect(await Promise.all(outcomes)).toEqual(lies.map(([lied, , why]) => [lied, why, 2]))
})

test.each(lies)('takes the true answer after %s', async (_, make) => {
  const peer = await fakePeer((message, reply) => {
    reply(make(message as CommunityMessage))
    reply(lie(message as CommunityMessage, {}))
  })
  const generator = await generatorFor()
  const answer = await generator.get(byCommunity(peer.port, { timeoutMs: 5000 }), [OBJECT])
  expect(answer.varbinds).toEqual([ONE])
  expect(peer.heard).toHaveLength(1)
})

test('takes nothing from another port or address', async () => {
  const others = [await boundSocket('127.0.0.1'), await boundSocket('127.0.0.2')]
  const generator = await generatorFor()
  for (const other of others) {
    const peer = await fakePeer((message, reply) => {
      reply(lie(message as CommunityMessage, {}), other)
    })
    const error = await failure(generator.get(byCommunity(peer.port), [OBJECT]))
    expect(error).toMatchObject({ code: 'answer-refused', fault: 'source' })
  }
})

test('knows a late answer by the id that every try has, and one that nobody waits for by none', async () => {
  const late: (() => void)[] = []
  const peer = await fakePeer((message, reply) => {
    late.push(() => {
      reply(lie(message as CommunityMessage, {}))
    })
    if (late.length === 2) for (const send of late) send()
  })
  const generator = await generatorFor()
  const target = byCommunity(peer.port, { timeoutMs: 100, retries: 3 })
  expect((await generator.get(target, [OBJECT])).varbinds).toEqual([ONE])
  const ids = new Set(peer.heard.map((message) => requestIdOf(message as CommunityMessage)))
  expect(ids.size).toBe(1)
  await expect.poll(() => generator.unclaimed).toBe(1)
})

test('shows no community in an error', async () => {
  const peer = await fakePeer(() => undefined)
  const generator = await generatorFor()
  const error = await failure(generator.get(byCommunity(peer.port, { retries: 0 }), [OBJECT]))
  expect(error.code).toBe('timeout')
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('reading')
})
