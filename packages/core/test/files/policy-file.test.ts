import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PolicyFile, readBounded } from '../../src/files/index.ts'

interface Words {
  readonly words: readonly string[]
}

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  path = join(folder, 'policy.txt')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function open(maxBytes?: number): PolicyFile<Words> {
  return new PolicyFile<Words>({
    path,
    label: 'policy.txt',
    ...(maxBytes === undefined ? {} : { maxBytes }),
    parse: (bytes) => {
      const text = new TextDecoder().decode(bytes)
      if (text.includes('bad')) throw new Error('bad word')
      return { words: text.split(' ') }
    },
  })
}

const denies = (code: string): object => ({
  noPolicy: code,
  decision: { outcome: 'deny', reasons: [{ code, source: { file: 'policy.txt' } }] },
})

test('before the first load there is no policy', () => {
  expect(open().current).toEqual(denies('policy-missing'))
})

test('a good file is in force after its load', async () => {
  await writeFile(path, 'a b')
  const file = open()
  expect(await file.load()).toEqual({ loaded: true })
  expect(file.current).toEqual({ words: ['a', 'b'] })
})

test('a missing file, a folder, a large file and a malformed one each have their code', async () => {
  expect(await open().load()).toMatchObject({ loaded: false, code: 'policy-missing', kept: false })
  await writeFile(path, 'bad')
  expect(await open().load()).toMatchObject({ code: 'policy-malformed' })
  expect(await open(2).load()).toMatchObject({ code: 'policy-too-large' })
  await rm(path)
  await mkdir(path)
  const file = open()
  expect(await file.load()).toMatchObject({ code: 'policy-unreadable' })
  expect(file.current).toEqual(denies('policy-unreadable'))
})

test('a load that fails keeps the policy in force', async () => {
  await writeFile(path, 'a b')
  const file = open()
  await file.load()
  const { current } = file
  for (const spoil of [() => writeFile(path, 'bad'), () => rm(path), () => mkdir(path)]) {
    await spoil()
    expect(await file.load()).toMatchObject({ loaded: false, kept: true })
    expect(file.current).toBe(current)
  }
})

test('the reason of the latest failure stands while there has been no good load', async () => {
  const file = open()
  await writeFile(path, 'bad')
  await file.load()
  expect(file.current).toEqual(denies('policy-malformed'))
  await rm(path)
  await file.load()
  expect(file.current).toEqual(denies('policy-missing'))
})

test('a file of exactly the limit is read', async () => {
  await writeFile(path, 'abcd')
  expect(await readBounded(path, 4)).toEqual({ bytes: Buffer.from('abcd') })
  expect(await readBounded(path, 3)).toEqual({ failure: 'too-large' })
})

test('a loop of links cannot be read', async () => {
  await symlink(path, path)
  expect(await readBounded(path, 4)).toMatchObject({ failure: 'unreadable' })
})
