import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { memoryReplayStore } from '../src/index.ts'
import { openFileReplayStore } from '../src/stores/index.ts'
import { describeStore, valueOf } from './stores-cases.ts'

const memory = () => ({
  // oxlint-disable-next-line typescript/promise-function-async -- throws as it is called
  open: (options = {}) => Promise.resolve(memoryReplayStore(options)),
  isLasting: false,
})
describeStore('a store in memory', () => Promise.resolve(memory()), 200)

describeStore(
  'a store in a file',
  () => {
    const path = filePath()
    return Promise.resolve({
      open: (options) => openFileReplayStore(path, options),
      isLasting: true,
    })
  },
  12,
)

function filePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-values-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'used-values.db')
}

const at = new Date(0)
const value = valueOf(1, 60_000)
const CONFIG = { code: 'ERR_CONFIG' }

it('in a file remembers values and key when it is opened again', async () => {
  const path = filePath()
  const store = await openFileReplayStore(path)
  expect(await store.use(value, at)).toBe('first')
  await store.close()
  const again = await openFileReplayStore(path)
  expect(await again.use(value, at)).toBe('used')
  expect(again.key.expose()).toEqual(store.key.expose())
  expect(again.key.expose()).toHaveLength(32)
  await again.close()
})

it('in a file that was removed has another key', async () => {
  const path = filePath()
  const store = await openFileReplayStore(path)
  await store.close()
  rmSync(path)
  const other = await openFileReplayStore(path)
  expect(other.key.expose()).not.toEqual(store.key.expose())
  await other.close()
})

it('in a file forgets what ended, a counted number at a time', async () => {
  const path = filePath()
  const store = await openFileReplayStore(path, { limit: 2_500 })
  const uses = Array.from({ length: 2_500 }, (_, index) =>
    store.use(valueOf(index, 1_000 + index), at),
  )
  expect(new Set(await Promise.all(uses))).toEqual(new Set(['first']))
  const later = new Date(20_000)
  expect(await store.use(valueOf(5_000, 60_000), later)).toBe('first')
  expect(await store.use(valueOf(0, 1_999), at)).toBe('expired')
  expect(await store.use(valueOf(2_400, 3_400), at)).toBe('used')
  await store.close()
})

it('in a file and its log can be read by the owner alone', async () => {
  const path = filePath()
  const store = await openFileReplayStore(path)
  await store.use(value, at)
  const folder = join(path, '..')
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)
  expect(modes.length).toBeGreaterThan(1)
  expect(new Set(modes)).toEqual(new Set([0o600]))
  await store.close()
})

it('in a file is opened once at a time, and an attempt does not loosen the lock', async () => {
  const path = filePath()
  const store = await openFileReplayStore(path)
  await expect(openFileReplayStore(path)).rejects.toMatchObject(CONFIG)
  const script = `
    const Database = require('libsql')
    const database = new Database(${JSON.stringify(path)})
    database.exec('pragma journal_mode = wal')
    database.prepare('select * from gatehouse_used_values').all()`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  expect(status).not.toBe(0)
  expect(stderr).toContain('SQLITE_BUSY')
  expect(await store.use(value, at)).toBe('first')
  await store.close()
})

it.each<[string, (path: string) => void]>([
  ['that others may read', (path) => writeFileSync(path, '', { mode: 0o644 })],
  ['that is a link', (path) => symlinkSync(join(path, '..', 'elsewhere'), path)],
  ['that is a folder', (path) => mkdirSync(path, { mode: 0o700 })],
  ['that holds something else', (path) => writeFileSync(path, 'x'.repeat(8192), { mode: 0o600 })],
  ['in a folder that others may write to', (path) => chmodSync(join(path, '..'), 0o1777)],
  ['in a folder that the group may write to', (path) => chmodSync(join(path, '..'), 0o770)],
  ['in a folder that is not there', (path) => rmSync(join(path, '..'), { recursive: true })],
])('is not opened in a file %s', async (_, prepare) => {
  const path = filePath()
  prepare(path)
  await expect(openFileReplayStore(path)).rejects.toMatchObject(CONFIG)
})

it('is not opened in a folder below one that others may rename it in', async () => {
  const outer = join(filePath(), '..')
  const inner = join(outer, 'inner')
  mkdirSync(inner, { mode: 0o700 })
  chmodSync(outer, 0o777)
  await expect(openFileReplayStore(join(inner, 'x.db'))).rejects.toMatchObject(CONFIG)
  chmodSync(outer, 0o1777)
  await (await openFileReplayStore(join(inner, 'x.db'))).close()
})
