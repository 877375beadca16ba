import { formatPem, formatRfc4716 } from '@gatehouse/ssh-trust'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostLine, keyLine, testKey } from './ssh-commands-keys.ts'
import { fileWith, run, temporaryFolder } from './support.ts'

const ONE = testKey(1).fingerprint

function knownHosts(...lines: readonly string[]): Promise<string> {
  return fileWith(lines.map((line) => `${line}\n`).join(''), 'known_hosts')
}

function importing(
  keys: string,
  file: string,
  ...words: readonly string[]
): readonly [string, ...string[]] {
  return ['ssh', 'import', keys, '--host', 'web01', '--known-hosts', file, ...words]
}

describe('ssh import', () => {
  test('shows the fingerprints, asks, and writes what is agreed to', async () => {
    const file = join(await temporaryFolder(), 'known_hosts')
    const keys = await fileWith(keyLine(1, 'root@web01'))
    const { exit, out } = await run(importing(keys, file), {}, { answer: 'yes' })
    expect(exit).toBe(0)
    expect(out.indexOf(ONE)).toBeLessThan(out.lastIndexOf(ONE))
    expect(await readFile(file, 'utf8')).toBe(`${hostLine('web01', 1)}\n`)
  })

  test.each(['no', '', 'y\u{200b}es'])('writes nothing when the answer is %j', async (answer) => {
    const file = await knownHosts()
    const keys = await fileWith(keyLine(1))
    const { exit } = await run(importing(keys, file), {}, { answer })
    expect([exit, await readFile(file, 'utf8')]).toEqual([1, ''])
  })

  test('ends with 2 when nobody is there to ask', async () => {
    const file = await knownHosts()
    const { exit } = await run(importing(await fileWith(keyLine(1)), file))
    expect([exit, await readFile(file, 'utf8')]).toEqual([2, ''])
  })

  test('takes lines, RFC 4716 and PEM of one file, and those that are there once', async () => {
    const pem = formatPem(testKey(3)) as string
    const keys = await fileWith(`${keyLine(1)}\n${formatRfc4716(testKey(2))}${pem}${keyLine(1)}\n`)
    const file = await knownHosts(hostLine('web01', 2))
    const { exit, out } = await run(importing(keys, file, '--yes', '--json'))
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      command: 'ssh import',
      host: 'web01',
      outcome: 'allow',
      keys: [{ form: 'line' }, { form: 'rfc4716' }, { form: 'pem' }, { form: 'line' }],
      known: [{ fingerprint: testKey(2).fingerprint, source: { file, line: 1 } }],
      edits: [{ changed: true }, { changed: false }, { changed: true }, { changed: false }],
    })
    const lines = [2, 1, 3].map((number) => `${hostLine('web01', number)}\n`)
    expect(await readFile(file, 'utf8')).toBe(lines.join(''))
  })

  test('takes all keys of a file or none', async () => {
    const file = await knownHosts()
    const keys = await fileWith(`${keyLine(1)}\nnonsense\n`)
    const { exit } = await run(importing(keys, file, '--yes'))
    expect([exit, await readFile(file, 'utf8')]).toEqual([2, ''])
  })

  test('replaces the keys of this one name', async () => {
    const file = await knownHosts(hostLine('web01,web01.example.com', 1))
    const keys = await fileWith(`${keyLine(2)}\n${keyLine(3)}\n`)
    const { exit } = await run(importing(keys, file, '--yes', '--replace'))
    expect(exit).toBe(0)
    expect(await readFile(file, 'utf8')).toBe(
      `${hostLine('web01.example.com', 1)}\n${hostLine('web01', 2)}\n${hostLine('web01', 3)}\n`,
    )
  })

  test('hashes the name where it is asked to', async () => {
    const file = await knownHosts()
    await run(importing(await fileWith(keyLine(1)), file, '--yes', '--hash'))
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/)
    const key = await fileWith(keyLine(1))
    const words = ['ssh', 'check-host', 'web01', '--key', key, '--known-hosts', file]
    expect((await run([...words, '--first-use', 'NEVER'])).exit).toBe(0)
  })

  test('says why a name is not written', async () => {
    const file = await knownHosts()
    const keys = await fileWith(keyLine(1))
    const words = ['ssh', 'import', keys, '--host', '*', '--known-hosts', file, '--yes', '--json']
    const { exit, out } = await run(words)
    expect(exit).toBe(1)
    const edits = [{ changed: false, refused: 'name-not-writable' }]
    expect(JSON.parse(out)).toMatchObject({ outcome: 'deny', edits })
  })
})

describe('ssh export', () => {
  test.each([
    ['openssh', `${hostLine('web01', 1)}\n`],
    ['rfc4716', formatRfc4716(testKey(1), 'web01')],
    ['pem', formatPem(testKey(1)) as string],
  ])('prints the keys of a host as %s', async (format, text) => {
    const file = await knownHosts(hostLine('web01,db01', 1), `@revoked ${hostLine('web01', 2)}`)
    const words = ['ssh', 'export', 'web01', '--known-hosts', file, '--format', format]
    expect(await run(words)).toEqual({ exit: 0, out: text, err: '' })
  })

  test('prints all keys with their names, and no line that says something else', async () => {
    const lines = [hostLine('web01,*.b', 1), hostLine('|1|x', 2)]
    const file = await knownHosts(...lines, 'void', `@cert-authority ${hostLine('c', 3)}`)
    const { out } = await run(['ssh', 'export', 'all', '--known-hosts', file])
    expect(out).toBe(`${lines[0]}\n`)
    const { out: json } = await run(['ssh', 'export', 'all', '--known-hosts', file, '--json'])
    expect(JSON.parse(json)).toMatchObject({
      keys: [{ names: 'web01,*.b', fingerprint: ONE, line: keyLine(1) }],
    })
  })

  test('ends with 1 when the host has no key', async () => {
    const file = await knownHosts(hostLine('web01', 1))
    const { exit, out, err } = await run(['ssh', 'export', 'db01', '--known-hosts', file])
    expect([exit, out, err === '']).toEqual([1, '', false])
  })
})

describe('ssh remove', () => {
  test('removes one name and no other', async () => {
    const file = await knownHosts(hostLine('web01,db01', 1), `@revoked ${hostLine('web01', 2)}`)
    const { exit, out } = await run(['ssh', 'remove', 'web01', '--known-hosts', file, '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toEqual({ command: 'ssh remove', host: 'web01', file, changed: true })
    expect(await readFile(file, 'utf8')).toBe(
      `${hostLine('db01', 1)}\n@revoked ${hostLine('web01', 2)}\n`,
    )
  })

  test('refuses where a pattern covers the name, unless it is to be left', async () => {
    const file = await knownHosts(hostLine('*.example.com', 1), hostLine('a.example.com', 1))
    const words = ['ssh', 'remove', 'a.example.com', '--known-hosts', file]
    const { exit, out } = await run([...words, '--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ refused: 'pattern-covers-name', lines: [1] })
    expect((await run([...words, '--leave-patterns'])).exit).toBe(0)
    expect(await readFile(file, 'utf8')).toBe(`${hostLine('*.example.com', 1)}\n`)
  })

  test('ends with 1 when the name is not there', async () => {
    const file = await knownHosts(hostLine('web01', 1))
    expect((await run(['ssh', 'remove', 'db01', '--known-hosts', file])).exit).toBe(1)
  })
})
