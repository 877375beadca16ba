import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { editAuthorizedKeys, KnownHostsFiles } from '../../../src/files/index.ts'
import { addAuthorizedKey, formatKeyOptions } from '../../../src/index.ts'
import { testKey } from '../keys.ts'
import { fileWith, temporaryFolder } from '../temporary.ts'

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined
const title = isInstalled ? '' : 'needs ssh-keygen: '
const unlessMissing = isInstalled || process.env['CI'] !== undefined ? test : test.skip

function keygen(...words: readonly string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync('ssh-keygen', words, { encoding: 'utf8' })
  return { status, stdout }
}

unlessMissing(`${title}ssh-keygen finds what was written, plain and hashed`, async () => {
  const file = await fileWith(`# no end of line`)
  const hosts = new KnownHostsFiles({ files: [file] })
  await hosts.add({ host: 'web01', port: 2222 }, testKey(1))
  await hosts.add({ host: 'WEB02.example.com' }, testKey(2), { hash: true })
  const update = { host: 'web02.example.com', authenticatedKey: testKey(2) }
  await hosts.rotate({ ...update, serverKeys: [testKey(2), testKey(3)] }, { hash: true })
  const fingerprints = (name: string): string[] =>
    keygen('-l', '-F', name, '-f', file).stdout.match(/SHA256:\S+/gu) ?? []
  expect(fingerprints('[web01]:2222')).toEqual([testKey(1).fingerprint])
  const rotated = [testKey(2).fingerprint, testKey(3).fingerprint]
  expect(fingerprints('web02.example.com')).toEqual(rotated)
  expect(keygen('-F', 'web01', '-f', file)).toMatchObject({ status: 1 })

  expect(keygen('-H', '-f', file).status).toBe(0)
  await hosts.load()
  expect(await hosts.add({ host: 'web01', port: 2222 }, testKey(1))).toEqual({
    file,
    changed: false,
  })
  expect(await readFile(file, 'utf8')).not.toContain('web01')
  expect(await hosts.remove({ host: 'web02.example.com' })).toEqual({ file, changed: true })
  expect(fingerprints('web02.example.com')).toEqual([])
  expect(fingerprints('[web01]:2222')).toEqual([testKey(1).fingerprint])
})

unlessMissing(`${title}ssh-keygen reads the authorized_keys that were written`, async () => {
  const file = join(await temporaryFolder(), 'authorized_keys')
  const formatted = formatKeyOptions(
    { restrict: true, command: 'echo "a b"' },
    { serverVersion: '9.2' },
  )
  const options = 'text' in formatted ? formatted.text : ''
  await editAuthorizedKeys(file, (text) =>
    addAuthorizedKey(text, { key: testKey(1), comment: 'cms', options }),
  )
  const { stdout } = keygen('-l', '-f', file)
  expect(stdout).toBe(`256 ${testKey(1).fingerprint} cms (ED25519)\n`)
})
