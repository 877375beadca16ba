import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith, SAMPLES, type Sample } from './policies.ts'
import { fileWith, run, temporaryFolder } from './support.ts'

const TCP = SAMPLES.find(({ kind }) => kind === 'tcp-wrappers') as Sample
const TOOLBOX = SAMPLES.find(({ kind }) => kind === 'toolbox-authorization') as Sample

async function kindOf(path: string, ...words: string[]): Promise<string | undefined> {
  const { out } = await run(['check', path, '--json', ...words])
  return (JSON.parse(out) as { results?: [{ kind: string }] }).results?.[0].kind
}

describe('the kind of a file', () => {
  test.each([
    { content: 'support * * *\n', name: 'Trusted.txt', kind: 'hawk-trusted' },
    { content: '', name: 'TrustedWithDomain.txt', kind: 'hawk-trusted' },
    { content: '<LogService -log_dir logs>\nops\n', name: 'x', kind: 'hawk-trusted' },
    { content: '\ufeff# ours\n\nops  web01  M  m\n', name: 'x', kind: 'hawk-trusted' },
    { content: 'BEGIN_AUTHORIZATION\n', name: 'x', kind: 'bmc-authorization' },
    { content: '', name: 'authorization.CFG', kind: 'bmc-authorization' },
  ])('of $name with $content is $kind', async ({ content, name, kind }) => {
    expect(await kindOf(await fileWith(content, name))).toBe(kind)
  })

  test.each([
    {
      because: 'name and content say different things',
      content: 'BEGIN_AUTHORIZATION\n',
      name: 'Trusted.txt',
      kinds: ['hawk-trusted', 'bmc-authorization'],
    },
    {
      because: 'the content could be two kinds',
      content: 'sshd 10:x\n',
      name: 'x',
      kinds: ['hawk-trusted', 'tcp-wrappers'],
    },
    {
      because: 'it is no known kind',
      content: '::\n',
      name: 'x',
      kinds: ['hawk-trusted', 'toolbox-authorization'],
    },
    {
      because: 'there is nothing in it',
      content: '# none\n',
      name: 'x',
      kinds: ['hawk-trusted', 'bmc-authorization', 'tcp-wrappers'],
    },
  ])('is asked for when $because', async ({ content, name, kinds }) => {
    const { exit, err } = await run(['check', await fileWith(content, name)])
    expect(exit).toBe(2)
    for (const kind of kinds) expect(err).toContain(kind)
  })

  test('that is named beats what is recognised', async () => {
    const file = await fileWith('BEGIN_AUTHORIZATION\n', 'Trusted.txt')
    expect(await kindOf(file, '--kind', 'hawk-trusted')).toBe('hawk-trusted')
  })

  test('that is unknown ends with 2', async () => {
    expect(await run(['check', await fileWith('ops\n'), '--kind', 'sudoers'])).toMatchObject({
      exit: 2,
    })
  })
})

describe('several files', () => {
  test('are named by their roles, with commas in paths', async () => {
    const folder = await temporaryFolder()
    const [allow, deny] = [join(folder, 'a,b'), join(folder, 'c')]
    await writeFile(allow, 'bgssd: ALL\n')
    await writeFile(deny, 'ALL: ALL\n')
    const name = `allow=${allow},deny=${deny}`
    const { exit, out } = await run(['check', name, '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      results: [{ file: name, files: { allow, deny }, kind: 'tcp-wrappers' }],
    })
  })

  test.each([
    { because: 'one is missing', words: ['hosts.allow'], named: 'hosts.deny' },
    {
      because: 'one is there twice',
      words: ['hosts.allow', 'hosts.allow', 'hosts.deny'],
      named: 'both the allow',
    },
    { because: 'one does not tell its role', words: ['hosts.allow', 'other'], named: 'allow=PATH' },
  ])('are refused when $because', async ({ words, named }) => {
    const folder = await folderWith({ ...TCP.files, other: 'sshd: ALL\n' })
    const { exit, err } = await run(['check', ...words.map((word) => join(folder, word))])
    expect(exit).toBe(2)
    expect(err).toContain(named)
  })

  test('a role with a path to nowhere ends with 2, whatever the profile makes of missing files', async () => {
    const folder = await folderWith(TCP.files)
    const name = `allow=${join(folder, 'hosts.allow')},deny=${join(folder, 'nothing')}`
    const { exit, err } = await run(['check', name, '--profile', 'libwrap'])
    expect(exit).toBe(2)
    expect(err).toContain('missing')
  })
})

