import { chmod, lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceFile } from '../../src/files/replace-file.ts'
import { fileWith, temporaryFolder } from './temporary.ts'

test('replaces the text, keeps the mode and leaves nothing beside the file', async () => {
  const file = await fileWith('old')
  await chmod(file, 0o640)
  await replaceFile(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  expect((await stat(file)).mode & 0o7777).toBe(0o640)
  expect(await readdir(dirname(file))).toEqual(['policy'])
})

test('writes a new file, so that who has the old one open keeps it whole', async () => {
  const file = await fileWith('old')
  const before = await stat(file)
  await replaceFile(file, 'new')
  expect((await stat(file)).ino).not.toBe(before.ino)
})

test('a symbolic link stays one, and its target is replaced', async () => {
  const file = await fileWith('old')
  const link = join(dirname(file), 'link')
  await symlink(file, link)
  await replaceFile(link, 'new')
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await readFile(file, 'utf8')).toBe('new')
})

test('when the file cannot be replaced, nothing is left behind', async () => {
  const folder = await temporaryFolder()
  const target = join(folder, 'policy')
  await mkdir(target)
  await expect(replaceFile(target, 'new')).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  expect(await readdir(folder)).toEqual(['policy'])
})

test('with a mode, a file that is missing is made, and one that is there takes the mode', async () => {
  const file = join(await temporaryFolder(), 'new')
  await replaceFile(file, 'first', { mode: 0o600 })
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o7777]).toEqual(['first', 0o600])
  await replaceFile(file, 'second', { mode: 0o644 })
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o7777]).toEqual([
    'second',
    0o644,
  ])
})

test('without a mode, a file that is missing is an error, and stays missing', async () => {
  const folder = await temporaryFolder()
  const refused = replaceFile(join(folder, 'none'), 'new')
  await expect(refused).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  expect(await readdir(folder)).toEqual([])
})
