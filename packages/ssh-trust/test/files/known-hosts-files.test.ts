import { isNoPolicy } from '@gatehouse/core'
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  rename,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KnownHostsFiles } from '../../src/files/index.ts'
import { decideHostKey, type HostDecision } from '../../src/index.ts'
import { hostLine, testKey } from './keys.ts'
import { fileWith, temporaryFolder } from './temporary.ts'

const WEB = { host: 'web01.example.com' }

function decide(hosts: KnownHostsFiles, number: number, host: string = WEB.host): HostDecision {
  return decideHostKey({ host, key: testKey(number) }, hosts.current)
}

describe('loading known_hosts files', () => {
  test('refuses every host before the first load', async () => {
    const hosts = new KnownHostsFiles({ files: [await fileWith(hostLine(WEB.host, 1))] })
    expect(decide(hosts, 1)).toMatchObject({ outcome: 'deny', status: 'undecided' })
  })

  test('takes a file that is missing for an empty one', async () => {
    const hosts = new KnownHostsFiles({ files: [join(await temporaryFolder(), 'none')] })
    expect(isNoPolicy(await hosts.load())).toBe(false)
    expect(decide(hosts, 1)).toMatchObject({ outcome: 'allow', status: 'new' })
  })

  test('counts the lines of the user and the global ones alike', async () => {
    const user = await fileWith(`${hostLine('db01', 1)}\n`)
    const global = await fileWith(`\n${hostLine(WEB.host, 2)}\n`)
    const hosts = new KnownHostsFiles({ files: [user, global] })
    await hosts.load()
    expect(decide(hosts, 2)).toMatchObject({ status: 'ok', line: { file: global, line: 2 } })
  })

  test('keeps the same store while no file changes', async () => {
    const hosts = new KnownHostsFiles({ files: [await fileWith(hostLine(WEB.host, 1))] })
    expect(await hosts.load()).toBe(await hosts.load())
  })

  test('reads a file anew that another took the place of, and leaves a look-up what it has', async () => {
    const file = await fileWith(hostLine(WEB.host, 1))
    const hosts = new KnownHostsFiles({ files: [file] })
    const before = await hosts.load()
    const other = await fileWith(hostLine(WEB.host, 2))
    await rename(other, file)
    await hosts.load()
    expect(decide(hosts, 2).status).toBe('ok')
    expect(decideHostKey({ ...WEB, key: testKey(1) }, before).status).toBe('ok')
  })

  test.each([
    { because: 'a marker that says nothing', text: '@REVOKED *', code: 'policy-malformed' },
    { because: 'its size', text: '#'.repeat(2000), code: 'policy-too-large' },
  ])('refuses a file for $because, and keeps the last good one', async ({ text, code }) => {
    const bad = await fileWith(text)
    const files = { files: [bad], maxBytes: 1000 }
    const first = new KnownHostsFiles(files)
    expect(await first.load()).toMatchObject({ noPolicy: code })
    expect(first.failure).toMatchObject({ file: bad, code })

    await writeFile(bad, hostLine(WEB.host, 1))
    const hosts = new KnownHostsFiles(files)
    await hosts.load()
    await writeFile(bad, text)
    await hosts.load()
    expect(hosts.failure).toMatchObject({ file: bad, code })
    expect(decide(hosts, 1).status).toBe('ok')

    await writeFile(bad, hostLine(WEB.host, 2))
    await hosts.load()
    expect(hosts.failure).toBeUndefined()
    expect(decide(hosts, 2).status).toBe('ok')
  })

  test('refuses a folder in the place of a file', async () => {
    const hosts = new KnownHostsFiles({ files: [await temporaryFolder()] })
    expect(await hosts.load()).toMatchObject({ noPolicy: 'policy-unreadable' })
  })

  test('refuses 100 MB unread, unless the limit is raised', async () => {
    const file = await fileWith('')
    await truncate(file, 100 * 1024 * 1024)
    const hosts = new KnownHostsFiles({ files: [file] })
    expect(await hosts.load()).toMatchObject({ noPolicy: 'policy-too-large' })
    await truncate(file, 17 * 1024 * 1024)
    const raised = new KnownHostsFiles({ files: [file], maxBytes: 32 * 1024 * 1024 })
    expect(isNoPolicy(await raised.load())).toBe(false)
  })
})

