import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { selectSystems, systemsFile } from '../src/systems.ts'
import { fileWith, temporaryFolder } from './support.ts'

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
