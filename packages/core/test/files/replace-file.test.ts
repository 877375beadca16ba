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
