import { expect, it, vi } from 'vitest'
import { openAgent } from '../src/start.ts'
import { act, ADDRESS, createWorld, start, why } from './world.ts'

it('lets level MODIFY stop its own collection, and level MANAGE any', async () => {
  const { agent } = await start()
  await act(agent, 'collect.start', ADDRESS.modify, { user: 'pat' })
  const other = await act(agent, 'collect.stop', ADDRESS.modify, { user: 'kim' })
  expect(why(other)).toEqual({ outcome: 'deny', code: 'level-too-low', line: 5 })
  const own = await act(agent, 'collect.stop', ADDRESS.modify, { user: 'pat' })
  expect(why(own)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 5 })
  expect(own.body.result).toEqual({ collection: 'default', stopped: true })

  await act(agent, 'collect.start', ADDRESS.modify, { user: 'pat' })
  const manager = await act(agent, 'collect.stop', ADDRESS.manage, { user: 'kim' })
  expect(why(manager)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 9 })
})

it('takes the same user from another address for somebody else', async () => {
  const authorization = `BEGIN_AUTHORIZATION\n PERMISSION = MODIFY\nEND_AUTHORIZATION\n`
  const { agent } = await start({ authorization })
  await act(agent, 'collect.start', '127.0.0.7', { user: 'pat' })
  const received = await act(agent, 'collect.stop', '127.0.0.8', { user: 'pat' })
  expect(why(received)).toMatchObject({ outcome: 'deny', code: 'level-too-low' })
})

it('leaves a running collection with its owner when another caller starts it again', async () => {
  const { agent } = await start()
  await act(agent, 'collect.start', ADDRESS.modify, { user: 'pat' })
  const again = await act(agent, 'collect.start', ADDRESS.modify, { user: 'kim' })
  expect(again.body.result).toEqual({ collection: 'default', started: false })
  const stop = await act(agent, 'collect.stop', ADDRESS.modify, { user: 'kim' })
  expect(stop.body.outcome).toBe('deny')
})

it('denies level MODIFY to stop a collection that nobody started', async () => {
  const { agent } = await start()
  const received = await act(agent, 'collect.stop', ADDRESS.modify)
  expect(why(received)).toMatchObject({ outcome: 'deny', code: 'level-too-low' })
})

it('keeps activated policies with their owners and lists them', async () => {
  const { agent } = await start()
  await act(agent, 'policy.activate', ADDRESS.modify, { user: 'pat', target: 'busy-disks' })
  const updates = await act(agent, 'policy.updates', ADDRESS.view)
  expect(updates.body.result).toMatchObject({ policies: [{ policy: 'busy-disks', user: 'pat' }] })
  const stop = { target: 'busy-disks' }
  const other = await act(agent, 'policy.stop', ADDRESS.modify, { user: 'kim', ...stop })
  expect(other.body.outcome).toBe('deny')
  const own = await act(agent, 'policy.stop', ADDRESS.modify, { user: 'pat', ...stop })
  expect(own.body.result).toEqual({ policy: 'busy-disks', stopped: true })
})

it('lets whoever started the agent stop it with level NONE while nobody else has requests', async () => {
  const authorization = `BEGIN_AUTHORIZATION
 PERMISSION = MANAGE
 BEGIN_COMPUTER
  NAME = 127.0.0.6
  PERMISSION = MODIFY
 END_COMPUTER
END_AUTHORIZATION
`
  const { agent, write } = await start({ authorization })
  const user = 'pat'
  await act(agent, 'agent.stop', ADDRESS.manage)
  const started = await act(agent, 'agent.start', '127.0.0.6', { user })
  expect(started.body.result).toEqual({ started: true })
  await write('Authorization.cfg', authorization.replace('MODIFY', 'NONE'))
  await agent.reload()

  await act(agent, 'collect.start', ADDRESS.manage, { user: 'kim' })
  const busy = await act(agent, 'agent.stop', '127.0.0.6', { user })
  expect(why(busy)).toEqual({ outcome: 'deny', code: 'level-too-low', line: 5 })

  await act(agent, 'collect.stop', ADDRESS.manage, { user: 'kim' })
  const stranger = await act(agent, 'agent.stop', '127.0.0.6', { user: 'kim' })
  expect(stranger.body.outcome).toBe('deny')
  const idle = await act(agent, 'agent.stop', '127.0.0.6', { user })
  expect(why(idle)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 5 })
  expect(agent.agentAddress).toBeUndefined()
})

it('looks up who owns what and acts on it in one step', async () => {
  const { config } = await createWorld()
  const { system, store } = await openAgent(config)
  const origin = { by: 'agent', address: ADDRESS.modify } as const
  await system.act({ user: 'pat', action: 'collect.start' }, origin)
  const read = vi.spyOn(store.collections, 'read')
  const remove = vi.spyOn(store.collections, 'remove')
  const stop = { user: 'pat', action: 'collect.stop' }
  const replies = await Promise.all([system.act(stop, origin), system.act(stop, origin)])
  expect(replies.map(({ status }) => status)).toEqual([200, 403])
  const [firstRead = 0, secondRead = 0] = read.mock.invocationCallOrder
  const [onlyRemove = 0] = remove.mock.invocationCallOrder
  expect([firstRead < onlyRemove, onlyRemove < secondRead]).toEqual([true, true])
})
