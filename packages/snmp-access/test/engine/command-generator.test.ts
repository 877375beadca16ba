import { describe, expect, test } from 'vitest'

import type { SnmpTarget } from '../../src/engine/index.ts'
import type { Oid } from '../../src/index.ts'
import {
  byCommunity,
  byUser,
  ENGINE,
  failure,
  fakePeer,
  generatorFor,
  OBJECT,
  QUICK,
  USER,
} from './peer-fakes.ts'

describe('requests that are not sent', () => {
  const target = byCommunity(161)
  test.each<[string, Partial<SnmpTarget>]>([
    ['host', { host: '' }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['retries', { retries: -1 }],
    ['version', { version: '2' as '2c' }],
    ['user', { version: '3' }],
    ['user', { version: '3', user: { name: '' } }],
    ['level', { version: '3', user: USER, level: 'authPriv' }],
    ['level', { version: '3', user: USER, level: 'none' as 'authPriv' }],
    ['engineId', { version: '3', user: USER, engineId: new Uint8Array(4) }],
  ])('for a target whose %s cannot be', async (field, changes) => {
    const generator = await generatorFor()
    const error = await failure(generator.get({ ...target, ...changes }, [OBJECT]))
    expect(error.code).toBe('target-malformed')
    expect(error.message).toMatch(new RegExp(`${field}$`, 'u'))
  })

  test('for a target without its community', async () => {
    const generator = await generatorFor()
    const { community: _, ...rest } = target
    expect((await failure(generator.get(rest, [OBJECT]))).code).toBe('target-malformed')
  })

  test.each([
    ['request-malformed', [1] as Oid],
    ['request-malformed', [1, 3, -1] as Oid],
  ] as const)('as %s for an object that cannot be written', async (code, oid) => {
    const generator = await generatorFor()
    expect((await failure(generator.get(target, [oid]))).code).toBe(code)
    const user = byUser(161, { engineId: ENGINE, ...QUICK, user: { name: 'nobody' } })
    expect((await failure(generator.get(user, [oid]))).code).toBe(code)
  })

  test('of getbulk in version 1, or with counts that are none', async () => {
    const generator = await generatorFor()
    const version1 = { ...target, version: '1' } as const
    expect((await failure(generator.getBulk(version1, [OBJECT]))).code).toBe('not-for-version-1')
    const counts = { maxRepetitions: -1 }
    expect((await failure(generator.getBulk(target, [OBJECT], counts))).code).toBe(
      'request-malformed',
    )
  })

  test('when too many wait, and after the sockets are closed', async () => {
    const silent = await fakePeer(() => undefined)
    const generator = await generatorFor({ maxPending: 1 })
    const slow = byCommunity(silent.port, { timeoutMs: 60_000 })
    const first = failure(generator.get(slow, [OBJECT]))
    expect((await failure(generator.get(slow, [OBJECT]))).code).toBe('too-many-pending')
    await generator.close()
    expect((await first).code).toBe('closed')
    expect((await failure(generator.get(slow, [OBJECT]))).code).toBe('closed')
  })

  test('to a host without an address', async () => {
    const generator = await generatorFor()
    const nowhere = { ...target, host: 'no such host.invalid' }
    expect((await failure(generator.get(nowhere, [OBJECT]))).code).toBe('host-unknown')
  })

  test('from an address that is not ours', async () => {
    const error = await failure(generatorFor({ bind: { ipv4: '192.0.2.1' } }))
    expect(error.code).toBe('send-failed')
  })
})