describe('writing the known_hosts file of a user', () => {
  test('makes the file for its owner alone, and its folder too', async () => {
    const file = join(await temporaryFolder(), 'new', 'known_hosts')
    const hosts = new KnownHostsFiles({ files: [file] })
    const done = await hosts.add(WEB, testKey(1))
    expect(done).toEqual({ file, changed: true })
    expect((await lstat(file)).mode & 0o777).toBe(0o600)
    expect((await lstat(dirname(file))).mode & 0o777).toBe(0o700)
    expect(await readFile(file, 'utf8')).toBe(`${hostLine(WEB.host, 1)}\n`)
    expect(decide(hosts, 1).status).toBe('ok')
  })

  test('keeps every other byte, ends the last line, and takes permissions from others', async () => {
    const before = Buffer.concat([
      Buffer.from('# caf'),
      Buffer.of(0xe9),
      Buffer.from(`\r\n\n@cert-authority *.x nonsense\nvoid line\n${hostLine('db01', 2)}`),
    ])
    const file = await fileWith(before)
    await chmod(file, 0o664)
    await new KnownHostsFiles({ files: [file], profile: 'openssh' }).add(WEB, testKey(1))
    const added = Buffer.from(`\n${hostLine(WEB.host, 1)}\n`)
    expect(await readFile(file)).toEqual(Buffer.concat([before, added]))
    expect((await lstat(file)).mode & 0o777).toBe(0o600)
  })

  test('adds a key that is there already no second time', async () => {
    const file = await fileWith(`${hostLine(WEB.host, 1)}\n`)
    const hosts = new KnownHostsFiles({ files: [file] })
    expect(await hosts.add(WEB, testKey(1))).toEqual({ file, changed: false })
    expect(await hosts.add({ ...WEB, port: 2222 }, testKey(1))).toMatchObject({ changed: true })
  })

  test('replaces the keys of this one name when it is asked to', async () => {
    const file = await fileWith(`${hostLine(`${WEB.host},web01`, 1)}\n`)
    const hosts = new KnownHostsFiles({ files: [file] })
    await hosts.add(WEB, testKey(2), { replace: true })
    expect(await readFile(file, 'utf8')).toBe(`${hostLine('web01', 1)}\n${hostLine(WEB.host, 2)}\n`)
  })

  test('replaces nothing where a pattern covers the name', async () => {
    const text = `${hostLine('*.example.com', 1)}\n`
    const hosts = new KnownHostsFiles({ files: [await fileWith(text)] })
    const refused = { changed: false, refused: 'pattern-covers-name', lines: [1] }
    expect(await hosts.add(WEB, testKey(2), { replace: true })).toMatchObject(refused)
    expect(await readFile(hosts.file, 'utf8')).toBe(text)
  })

  test('removes no key for one that it cannot write', async () => {
    const text = `${hostLine('we"b', 1)}\n`
    const hosts = new KnownHostsFiles({ files: [await fileWith(text)] })
    const refused = { changed: false, refused: 'name-not-writable' }
    expect(await hosts.add({ host: 'we"b' }, testKey(2), { replace: true })).toMatchObject(refused)
    expect(await readFile(hosts.file, 'utf8')).toBe(text)
  })

  test.each(['*.example.com', 'a,b', '!web01', 'web01 ssh-rsa', '@revoked', '|1|x', 'a\nb'])(
    'never writes the name %j',
    async (host) => {
      const file = join(await temporaryFolder(), 'known_hosts')
      const hosts = new KnownHostsFiles({ files: [file] })
      const refused = { file, changed: false, refused: 'name-not-writable' }
      expect(await hosts.add({ host }, testKey(1))).toMatchObject(refused)
      expect(await hosts.add({ host }, testKey(1), { replace: true })).toMatchObject(refused)
      await expect(lstat(file)).rejects.toMatchObject({ code: 'ENOENT' })
    },
  )

  test('removes one name, and hashes the others', async () => {
    const file = await fileWith(`${hostLine(`${WEB.host},web01`, 1)}\n`)
    const hosts = new KnownHostsFiles({ files: [file] })
    expect(await hosts.remove({ host: 'WEB01' })).toEqual({ file, changed: true })
    expect(await readFile(file, 'utf8')).toBe(`${hostLine(WEB.host, 1)}\n`)
    expect(await hosts.hash()).toEqual({ file, changed: true })
    expect(await readFile(file, 'utf8')).not.toContain(WEB.host)
    expect(decide(hosts, 1).status).toBe('ok')
  })

  test('takes over announced keys', async () => {
    const file = await fileWith(`${hostLine(WEB.host, 1)}\n`)
    const hosts = new KnownHostsFiles({ files: [file] })
    const update = { ...WEB, authenticatedKey: testKey(1), serverKeys: [testKey(1), testKey(2)] }
    expect(await hosts.rotate(update, { hash: true })).toEqual({ file, changed: true })
    expect([decide(hosts, 1).status, decide(hosts, 2).status]).toEqual(['ok', 'ok'])
    expect(await hosts.rotate({ ...update, serverKeys: [] })).toMatchObject({ refused: 'no-keys' })
  })

  test('leaves a symbolic link one, and writes what it leads to', async () => {
    const file = await fileWith('')
    const link = join(await temporaryFolder(), 'link')
    await symlink(file, link)
    await new KnownHostsFiles({ files: [link] }).add(WEB, testKey(1))
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readFile(file, 'utf8')).toBe(`${hostLine(WEB.host, 1)}\n`)
  })

  test('leaves the file as it is when profile strict refuses it', async () => {
    const text = '@REVOKED *\n'
    const hosts = new KnownHostsFiles({ files: [await fileWith(text)] })
    await expect(hosts.add(WEB, testKey(1))).rejects.toMatchObject({ code: 'ERR_PARSE' })
    expect(await readFile(hosts.file, 'utf8')).toBe(text)
  })

  test('says so when the file is larger than the limit, and leaves it', async () => {
    const file = await fileWith('#'.repeat(2000))
    const hosts = new KnownHostsFiles({ files: [file], maxBytes: 1000 })
    await expect(hosts.add(WEB, testKey(1))).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    expect((await lstat(file)).size).toBe(2000)
  })

  test('says so when a folder stands in the place of the lock, and leaves the file', async () => {
    const file = await fileWith('# mine\n')
    await mkdir(`${file}.lock`)
    const hosts = new KnownHostsFiles({ files: [file] })
    await expect(hosts.add(WEB, testKey(1))).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    expect(await readFile(file, 'utf8')).toBe('# mine\n')
  })

  test('says so when a file stands in the place of the folder', async () => {
    const file = join(await fileWith('', 'not-a-folder'), 'known_hosts')
    const hosts = new KnownHostsFiles({ files: [file] })
    await expect(hosts.add(WEB, testKey(1))).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

describe('writing what a decision says', () => {
  test('writes the line of a host that is still new', async () => {
    const file = join(await temporaryFolder(), 'known_hosts')
    const hosts = new KnownHostsFiles({ files: [file] })
    await hosts.load()
    const { wouldWrite } = decide(hosts, 1)
    expect(await hosts.write(wouldWrite, WEB)).toEqual({ file, changed: true })
    expect(decide(hosts, 1).status).toBe('ok')
  })

  test('writes a hashed line, and of two the first', async () => {
    const hosts = new KnownHostsFiles({ files: [join(await temporaryFolder(), 'known_hosts')] })
    await hosts.load()
    const lines = [1, 1, 2].map((number, index) => {
      const salt = new Uint8Array(20).fill(index)
      return decideHostKey({ ...WEB, key: testKey(number) }, hosts.current, { salt }).wouldWrite
    })
    const done = await Promise.all(lines.map((wouldWrite) => hosts.write(wouldWrite, WEB)))
    const written = done.filter(({ changed }) => changed)
    expect(written).toHaveLength(1)
    expect((await readFile(hosts.file, 'utf8')).trim().split('\n')).toHaveLength(1)
    expect(done.some(({ refused }) => refused === 'host-not-new')).toBe(true)
  })

  test('writes nothing when a global file has got to know the host', async () => {
    const global = await fileWith('')
    const files = [join(await temporaryFolder(), 'known_hosts'), global]
    const hosts = new KnownHostsFiles({ files })
    await hosts.load()
    const { wouldWrite } = decide(hosts, 1)
    await writeFile(global, hostLine(WEB.host, 2))
    const refused = { changed: false, refused: 'host-not-new' }
    expect(await hosts.write(wouldWrite, WEB)).toMatchObject(refused)
  })

  test.each([
    { what: 'another host', line: hostLine('db01', 1) },
    { what: 'a pattern', line: hostLine('*', 1) },
    { what: 'a list', line: hostLine(`${WEB.host},db01`, 1) },
    { what: 'a marker', line: `@cert-authority ${hostLine(WEB.host, 1)}` },
    { what: 'two lines', line: `${hostLine(WEB.host, 1)} c\n${hostLine('*', 1)}` },
    { what: 'no key', line: `${WEB.host} ssh-ed25519 AAAA` },
  ])('refuses a line with $what', async ({ line }) => {
    const hosts = new KnownHostsFiles({ files: [join(await temporaryFolder(), 'known_hosts')] })
    const refused = { changed: false, refused: 'line-not-of-host' }
    expect(await hosts.write([line], WEB)).toMatchObject(refused)
    await expect(lstat(hosts.file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('has nothing to write for a host that is known', async () => {
    const file = join(await temporaryFolder(), 'known_hosts')
    const hosts = new KnownHostsFiles({ files: [file] })
    expect(await hosts.write([], WEB)).toEqual({ file, changed: false })
  })
})
