import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParseError, type NoPolicyCode } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PolicyFiles, type PolicyFilesOptions } from '../../src/files/index.ts'
import { readTogether } from '../../src/files/read-together.ts'
import * as tcp from '../../src/index.ts'
import { requestOf } from '../policies.ts'

const labels = { allow: 'hosts.allow', deny: 'hosts.deny' }
let folder: string
let paths: { allow: string; deny: string }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  paths = { allow: join(folder, 'hosts.allow'), deny: join(folder, 'hosts.deny') }
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function open(options: Partial<PolicyFilesOptions> = {}): PolicyFiles {
  return new PolicyFiles({ paths, labels, ...options })
}

async function write(allow: string, deny = 'ALL: ALL\n'): Promise<void> {
  await writeFile(paths.allow, allow)
  await writeFile(paths.deny, deny)
}

const denies = (code: NoPolicyCode, file: string): object => ({
  noPolicy: code,
  decision: { outcome: 'deny', reasons: [{ code, source: { file } }] },
})

describe('the policy of both files', () => {
  it('is missing before the first load', () => {
    const files = open()
    expect(files.current).toEqual(denies('policy-missing', 'hosts.allow'))
    expect(files.hash).toBe(undefined)
  })

  it('decides by both after a load, for a guard too', async () => {
    await write('bgssd: 10.0.0.1\n', 'ALL: 10.0.0.2\n')
    const files = open()
    const guard = tcp.guard(files)
    expect(guard.check(requestOf())).toMatchObject({ outcome: 'deny' })
    expect(await files.load()).toEqual({ loaded: true })
    expect(guard.check(requestOf())).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'allowed-by-rule', source: { file: 'hosts.allow', line: 1 } }],
    })
    expect(guard.check(requestOf({ address: '10.0.0.2' }))).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'denied-by-rule', source: { file: 'hosts.deny', line: 1 } }],
    })
  })

  it.each(['allow', 'deny'] as const)('is missing in strict when hosts.%s is', async (table) => {
    await write('')
    await rm(paths[table])
    const files = open()
    expect(await files.load()).toMatchObject({ code: 'policy-missing', kept: false })
    expect(files.current).toEqual(denies('policy-missing', `hosts.${table}`))
  })

  it('takes a missing file for an empty one in profile libwrap', async () => {
    const files = open({ profile: 'libwrap' })
    expect(await files.load()).toEqual({ loaded: true })
    expect(tcp.check(files.current, requestOf())).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'allowed-by-default' }],
    })
    await write('x: ALL\n')
    await rm(paths.allow)
    expect(await files.load()).toEqual({ loaded: true })
    expect(tcp.check(files.current, requestOf({}, 'x'))).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'denied-by-rule', source: { file: 'hosts.deny', line: 1 } }],
    })
  })

  it.each<[string, NoPolicyCode, (path: string) => Promise<unknown>]>([
    ['is a folder', 'policy-unreadable', (path) => mkdir(path)],
    ['is a pipe', 'policy-unreadable', async (path) => execFileSync('mkfifo', [path])],
    ['is a loop of links', 'policy-unreadable', (path) => symlink(path, path)],
    [
      'is under a file',
      'policy-unreadable',
      (path) => symlink(join(import.meta.filename, 'x'), path),
    ],
    ['is too large', 'policy-too-large', (path) => writeFile(path, '#'.repeat(101))],
    ['has an error', 'policy-malformed', (path) => writeFile(path, 'bgssd 10.0.0.1\0\n')],
  ])('refuses everything, or stays as it was, when a file %s', async (_, code, spoil) => {
    for (const profile of ['strict', 'libwrap'] as const) {
      for (const table of ['allow', 'deny'] as const) {
        // oxlint-disable no-await-in-loop -- each round uses the files of the one before
        await write('bgssd: 10.0.0.1\n')
        const files = open({ profile, maxBytes: 100 })
        const fresh = open({ profile, maxBytes: 100 })
        await files.load()
        const { current, hash } = files
        await rm(paths[table])
        await spoil(paths[table])
        expect(await files.load()).toMatchObject({ loaded: false, code, kept: true })
        expect(files.current).toBe(current)
        expect(files.hash).toBe(hash)
        expect(await fresh.load()).toMatchObject({ loaded: false, code, kept: false })
        const file = code === 'policy-malformed' ? 'hosts.allow' : labels[table]
        expect(fresh.current).toEqual(denies(code, file))
        await rm(paths[table], { recursive: true })
        // oxlint-enable no-await-in-loop
      }
    }
  })

  it('names every error of both files', async () => {
    await write('bgssd\n', 'ALL: ALL :\n')
    const result = await open().load()
    const { cause } = result as { cause: ParseError }
    expect(cause.diagnostics.map(({ code, source }) => `${code} ${source.file}`)).toEqual([
      'colon-missing hosts.allow',
      'option-missing hosts.deny',
    ])
  })

  it('is that of the last of several loads', async () => {
    await write('bgssd: 10.0.0.1\n')
    const files = open()
    const first = files.load()
    await write('bgssd: 10.0.0.2\n')
    await Promise.all([first, files.load()])
    expect(tcp.check(files.current, requestOf({ address: '10.0.0.2' })).outcome).toBe('allow')
  })
})

