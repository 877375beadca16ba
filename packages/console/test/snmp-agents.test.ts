import { describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { run, temporaryFolder } from './support.ts'
import { freePort, hasSnmp, privateFile, startSnmpd, USER } from './snmp-world.ts'

const SECRET = 'wonderful-secret'
const NAME = '1.3.6.1.2.1.1.5.0'
const QUICK = ['--timeout', '200', '--retries', '0']

async function snmp(...words: string[]): Promise<{ exit: number; out: Record<string, unknown> }> {
  const env = { GATEHOUSE_SNMP_COMMUNITY: SECRET }
  const { exit, out, err } = await run(['snmp', ...words, '--json'], env)
  if (out === '') throw new Error(err)
  expect(out + err).not.toMatch(/wonderful-secret|authentic-|private-p/)
  return { exit, out: JSON.parse(out) as Record<string, unknown> }
}

describe.skipIf(!hasSnmp)(hasSnmp ? 'with snmpd' : 'needs snmpd', () => {
  test('get shows values with their types', async () => {
    const { port } = await startSnmpd([`rocommunity ${SECRET} 127.0.0.1`])
    const words = ['get', `127.0.0.1:${port}`, NAME, '1.3.6.1.2.1.1.3.0']
    const { exit, out } = await snmp(...words)
    expect(exit).toBe(0)
    expect(out).toEqual({
      command: 'snmp get',
      varbinds: [
        { oid: NAME, type: 'OctetString', value: 'web01.example' },
        { oid: '1.3.6.1.2.1.1.3.0', type: 'TimeTicks', value: 123456 },
      ],
      inClear: true,
    })
    const { out: text } = await run(['snmp', ...words], { GATEHOUSE_SNMP_COMMUNITY: SECRET })
    expect(text).toContain('web01.example')
    expect(text).toContain('00:20:34')
  })

  test('get ends with 1 for what is not there, in each version', async () => {
    const { port } = await startSnmpd([`rocommunity ${SECRET} 127.0.0.1`])
    const words = ['get', `127.0.0.1:${port}`, '1.3.6.1.2.1.99.1.0']
    expect(await snmp(...words)).toMatchObject({
      exit: 1,
      out: { varbinds: [{ type: 'noSuchObject' }] },
    })
    expect(await snmp(...words, '--version', '1')).toMatchObject({
      exit: 1,
      out: { failure: { code: 'error-status', errorStatus: 'noSuchName' } },
    })
  })

  test('a wrong community is silence, and ends with 2', async () => {
    const { port } = await startSnmpd(['rocommunity other 127.0.0.1'])
    const { exit, out } = await snmp('get', `127.0.0.1:${port}`, NAME, ...QUICK)
    expect(exit).toBe(2)
    expect(out).toMatchObject({ failure: { code: 'timeout' } })
  })

  test('walk gives a subtree, up to a limit', async () => {
    const { port } = await startSnmpd([`rocommunity ${SECRET} 127.0.0.1`])
    const words = ['walk', `127.0.0.1:${port}`, '1.3.6.1.2.1.1']
    expect(await snmp(...words)).toMatchObject({
      exit: 0,
      out: { varbinds: [{ oid: '1.3.6.1.2.1.1.3.0' }, { oid: NAME }] },
    })
    expect(await snmp(...words, '--limit', '1')).toMatchObject({
      exit: 2,
      out: { varbinds: [{ oid: '1.3.6.1.2.1.1.3.0' }], failure: { code: 'limit-reached' } },
    })
    expect((await snmp('walk', `127.0.0.1:${port}`, '1.3.6.1.2.1.99')).exit).toBe(1)
  })

  test('a user of a users file asks in version 3, with all its protection', async () => {
    const { port } = await startSnmpd(['rouser ops priv'])
    const users = await privateFile({ users: [USER] }, 'users.json')
    const words = ['get', `127.0.0.1:${port}`, NAME, '--users', users, '--user']
    expect(await snmp(...words, 'ops')).toMatchObject({
      exit: 0,
      out: { varbinds: [{ value: 'web01.example' }], inClear: false },
    })
    expect(await snmp(...words, 'ops', '--level', 'authNoPriv')).toMatchObject({
      exit: 1,
      out: { failure: { errorStatus: 'authorizationError' } },
    })
    expect(await snmp(...words, 'nobody')).toMatchObject({ exit: 2, out: { error: {} } })
  })

  test('a wrong passphrase is a refusal, and says which', async () => {
    const { port } = await startSnmpd(['rouser ops priv'])
    const wrong = { ...USER, authPassphrase: 'another-passphrase' }
    const users = await privateFile({ users: [wrong] }, 'users.json')
    const words = ['get', `127.0.0.1:${port}`, NAME, '--users', users, '--user', 'ops']
    expect(await snmp(...words)).toMatchObject({
      exit: 1,
      out: { failure: { code: 'report:wrongDigests' } },
    })
  })
})

test.each([
  ['a place that is none', ['get', 'a:b:c', NAME]],
  ['port 0', ['get', '127.0.0.1:0', NAME]],
  ['a user without a users file', ['get', '127.0.0.1', NAME, '--user', 'ops']],
  ['version 3 without a user', ['get', '127.0.0.1', NAME, '--version', '3']],
  ['names of a MIB', ['walk', '127.0.0.1', 'system']],
  ['an object that is none', ['trap', '127.0.0.1', NAME, '1.3.6=q:1']],
  ['a number that is too large', ['trap', '127.0.0.1', NAME, '1.3.6.1=i:2147483648']],
  ['an inform in version 1', ['trap', '127.0.0.1', NAME, '--inform', '--version', '1']],
])('%s ends with 2', async (_, words) => {
  expect(await snmp(...words)).toMatchObject({ exit: 2, out: { error: { code: 'ERR_CONFIG' } } })
})

test('without a community nothing is asked', async () => {
  expect((await run(['snmp', 'get', '127.0.0.1', NAME])).exit).toBe(2)
})

test('a level that the user has no keys for is refused before anything is sent', async () => {
  const users = await privateFile({ users: [{ name: 'guest' }] }, 'users.json')
  const words = ['get', '127.0.0.1', NAME, '--users', users, '--user', 'guest']
  expect((await snmp(...words, '--level', 'authPriv')).exit).toBe(2)
})

test('version 3 sends a trap only with an engine of its own', async () => {
  const users = await privateFile({ users: [USER] }, 'users.json')
  const port = await freePort()
  const words = [
    'trap',
    `127.0.0.1:${port}`,
    '1.3.6.1.6.3.1.1.5.1',
    '--users',
    users,
    '--user',
    'ops',
  ]
  expect((await snmp(...words)).exit).toBe(2)
  const engine = join(await temporaryFolder(), 'engine')
  expect(await snmp(...words, '--engine', engine)).toMatchObject({ exit: 0, out: { sent: true } })
})
