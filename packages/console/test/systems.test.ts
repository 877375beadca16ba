import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { authorityOf } from '../src/host-names.ts'
import { selectSystems, systemsFile, type System } from '../src/systems.ts'
import { fileWith, temporaryFolder } from './support.ts'
import { identity, writeIdentity, writeTrust } from './tls-world.ts'

const WEB = { name: 'web01', address: '127.0.0.1', port: 10128 }
const DB = { name: 'db01', address: '::1', port: 4 }

test('lists the systems of the file in its order, the port being that of the daemon', async () => {
  const { port: _port, ...web } = WEB
  const file = await fileWith(JSON.stringify({ systems: [DB, web] }))
  expect(await systemsFile(file).list()).toEqual([DB, WEB])
})

test('finds a system by its name, or nothing', async () => {
  const directory = systemsFile(await fileWith(JSON.stringify({ systems: [DB, WEB] })))
  expect(await directory.find('web01')).toEqual(WEB)
  expect(await directory.find('web02')).toBeUndefined()
})

test('an edit of the file counts at the next question', async () => {
  const file = await fileWith(JSON.stringify({ systems: [DB] }))
  const directory = systemsFile(file)
  await directory.list()
  await writeFile(file, JSON.stringify({ systems: [WEB] }))
  expect(await directory.list()).toEqual([WEB])
})

test.each([
  { because: 'not JSON', content: '{' },
  { because: 'not UTF-8', content: Buffer.from('{"systems":[]}\xff', 'latin1') },
  { because: 'another form', content: '[]' },
  { because: 'an unknown field', content: '{"systems":[],"more":1}' },
  { because: 'a name twice', content: JSON.stringify({ systems: [WEB, WEB] }) },
  {
    because:
      'a name in capitals beside the same in small letters, which authorizations take for one',
    content: JSON.stringify({ systems: [WEB, { ...WEB, name: WEB.name.toUpperCase() }] }),
  },
  { because: 'the name `all`', content: JSON.stringify({ systems: [{ ...WEB, name: 'all' }] }) },
  { because: 'a comma in a name', content: JSON.stringify({ systems: [{ ...WEB, name: 'a,b' }] }) },
  { because: 'a control in an address', content: '{"systems":[{"name":"a","address":"\\u001b"}]}' },
  { because: 'port 0', content: JSON.stringify({ systems: [{ ...WEB, port: 0 }] }) },
])('$because is a configuration error', async ({ content }) => {
  const list = systemsFile(await fileWith(content)).list()
  await expect(list).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

test('a folder, a missing file and a file over the limit are configuration errors', async () => {
  const large = await fileWith(' '.repeat(1024 * 1024 + 1))
  for (const path of [await temporaryFolder(), '/nowhere/at/all', large]) {
    // oxlint-disable-next-line no-await-in-loop -- few
    await expect(systemsFile(path).list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  }
})

test('selects by names and by `all`, each system once', async () => {
  const directory = systemsFile(await fileWith(JSON.stringify({ systems: [DB, WEB] })))
  expect(await selectSystems(directory, 'all')).toEqual([DB, WEB])
  expect(await selectSystems(directory, 'web01, db01,web01')).toEqual([WEB, DB])
})

test.each(['web02', 'web01,', 'all,web01'])('`%s` names no system', async (names) => {
  const directory = systemsFile(await fileWith(JSON.stringify({ systems: [WEB] })))
  await expect(selectSystems(directory, names)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

test('`all` of no systems is a configuration error', async () => {
  const directory = systemsFile(await fileWith('{"systems":[]}'))
  await expect(selectSystems(directory, 'all')).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

describe('a web agent', () => {
  interface Written {
    readonly name?: string
    readonly address?: string
    readonly tls?: object
    readonly webAgent?: object
  }

  async function read(system: Written, settings: object = {}): Promise<System | undefined> {
    const folder = await temporaryFolder()
    const own = identity()
    await writeTrust(folder, [own.certificates[0], 'system'])
    const files = await writeIdentity(folder, own)
    const path = join(folder, 'systems.json')
    const systems = [{ name: 'web01', address: '192.0.2.1', webAgent: {}, ...system }]
    await writeFile(
      path,
      JSON.stringify({ systems, trustFile: 'trust.json', identity: files, ...settings }),
    )
    const [first] = await systemsFile(path).list()
    return first
  }

  test('has the port of the vendor, and the name of the address, unless others are stated', async () => {
    const { webAgent } = (await read({})) ?? {}
    expect(webAgent).toMatchObject({ port: 2381, linkHost: '192.0.2.1' })
    expect(webAgent?.client.name).toEqual({ ip: '192.0.2.1' })
    const named = await read({ webAgent: { port: 4, name: 'web01.example.com' } })
    expect(named?.webAgent).toMatchObject({
      port: 4,
      client: { name: { dns: 'web01.example.com' } },
    })
    const asTls = await read({ tls: { name: 'web01.example.com' } })
    expect(asTls?.webAgent?.client.name).toEqual({ dns: 'web01.example.com' })
  })

  test.each([
    [undefined, { webAgent: { name: 'web01.example.com' } }, 'web01.example.com'],
    ['name', { webAgent: { name: 'web01.example.com' } }, 'web01'],
    ['address', { webAgent: { name: 'web01.example.com' } }, '192.0.2.1'],
    ['address', { address: 'web01.example.com' }, undefined],
    ['full-name', { webAgent: { name: 'web01.example.com' } }, 'web01.example.com'],
    [
      'full-name',
      { address: 'web01.example.com', webAgent: { name: 'web01' } },
      'web01.example.com',
    ],
    ['full-name', {}, undefined],
  ] as const)('is linked by %s: %j leads to %s', async (systemLink, system, host) => {
    const { webAgent } = (await read(system, systemLink && { systemLink })) ?? {}
    expect(webAgent).toHaveProperty('linkHost', host)
  })

  test.each([
    ['no identity', { identity: undefined }],
    ['no trust list', { trustFile: undefined }],
    ['an unknown format of links', { systemLink: 'short' }],
  ])('with %s is an error of the file', async (_, settings) => {
    await expect(read({}, settings)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  test.each([
    ['port', { port: 0 }],
    ['name', { name: 'a b' }],
    ['field', { link: 'x' }],
  ])('with a bad %s is an error of the file', async (_, webAgent) => {
    await expect(read({ webAgent })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

test.each([
  ['web01.Example.com', 443, 'web01.example.com'],
  ['192.0.2.1', 2381, '192.0.2.1:2381'],
  ['2001:DB8::1', 2381, '[2001:db8::1]:2381'],
])('%s at port %i is written %s', (host, port, expected) => {
  expect(authorityOf(host, port, 443)).toBe(expected)
})