describe('two files that are read together', () => {
  it('are read anew when one is replaced behind the read of it', async () => {
    await write('old\n', 'old\n')
    let reads = 0
    const found = await readTogether(paths, 100, async (path, maxBytes) => {
      const result = await readBounded(path, maxBytes)
      reads += 1
      if (reads === 2) {
        await writeFile(join(folder, 'new'), 'new\n')
        await rename(join(folder, 'new'), paths.allow)
      }
      return result
    })
    expect(reads).toBe(4)
    expect(found).toEqual({
      allow: { bytes: Buffer.from('new\n') },
      deny: { bytes: Buffer.from('old\n') },
    })
  })

  it.each<[string, () => Promise<unknown>, object]>([
    ['written', () => writeFile(paths.deny, 'longer\n'), { bytes: Buffer.from('longer\n') }],
    ['removed', () => rm(paths.deny), { failure: 'missing' }],
    [
      'made a folder',
      () => rm(paths.deny).then(() => mkdir(paths.deny)),
      { failure: 'unreadable' },
    ],
  ])('are read anew when one is %s behind the read of it', async (_, change, deny) => {
    await write('old\n', 'old\n')
    let reads = 0
    const found = await readTogether(paths, 100, async (path, maxBytes) => {
      const result = await readBounded(path, maxBytes)
      reads += 1
      if (reads === 2) await change()
      return result
    })
    expect(found).toMatchObject({ allow: { bytes: Buffer.from('old\n') }, deny })
  })

  it('are given up when they change each time', async () => {
    await write('old\n', 'old\n')
    let reads = 0
    const found = await readTogether(paths, 1000, async (path, maxBytes) => {
      const result = await readBounded(path, maxBytes)
      reads += 1
      await writeFile(paths.deny, 'x'.repeat(reads))
      return result
    })
    expect(found).toBe(undefined)
    expect(reads).toBe(6)
  })
})

async function hashOf(
  allow: string | null,
  deny: string | null,
  options: Partial<PolicyFilesOptions> = {},
): Promise<string | undefined> {
  await write(allow ?? '', deny ?? '')
  if (allow === null) await rm(paths.allow)
  if (deny === null) await rm(paths.deny)
  const files = open({ profile: 'libwrap', ...options })
  expect(await files.load()).toEqual({ loaded: true })
  return files.hash
}

function listed(list: string | null): Partial<PolicyFilesOptions> {
  return { readList: () => list }
}

describe('the hash', () => {
  it('tells texts apart by where they stand, and missing from empty', async () => {
    const hashes = [
      await hashOf('# a\n', '# b\n'),
      await hashOf('# a\n# b\n', ''),
      await hashOf('', '# a\n# b\n'),
      await hashOf('# b\n', '# a\n'),
      await hashOf('', ''),
      await hashOf(null, ''),
      await hashOf('', null),
      await hashOf('x: /l\n', '', listed('10.0.0.1')),
      await hashOf('x: /l\n', '', listed('10.0.0.2')),
      await hashOf('x: /l\n', '', listed(null)),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const hash of hashes) expect(hash).toMatch(/^[\da-f]{64}$/)
    expect(await hashOf('# a\n', '# b\n')).toBe(hashes[0])
  })
})