describe('a folder', () => {
  test('without one of the two files is an error, and libwrap takes it for empty', async () => {
    const { 'hosts.allow': allow = '' } = TCP.files
    const folder = await folderWith({ 'hosts.allow': allow })
    const strict = await run(['check', folder, '--json'])
    expect(strict.exit).toBe(2)
    expect(JSON.parse(strict.out)).toMatchObject({
      results: [{ diagnostics: [{ code: 'file-missing' }] }],
    })
    expect((await run(['check', folder, '--profile', 'libwrap', ...TCP.denied])).exit).toBe(0)
  })

  test('of several kinds is refused until one is named', async () => {
    const folder = await folderWith({ ...TCP.files, 'Trusted.txt': 'ops\n' })
    const { exit, err } = await run(['check', folder])
    expect(exit).toBe(2)
    expect(err).toContain('hawk-trusted, tcp-wrappers')
    expect((await run(['check', folder, '--kind', 'tcp-wrappers'])).exit).toBe(0)
  })

  test('with nothing that is known ends with 2', async () => {
    const folder = await folderWith({ 'notes.txt': 'call bob: 10\n' })
    await mkdir(join(folder, 'Trusted.txt'))
    const { exit, err } = await run(['check', folder])
    expect(exit).toBe(2)
    expect(err).toContain('no file of a known name')
  })

  test('with a list whose outermost element is misspelt is refused', async () => {
    const stray = { 'user-groups.xml': '<usergroup-list/>\n' }
    const folder = await folderWith({ ...TOOLBOX.files, ...stray })
    const { exit, err } = await run(['check', folder, '--cms', 'cms'])
    expect(exit).toBe(2)
    expect(err).toContain('user-groups.xml')
  })

  test('with an expectation file beside the policy is read without it', async () => {
    const folder = await folderWith({
      ...TOOLBOX.files,
      'expect.txt': 'expect deny user=a tool=b\n',
    })
    expect((await run(['check', folder, '--cms', 'cms'])).exit).toBe(0)
  })
})

describe('options', () => {
  test.each([
    { because: 'a setting of another kind', words: ['--cms', 'cms'], named: '--cms' },
    { because: 'an option of another kind', words: ['--tool', 'x'], named: '--tool' },
    { because: 'a port that is none', words: [...TCP.allowed, '--port', 'x'], named: 'port' },
    { because: 'an unknown profile', words: ['--profile', 'lax'], named: 'profile' },
  ])('$because ends with 2, and the error names it', async ({ words, named }) => {
    const { exit, err } = await run(['check', await folderWith(TCP.files), ...words])
    expect(exit).toBe(2)
    expect(err).toContain(named)
  })

  test('toolboxes need the name of the management server', async () => {
    const { exit, err } = await run(['check', await folderWith(TOOLBOX.files)])
    expect(exit).toBe(2)
    expect(err).toContain('--cms')
  })

  test.each([
    { verb: 'who-can', files: TCP, words: ['--daemon', 'bg ssd'], named: 'daemon' },
    { verb: 'what-can', files: TCP, words: ['--address', '10.1.2.300'], named: 'client.address' },
    {
      verb: 'who-can',
      files: TOOLBOX,
      words: ['--tool', 'none', '--system', 'web01'],
      named: 'none',
    },
    {
      verb: 'who-can',
      files: TOOLBOX,
      words: ['--tool', 'restart', '--system', 'w'],
      named: '`w`',
    },
  ])('$verb answers no slip with `nobody`: $named', async ({ verb, files, words, named }) => {
    const folder = await folderWith(files.files)
    const { exit, err } = await run([verb, folder, ...files.settings, ...words])
    expect(exit).toBe(2)
    expect(err).toContain(named)
  })

  test('an action that is in no table is a slip as well', async () => {
    const file = await fileWith('BEGIN_AUTHORIZATION\nEND_AUTHORIZATION\n')
    expect((await run(['who-can', file, '--action', 'collect.strat'])).exit).toBe(2)
  })

  test('--encoding lets names outside ASCII in', async () => {
    const file = await fileWith('jürgen\n', 'Trusted.txt')
    expect((await run(['check', file])).exit).toBe(2)
    const who = ['--user', 'jürgen', '--node', 'db01', '--microagent', 'M', '--method', 'm']
    const words = ['explain', file, ...who, '--impact', 'INFO', '--encoding', 'utf-8', '--json']
    const { exit, out } = await run(words)
    expect(exit).toBe(0)
    expect(out).toContain(String.raw`j\u00fcrgen`)
    expect(out).not.toContain('ü')
  })
})

test('a link that leads nowhere and one that leads to itself end with 2', async () => {
  const folder = await temporaryFolder()
  await symlink(join(folder, 'loop'), join(folder, 'loop'))
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'))
  expect(await run(['check', join(folder, 'loop')])).toMatchObject({ exit: 2 })
  expect(await run(['check', join(folder, 'dangling')])).toMatchObject({ exit: 2 })
})

test('what a file holds reaches a screen escaped, and a program as it is', async () => {
  const hostile = 'sshd: ALL\n#\u001B[2J\u202E\n'
  const folder = await folderWith({ 'hosts.allow': hostile, 'hosts.deny': 'ALL: ALL\n' })
  const words = ['format', folder, '--profile', 'libwrap']
  expect((await run(words)).out).toContain('\u001B[2J')
  const { out } = await run(words, {}, { interactive: true })
  expect(out).not.toContain('\u001B')
  expect(out).toContain('#<U+001B>[2J<U+202E>\n')
})
