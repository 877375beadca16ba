import { spawnSync } from 'node:child_process'
import { mkdtemp, open, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PolicyFile, readBounded } from '../../src/files/index.ts'

const OLD = 'old '.repeat(20_000)
const NEW = 'new '.repeat(20_000)

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  path = join(folder, 'policy.txt')
  await writeFile(path, OLD)
  await utimes(path, 1_000_000, 1_000_000)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

function parse(bytes: Uint8Array): { text: string } {
  return { text: Buffer.from(bytes).toString() }
}

/** Has something done once the first piece of the next file was read. */
async function afterFirstRead(meanwhile: () => Promise<void>): Promise<void> {
  const handle = await open(path)
  const prototype = Object.getPrototypeOf(handle) as typeof handle
  await handle.close()
  const read: typeof handle.read = Reflect.get(prototype, 'read')
  vi.spyOn(prototype, 'read').mockImplementationOnce(async function (
    this: typeof handle,
    ...args: unknown[]
  ) {
    args[2] = 1000
    const result = await Reflect.apply<typeof handle, unknown[], ReturnType<typeof read>>(
      read as never,
      this,
      args,
    )
    await meanwhile()
    return result
  })
}

test('a file that another takes the place of while it is read is read as it was', async () => {
  await afterFirstRead(async () => {
    await writeFile(`${path}.new`, NEW)
    await rename(`${path}.new`, path)
  })
  expect(await readBounded(path, 100_000)).toEqual({ bytes: Buffer.from(OLD) })
  expect(await readBounded(path, 100_000)).toEqual({ bytes: Buffer.from(NEW) })
})

test.each([
  ['overwritten with as many bytes', () => writeFile(path, NEW)],
  ['overwritten with more bytes', () => writeFile(path, `${NEW}${NEW}`)],
  ['cut off', () => truncate(path, 2000)],
  ['emptied', () => truncate(path, 0)],
])('a file that is %s while it is read is refused', async (_, change) => {
  await afterFirstRead(change)
  expect(await readBounded(path, 1_000_000)).toMatchObject({ failure: 'unreadable' })
})

test('a policy stays in force while its file is being overwritten', async () => {
  const file = new PolicyFile({ path, parse })
  expect(await file.load()).toEqual({ loaded: true })
  await afterFirstRead(() => writeFile(path, NEW))
  expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-unreadable', kept: true })
  expect(file.current).toEqual({ text: OLD })
  expect(await file.load()).toEqual({ loaded: true })
  expect(file.current).toEqual({ text: NEW })
})

test('a loop of links, of one or of two, cannot be read, and a link to nothing is missing', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  await symlink(second, first)
  expect(await readBounded(first, 100)).toMatchObject({ failure: 'missing' })
  await symlink(first, second)
  expect(await readBounded(first, 100)).toMatchObject({ failure: 'unreadable' })
  const file = new PolicyFile({ path: first, parse: () => ({}) })
  expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-unreadable' })
})

test('a pipe that nobody writes to is not waited for', async () => {
  expect(spawnSync('mkfifo', [`${path}.pipe`]).status).toBe(0)
  expect(await readBounded(`${path}.pipe`, 100)).toMatchObject({ failure: 'unreadable' })
})
