import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readSnmpSettings, type SnmpSettings } from '../src/snmp/settings.ts'
import { triesFor, WorkingTries } from '../src/snmp/tries.ts'
import { privateFile, USER } from './snmp-world.ts'

async function settingsOf(content: object): Promise<SnmpSettings> {
  return readSnmpSettings(await privateFile(content))
}

function refs(settings: SnmpSettings, system: string, working = new WorkingTries()): string[] {
  return triesFor(settings, system, working).map(({ ref }) => ref)
}

const GLOBAL = { globalRead: ['one', 'two', 'three'], globalUsers: ['ops'], users: [USER] }

test('an empty file has the defaults, and traps come to port 162', async () => {
  expect(await settingsOf({})).toMatchObject({
    poll: { intervalSeconds: 60, timeoutMs: 1000, retries: 1, maxTries: 10, stopAfter: 3 },
    traps: undefined,
  })
  expect(await settingsOf({ traps: {} })).toMatchObject({
    traps: { port: 162, addresses: ['127.0.0.1'], versions: ['3'] },
  })
  expect(await settingsOf({ SnmpTrapPortAddress: 1162, traps: {} })).toMatchObject({
    traps: { port: 1162 },
  })
})

test.each([
  ['unknown field `comunity`', { comunity: 'x' }],
  ['field `globalRead.0`', { globalRead: [''] }],
  ['field `globalRead.1`', { globalRead: ['a', 'x'.repeat(256)] }],
  ['field `systems.web01.port`', { systems: { web01: { port: 0 } } }],
  ['field `systems.web01`', { systems: { web01: { read: 'hidden-value', user: 'ops' } } }],
  ['field `systems.web01.user`', { systems: { web01: { user: 'ops' } } }],
  ['field `globalUsers.0`', { globalUsers: ['ops'] }],
  ['field `users.0.authPassphrase`', { users: [{ ...USER, authPassphrase: 'brief' }] }],
  ['field `users.0`', { users: [{ name: 'a', authProtocol: 'SHA' }] }],
  ['field `users.0.privProtocol`', { users: [{ ...USER, privProtocol: 'DES' }] }],
  ['user `ops` twice', { users: [USER, USER] }],
  ['field `maxTries`', { maxTries: 11 }],
  ['field `traps.addresses.0`', { traps: { addresses: ['all'] } }],
  ['field `version`', { version: '3' }],
])('a mistake is told by file and %s, and shows no secret', async (field, content) => {
  const file = await privateFile({ ...content })
  const error: unknown = await readSnmpSettings(file).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'ERR_CONFIG', source: { file } })
  const { message } = error as Error
  expect(message).toContain(field)
  expect(message).not.toMatch(/hidden-value|passphrase"|authentic-|private-p|xxxx|brief/)
})

test('what is no JSON is told with its line, and nothing of it is shown', async () => {
  const file = await privateFile('{\n  "globalRead": ["hidden-value",\n  "x"\n')
  const error: unknown = await readSnmpSettings(file).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'ERR_CONFIG', source: { file, line: 4 } })
  expect(JSON.stringify([(error as Error).message, (error as Error).cause])).not.toContain('hidden')
})

test('a file that others can read is refused', async () => {
  const file = await privateFile({})
  await chmod(file, 0o640)
  await expect(readSnmpSettings(file)).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    source: { file },
  })
})

test('a system with a community of its own has this one alone', async () => {
  const settings = await settingsOf({ ...GLOBAL, systems: { web01: { read: 'own', write: 'w' } } })
  expect(refs(settings, 'web01')).toEqual(['own read community'])
})

test('others are tried where that is said, users before communities', async () => {
  const systems = { web01: { read: 'own', tryOthers: true } }
  expect(refs(await settingsOf({ ...GLOBAL, systems }), 'web01')).toEqual([
    'own read community',
    'user ops',
    'global read community 1',
    'global read community 2',
    'global read community 3',
  ])
})

test('a system without any of its own gets the global ones, a user of its own stands alone', async () => {
  const systems = { web01: {}, web02: { user: 'ops' }, web03: { user: 'ops', tryOthers: true } }
  const settings = await settingsOf({ ...GLOBAL, globalUsers: [], systems })
  const communities = [1, 2, 3].map((number) => `global read community ${number}`)
  expect(refs(settings, 'web01')).toEqual(communities)
  expect(refs(settings, 'web02')).toEqual(['user ops'])
  expect(refs(settings, 'web03')).toEqual(['user ops', ...communities])
  expect(refs(settings, 'db01')).toEqual([])
})

test('a community is tried once, wherever it stands', async () => {
  const systems = { web01: { read: 'two', tryOthers: true } }
  const settings = await settingsOf({ ...GLOBAL, globalUsers: [], systems })
  expect(refs(settings, 'web01')).toEqual([
    'own read community',
    'global read community 1',
    'global read community 3',
  ])
})

test('no more than the cap are tried', async () => {
  const settings = await settingsOf({ ...GLOBAL, maxTries: 2, systems: { web01: {} } })
  expect(refs(settings, 'web01')).toEqual(['user ops', 'global read community 1'])
})

test('what worked on a system goes first there, and what is most used before the rest elsewhere', async () => {
  const systems = { web01: {}, web02: {}, web03: {} }
  const settings = await settingsOf({ ...GLOBAL, systems })
  const working = new WorkingTries()
  working.remember('web01', 'global read community 3')
  working.remember('web02', 'global read community 3')
  expect(refs(settings, 'web01', working)[0]).toBe('global read community 3')
  expect(refs(settings, 'web03', working)).toEqual([
    'user ops',
    'global read community 3',
    'global read community 1',
    'global read community 2',
  ])
  expect(settings.globalRead.map((secret) => secret.expose())).toEqual(['one', 'two', 'three'])
})

test('settings that are printed show no secret', async () => {
  const settings = await settingsOf({ ...GLOBAL, systems: { web01: { read: 'hidden-value' } } })
  const tries = triesFor(settings, 'web01', new WorkingTries())
  const shown = JSON.stringify([settings, [...settings.systems], [...settings.users], tries])
  expect(shown).not.toMatch(/hidden-value|authentic-|private-p|"two"/)
})
