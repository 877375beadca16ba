import { expect, test } from 'vitest'

import type { CommandGenerator, SnmpTarget } from '../../src/engine/index.ts'
import type { Oid } from '../../src/index.ts'
import type { CommunityMessage, Varbind } from '../../src/message/index.ts'
import { byCommunity, failure, fakePeer, generatorFor, lie, OBJECT, ONE } from './peer-fakes.ts'

const SUBTREE: Oid = OBJECT.slice(0, -1)

/** What a peer answers. */
type Steps = (from: Oid, step: number) => readonly Varbind[]

/** A peer that answers each step with these objects, first to last. */
async function walked(
  steps: Steps,
  changes: Partial<SnmpTarget> = {},
  options = {},
): Promise<{ oids: Oid[]; error: unknown }> {
  let step = 0
  const peer = await fakePeer((message, reply) => {
    const from = (message as CommunityMessage).pdu.varbinds[0]?.oid ?? []
    reply(lie(message as CommunityMessage, { varbinds: steps(from, step) }))
    step += 1
  })
  const generator: CommandGenerator = await generatorFor()
  const oids: Oid[] = []
  const target = byCommunity(peer.port, { timeoutMs: 5000, ...changes })
  try {
    for await (const { oid } of generator.walk(target, SUBTREE, options)) oids.push(oid)
  } catch (error) {
    return { oids, error }
  }
  return { oids, error: undefined }
}
const row = (...sub: number[]): Varbind => ({ ...ONE, oid: [...SUBTREE, ...sub] })

test.each(['1', '2c'] as const)('ends where the subtree does in version %s', async (version) => {
  const after: Varbind = { ...ONE, oid: [...SUBTREE.slice(0, -1), 2] }
  const { oids, error } = await walked((_, step) => [step < 2 ? row(step) : after], { version })
  expect(error).toBeUndefined()
  expect(oids).toEqual([row(0).oid, row(1).oid])
})

test.each(['1', '2c'] as const)(
  'ends with an error when version %s does not go on',
  async (version) => {
    for (const next of [row(5), row(4), row(3)]) {
      const given = await walked((_, step) => [step === 0 ? row(4) : next], { version })
      if (next.oid.at(-1) === 5) {
        expect(given.oids).toEqual([row(4).oid, row(5).oid])
      } else {
        expect(given.oids).toEqual([row(4).oid])
      }
      expect(given.error).toMatchObject({ code: 'not-increasing' })
    }
  },
)

test('ends with an error when objects of one answer do not rise', async () => {
  const { oids, error } = await walked(() => [row(1), row(3), row(2)])
  expect(oids).toEqual([row(1).oid, row(3).oid])
  expect(error).toMatchObject({ code: 'not-increasing' })
})

test('ends at the limit of objects', async () => {
  const { oids, error } = await walked(
    (from) => [row((from[SUBTREE.length] ?? 0) + 1)],
    {},
    { maxVarbinds: 10 },
  )
  expect(oids).toHaveLength(10)
  expect(error).toMatchObject({ code: 'limit-reached' })
})

test('ends with an error at an answer without objects', async () => {
  const { error } = await walked(() => [])
  expect(error).toMatchObject({ code: 'answer-refused', fault: 'varbinds' })
})

test('asks for less when the peer finds it too much', async () => {
  const asked: number[] = []
  const peer = await fakePeer((message, reply) => {
    const { pdu } = message as CommunityMessage
    const count = pdu.type === 'getbulk' ? pdu.maxRepetitions : 0
    asked.push(count)
    const end: Varbind = { oid: SUBTREE, value: { type: 'endOfMibView' } }
    const tooBig = { errorStatus: 1, varbinds: [] }
    reply(lie(message as CommunityMessage, count > 4 ? tooBig : { varbinds: [row(1), end] }))
  })
  const generator = await generatorFor()
  const found: Varbind[] = []
  const target = byCommunity(peer.port, { timeoutMs: 5000 })
  for await (const varbind of generator.walk(target, SUBTREE)) found.push(varbind)
  expect(found).toEqual([row(1)])
  expect(asked).toEqual([25, 12, 6, 3])
})

test('does not take more than a getbulk asked for', async () => {
  const peer = await fakePeer((message, reply) => {
    reply(lie(message as CommunityMessage, { varbinds: [row(1), row(2), row(3)] }))
  })
  const generator = await generatorFor()
  const bulk = { maxRepetitions: 2 }
  const error = await failure(generator.getBulk(byCommunity(peer.port), [SUBTREE], bulk))
  expect(error).toMatchObject({ code: 'answer-refused', fault: 'varbinds' })
})
