import type { LookupAddress } from 'node:dns'
import { Secret } from '@gatehouse/core'
import { expect, test, vi } from 'vitest'
import { locate, readTarget } from '../../src/engine/generator/target.ts'

const waiting: Waiting[] = []

interface Waiting {
  readonly resolve: (value: LookupAddress) => void
  readonly reject: (error: Error) => void
}

vi.mock('node:dns/promises', () => ({
  lookup: () =>
    new Promise<LookupAddress>((resolve, reject) => {
      waiting.push({ resolve, reject })
    }),
}))

function target(host: string): ReturnType<typeof readTarget> {
  return readTarget({ host, port: 162, version: '2c', community: new Secret('public') })
}

test('a name that is looked up is not looked up a second time at once, and later anew', async () => {
  const places = Array.from({ length: 20 }, () => locate(target('sink.example')))
  const other = locate(target('other.example'))
  expect(waiting).toHaveLength(2)
  waiting[0]?.resolve({ address: '192.0.2.1', family: 4 })
  waiting[1]?.resolve({ address: '2001:db8::1', family: 6 })
  expect(new Set((await Promise.all(places)).map(({ address }) => address))).toEqual(
    new Set(['192.0.2.1']),
  )
  expect(await other).toMatchObject({ family: 6 })
  const again = locate(target('sink.example'))
  expect(waiting).toHaveLength(3)
  waiting[2]?.reject(new Error('down'))
  await expect(again).rejects.toMatchObject({ code: 'host-unknown' })
})
