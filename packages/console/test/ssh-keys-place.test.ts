import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ACCOUNT, createKeysWorld, programs, startSystem, type Answer } from './ssh-keys-world.ts'
import { run } from './support.ts'

function failureOf({ results }: Answer): object {
  const { code, account } = results?.[0]?.failure ?? {}
  return { code, account }
}

/** A user who owns nothing. */
const NOBODY = 65_534

const OTHERS = '# kept\r\nnot a key\n\n'

describe('agentconfig', () => {
  test('puts the key into an account once, and changes nothing else', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${OTHERS}${world.ownLine}`)
    const first = await world.configure()
    const line = await world.line()
    expect([first.exit, first.answer.results?.[0]?.outcome]).toEqual([0, 'added'])
    expect(await system.keys()).toBe(`${OTHERS}${world.ownLine}\n${line}\n`)
    const second = await world.configure()
    expect([second.exit, second.answer.results?.[0]?.outcome]).toEqual([0, 'there'])
    expect(await system.keys()).toBe(`${OTHERS}${world.ownLine}\n${line}\n`)
    expect((await world.ask('keys', 'show')).answer.holders).toEqual([
      { system: 'web01', account: ACCOUNT },
    ])
    const modes = await Promise.all(
      ['.ssh', '.ssh/authorized_keys'].map(
        async (path) => (await stat(join(system.home, path))).mode,
      ),
    )
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600])
    expect(await readdir(join(system.home, '.ssh'))).toEqual(['authorized_keys'])
  })

  test.each(['password', 'keyboard-interactive'] as const)(
    'logs in once by a password (%s), makes the file, and never shows the password',
    async (takesPasswordBy) => {
      const system = await startSystem('web01', { password: 'correct horse', takesPasswordBy })
      const world = await createKeysWorld(system)
      const file = join(world.folder, 'password')
      await writeFile(file, 'correct horse\n')
      const words = ['agentconfig', '--on', 'web01', '--account', ACCOUNT, '--password-file', file]
      const done = await run(words, world.env)
      expect(done.exit).toBe(0)
      expect(system.logins).toEqual([takesPasswordBy, expect.stringMatching(/^SHA256:/)])
      expect(await system.keys()).toBe(`${await world.line()}\n`)
      await writeFile(file, 'wrong horse\n')
      const refused = await run(words, world.env)
      expect([refused.exit, refused.out.includes('login-refused')]).toEqual([1, true])
      expect(`${done.out}${done.err}${refused.out}${refused.err}`).not.toContain('horse')
    },
  )

  test('asks for the password where a person is, and is refused where nobody is', async () => {
    const world = await createKeysWorld(await startSystem('web01'))
    const { exit, answer } = await world.ask('agentconfig', '--on', 'web01', '--account', ACCOUNT)
    expect([exit, answer.error?.code]).toEqual([2, 'ERR_CONFIG'])
  })

  test('writes the options that were chosen', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    const options = ['--restrict', '--command', 'echo "a b"', '--from', '127.0.0.1, ::1']
    expect((await world.configure(...options)).exit).toBe(0)
    const written = String.raw`restrict,from="127.0.0.1,::1",command="echo \"a b\"" ${await world.line()}`
    expect(await system.keys()).toBe(`${world.ownLine}\n${written}\n`)
    const plain = await world.configure()
    expect([plain.exit, failureOf(plain.answer)]).toEqual([
      1,
      { code: 'key-has-other-options', account: 'unchanged' },
    ])
    expect((await world.configure('--replace')).exit).toBe(0)
    expect(await system.keys()).toBe(`${world.ownLine}\n${await world.line()}\n`)
  })

  test('writes no option for which the sshd of a system would refuse the line', async () => {
    const system = await startSystem('old', { ident: 'OpenSSH_6.6.1p1' })
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    const { exit, answer } = await world.configure('--restrict')
    expect([exit, failureOf(answer)]).toEqual([
      1,
      { code: 'options-refused', account: 'unchanged' },
    ])
    expect(await system.keys()).toBe(`${world.ownLine}\n`)
    expect((await world.ask('keys', 'show')).answer.holders).toEqual([])
    expect((await world.configure()).exit).toBe(0)
  })

  test('begins anew when somebody else edits the file meanwhile, and loses nothing', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    // The first command reads, the second replaces.
    system.behaviour.beforeCommand = async (number) => {
      if (number === 2) await system.write(`${world.ownLine}\n# of somebody else\n`)
    }
    const { answer } = await world.configure()
    expect(answer.results?.[0]?.outcome).toBe('added')
    expect(await system.keys()).toBe(
      `${world.ownLine}\n# of somebody else\n${await world.line()}\n`,
    )
  })

  test('gives up when the file changes again and again', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    system.behaviour.beforeCommand = async (number) => {
      if (number % 2 === 0) await system.write(`${world.ownLine}\n# ${number}\n`)
    }
    const { exit, answer } = await world.configure()
    expect([exit, failureOf(answer)]).toEqual([
      1,
      { code: 'changed-meanwhile', account: 'unchanged' },
    ])
    expect(await system.keys()).toBe(`${world.ownLine}\n# 6\n`)
  })

  test('loses nothing when two consoles write at once', async () => {
    const system = await startSystem('web01')
    const worlds = await Promise.all([createKeysWorld(system), createKeysWorld(system)])
    const [one, other] = worlds
    await system.write(`${one.ownLine}\n${other.ownLine}\n`)
    const done = await Promise.all(worlds.map((world) => world.configure()))
    expect(done.map(({ exit }) => exit)).toEqual([0, 0])
    const lines = (await system.keys())?.trimEnd().split('\n').toSorted()
    const expected = [one.ownLine, other.ownLine, await one.line(), await other.line()]
    expect(lines).toEqual(expected.toSorted())
  })

  test('puts the file back when the login with the key fails', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    const { answer: shown } = await world.ask('keys', 'show')
    system.behaviour.letsIn = (fingerprint) => fingerprint !== shown.key?.fingerprint
    await system.write(`${OTHERS}${world.ownLine}`)
    const { exit, answer } = await world.configure()
    expect([exit, failureOf(answer)]).toEqual([
      1,
      { code: 'new-key-refused', account: 'unchanged' },
    ])
    expect(await system.keys()).toBe(`${OTHERS}${world.ownLine}`)
  })

  test('says that its line is left when the file cannot be put back', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    const { answer: shown } = await world.ask('keys', 'show')
    system.behaviour.letsIn = (fingerprint) => fingerprint !== shown.key?.fingerprint
    system.behaviour.beforeCommand = async (number) => {
      if (number === 3) await system.write(`${await system.keys()}# of somebody else\n`)
    }
    await system.write(`${world.ownLine}\n`)
    const { answer } = await world.configure()
    expect(failureOf(answer)).toEqual({ code: 'key-left', account: 'new-line-left' })
    expect((await world.ask('keys', 'show')).answer.holders).toHaveLength(1)
  })

  test('removes a file that it made when the login with the key fails', async () => {
    const system = await startSystem('web01', { password: 'p' })
    const world = await createKeysWorld(system)
    system.behaviour.letsIn = () => false
    const file = join(world.folder, 'password')
    await writeFile(file, 'p')
    const words = ['--on', 'all', '--account', ACCOUNT, '--password-file', file]
    const { answer } = await world.ask('agentconfig', ...words)
    expect(failureOf(answer)).toEqual({ code: 'new-key-refused', account: 'unchanged' })
    expect(await system.keys()).toBeUndefined()
  })

  test('does not write through links', async () => {
    const system = await startSystem('web01', { password: 'p' })
    const world = await createKeysWorld(system)
    const elsewhere = join(world.folder, 'elsewhere')
    await writeFile(elsewhere, 'kept\n')
    await mkdir(join(system.home, '.ssh'))
    await symlink(elsewhere, join(system.home, '.ssh/authorized_keys'))
    const file = join(world.folder, 'password')
    await writeFile(file, 'p')
    const words = ['--on', 'all', '--account', ACCOUNT, '--password-file', file]
    const { answer } = await world.ask('agentconfig', ...words)
    expect(failureOf(answer)).toEqual({ code: 'path-unusable', account: 'unchanged' })
    expect(await readFile(elsewhere, 'utf8')).toBe('kept\n')
  })

  test('tells when a forced command runs instead of its own', async () => {
    const system = await startSystem('web01', { behaviour: { forced: 'echo menu' } })
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    const forced = await world.configure()
    expect(failureOf(forced.answer)).toEqual({ code: 'commands-not-run', account: 'unchanged' })
  })

  test('edits no file that is larger than 1 MiB, and takes no flood for one', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    const failure = { code: 'file-too-large', account: 'unchanged' }
    const filled = (bytes: number): string => {
      const lines = `${world.ownLine}\n# `
      return `${lines}${'x'.repeat(bytes - lines.length - 1)}\n`
    }
    for (const bytes of [1024 * 1024, 1024 * 1024 + 1]) {
      const text = filled(bytes)
      // oxlint-disable no-await-in-loop -- one file
      await system.write(text)
      expect(failureOf((await world.configure()).answer)).toEqual(failure)
      expect(await system.keys()).toBe(text)
      // oxlint-enable no-await-in-loop
    }
    await system.write(`${world.ownLine}\n`)
    system.behaviour.forced = 'head -c 2000000 /dev/zero'
    expect(failureOf((await world.configure()).answer)).toEqual(failure)
  })

  test('edits no file that the account cannot read', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    const paths = ['', '.ssh', '.ssh/authorized_keys'].map((path) => join(system.home, path))
    // Root reads everything: the account is another then.
    if (process.getuid?.() === 0) {
      await Promise.all(paths.map((path) => chown(path, NOBODY, NOBODY)))
      system.behaviour.uid = NOBODY
    }
    await chmod(paths[2] ?? '', 0)
    system.behaviour.elsewhere = world.ownLine
    const failure = { code: 'file-unreadable', account: 'unchanged' }
    expect(failureOf((await world.configure()).answer)).toEqual(failure)
  })

  test('needs `cmp` on the system', async () => {
    const needed = ['cat', 'chmod', 'dd', 'find', 'id', 'mkdir', 'mv', 'rm', 'rmdir', 'tail', 'wc']
    const scripts = needed.map((name) => [name, `PATH=/usr/bin:/bin exec ${name} "$@"`] as const)
    const [path = ''] = (await programs(Object.fromEntries(scripts))).split(':')
    const system = await startSystem('web01', { behaviour: { path } })
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    const failure = { code: 'tool-missing', account: 'unchanged' }
    expect(failureOf((await world.configure()).answer)).toEqual(failure)
    expect(await system.keys()).toBe(`${world.ownLine}\n`)
  })

  test('does nothing at an agent, which has no shell', async () => {
    const system = await startSystem('web01')
    const world = await createKeysWorld({ ...system, runs: 'tools' })
    const failure = { code: 'no-shell', account: 'unchanged' }
    expect(failureOf((await world.configure()).answer)).toEqual(failure)
    expect(system.logins).toEqual([])
  })

  test.each([
    ['home-missing', 'unchanged', {}],
    ['not-owned', 'unchanged', { id: 'echo 12345' }],
    ['write-failed', 'unchanged', { mv: 'exit 1' }],
    ['write-failed', 'unchanged', { cat: '[ -n "$1" ] && exec /bin/cat "$1"; head -c 40' }],
    ['target-busy', 'unchanged', { sleep: 'exit 0' }],
    ['outcome-unknown', 'unknown', { mv: 'kill -9 $PPID' }],
  ] as const)(
    'leaves the file as it is when the system cannot write it: %s',
    async (code, account, scripts) => {
      const system = await startSystem('web01', { behaviour: { path: await programs(scripts) } })
      const world = await createKeysWorld(system)
      await system.write(`${world.ownLine}\n`)
      if (code === 'home-missing') system.behaviour.toldHome = '/nowhere'
      if (code === 'target-busy') await mkdir(join(system.home, '.ssh/.authorized_keys.lock'))
      const { answer } = await world.configure()
      expect(failureOf(answer)).toEqual({ code, account })
      expect(await system.keys()).toBe(`${world.ownLine}\n`)
    },
  )

  test.each([
    ['reads', 1, { code: 'command-hangs', account: 'unchanged' }],
    ['replaces', 2, { code: 'outcome-unknown', account: 'unknown' }],
  ] as const)('gives a system up that hangs while it %s the file', async (_step, at, failure) => {
    const late = new AbortController()
    const timer = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal)
    onTestFinished(() => timer.mockRestore())
    const system = await startSystem('web01')
    const world = await createKeysWorld(system)
    await system.write(`${world.ownLine}\n`)
    system.behaviour.beforeCommand = (number) => {
      if (number !== at) return undefined
      late.abort()
      return new Promise(() => undefined)
    }
    const { exit, answer } = await world.configure()
    expect([exit, failureOf(answer)]).toEqual([1, failure])
    expect(timer).toHaveBeenCalledWith(60_000)
    expect(await system.keys()).toBe(`${world.ownLine}\n`)
  })

  test('tells each system apart, and refuses a host whose key has changed', async () => {
    const good = await startSystem('web01')
    const down = await startSystem('web02', { behaviour: { isDown: true } })
    const other = await startSystem('web03')
    const world = await createKeysWorld(good, down, other)
    await good.write(`${world.ownLine}\n`)
    const known = `[127.0.0.1]:${other.port} ${world.ownLine}\n`
    await writeFile(join(world.folder, 'known_hosts'), known, { mode: 0o600 })
    const { exit, answer } = await world.configure()
    expect(exit).toBe(1)
    expect(answer.results?.map(({ outcome, failure }) => failure?.code ?? outcome)).toEqual([
      'added',
      'connection-failed',
      'host-key-refused',
    ])
  })

  test('is refused when the tasks of the systems file use another key', async () => {
    const world = await createKeysWorld(await startSystem('web01'))
    const other = join(world.folder, 'other-keys')
    expect((await world.ask('keys', 'create', '--keys', other)).exit).toBe(0)
    const { exit, answer } = await world.configure('--keys', other)
    expect([exit, answer.error?.reason]).toEqual([2, 'key-file-differs'])
  })
})
