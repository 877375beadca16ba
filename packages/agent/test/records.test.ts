import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { Records } from '../src/records.ts'
import { act, ADDRESS, createWorld, start } from './world.ts'

async function records(limit: number): Promise<Records<{ n: number }>> {
  const { folder } = await createWorld()
  return new Records(join(folder, 'records'), z.strictObject({ n: z.number() }), limit)
}

it('lets exactly one of several add a record of one name', async () => {
  const shelf = await records(10)
  const added = await Promise.all([1, 2, 3, 4].map((n) => shelf.add('x', { n })))
  expect(added.filter(Boolean)).toHaveLength(1)
  expect(await shelf.names()).toEqual(['x'])
})

it('adds no more than its limit', async () => {
  const shelf = await records(1)
  await shelf.add('x', { n: 1 })
  await expect(shelf.add('y', { n: 2 })).rejects.toMatchObject({ code: 'limit-reached' })
  expect(await shelf.add('x', { n: 3 })).toBe(false)
})

it('decides nothing on a record that cannot be read', async () => {
  const { agent, config, write } = await start()
  await mkdir(join(config.dataDir, 'collections'), { recursive: true })
  await write('data/collections/default.json', '{"owner":{"user":"pat"')
  const received = await act(agent, 'collect.stop', ADDRESS.modify, { user: 'pat' })
  expect([received.status, received.body.error.code]).toEqual([500, 'internal-error'])
})
