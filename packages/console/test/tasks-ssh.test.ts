import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { formatKeyLine, generateKey, type GeneratedKey } from '@gatehouse/ssh-trust'
import { createSshServer, type SshServerOptions } from '@gatehouse/ssh-trust/ssh2'
import { allow } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openInnerKey, startConsole } from '../src/index.ts'
import { systemsFile } from '../src/systems.ts'
import { TaskFacility } from '../src/tasks/facility.ts'
import type { JobView } from '../src/tasks/job.ts'
import type { Runner } from '../src/tasks/runner.ts'
import { sshRunner } from '../src/tasks/ssh-runner.ts'
import { ACCOUNT, hasSshd, startSshd, type Sshd } from './sshd.ts'
import { run, temporaryFolder } from './support.ts'
import { FILES, operator } from './tasks-world.ts'

let user: GeneratedKey

beforeAll(async () => {
  user = await generateKey('ssh-ed25519')
})

function tool(name: string, command: string): string {
  return `<ssa-command-tool name="${name}"><toolbox toolbox-name="Web"/><ssa-block><command><![CDATA[${command}]]></command></ssa-block></ssa-command-tool>`
}

const TOOLS = `<tool-list>${[
  tool('env', 'env; pwd; cat'),
  tool('flood', 'head -c 5000000 /dev/zero'),
  tool('lost', 'kill -9 $PPID; sleep 5'),
  tool('hang', 'echo begun; sleep 600'),
  tool('hostile', "printf 'a\\033[2Jb\\nc\\r\\n'; echo wrong >&2; exit 3"),
].join('')}</tool-list>`

interface Place {
  readonly folder: string
  readonly systems: string
  readonly hosts: string
  readonly sim: string
  readonly words: readonly string[]
}

/** A folder with a systems file where web01 is at a port. */
async function place(port: number, ssh: object = {}, own: object = {}): Promise<Place> {
  const folder = await temporaryFolder()
  const hosts = join(folder, 'known_hosts')
  const systems = join(folder, 'systems.json')
  const pem = user.privateKey.export({ format: 'pem', type: 'pkcs8' })
  await writeFile(join(folder, 'key.pem'), pem, { mode: 0o600 })
  const system = { name: 'web01', address: '127.0.0.1', ssh: { port, account: ACCOUNT, ...own } }
  const common = { knownHostsFile: 'known_hosts', keyFile: 'key.pem', ...ssh }
  await writeFile(systems, JSON.stringify({ systems: [system], ssh: common }))
  const sim = join(folder, 'sim')
  await mkdir(sim)
  const files = {
    'users.xml': FILES.users,
    'toolboxes.xml': FILES.toolboxes,
    'tools.xml': TOOLS,
    'nodes.xml': FILES.systems,
    'auth.txt': FILES.authorizations,
  }
  for (const [name, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- few
    await writeFile(join(sim, name), text)
  }
  const words = ['--systems', systems, '--toolbox', sim, '--cms', 'cms', '--user', 'ann']
  return { folder, systems, hosts, sim, words }
}

function taskRun(name: string, { words }: Place, ...more: string[]): ReturnType<typeof run> {
  return run(['task', 'run', name, '--on', 'web01', ...words, ...more])
}

interface Told {
  readonly job: JobView
}

async function told(name: string, at: Place): Promise<JobView> {
  return (JSON.parse((await taskRun(name, at, '--json')).out) as Told).job
}

/** Starts a tool and hands over when it runs and has written something. */
async function begun(name: string, { systems }: Place, runner: Runner): Promise<Begun> {
  const tasks = new TaskFacility({ systems: systemsFile(systems), runner })
  onTestFinished(() => tasks.close())
  const output = new EventEmitter()
  const writing = once(output, 'some').then(() => undefined)
  const order = { tool: name, systems: 'web01' }
  const { job, finished } = await tasks.start(order, operator('ann', { tools: TOOLS }), {
    onOutput: () => {
      output.emit('some')
    },
  })
  if (job === undefined || finished === undefined) throw new TypeError('there is no job')
  return { tasks, id: job.id, finished, writing }
}

interface Begun {
  readonly tasks: TaskFacility
  readonly id: string
  readonly finished: Promise<JobView>
  readonly writing: Promise<void>
}

describe.skipIf(!hasSshd)(hasSshd ? 'on a shell' : 'needs sshd: on a shell', () => {
  let sshd: Sshd

  beforeAll(async () => {
    sshd = await startSshd(user)
  })
  afterAll(() => sshd.stop())

  test('a tool finds the variables of its task, its home, and nothing to read', async () => {
    const at = await place(sshd.port)
    const audit = join(at.folder, 'audit.jsonl')
    const { exit, out } = await taskRun('env', at, '--audit', audit)
    expect(exit).toBe(0)
    const id = /MX_TASKID=([0-9a-f]{12})\n/.exec(out)?.[1] ?? 'none'
    const lines = out.split('\n')
    for (const variable of [
      'MX_USER=ann',
      'MX_TOOL=env',
      'MX_TARGETS=web01',
      'MX_CMS=cms',
      'MX_REPOSITORY=cms',
      'CLASSPATH=',
      'ENV=',
      'JAVA_HOME=',
      'SHLIB_PATH=',
    ]) {
      expect(lines).toContain(`web01 | ${variable}`)
    }
    const home = /HOME=(.*)\n/.exec(out.replaceAll('JAVA_HOME', ''))?.[1] ?? 'none'
    expect(lines).toContain(`web01 | ${home}`)
    expect(out).toMatch(/web01 \| SHELL=\//)
    expect(out).toContain('host-added')
    expect(out).toMatch(new RegExp(`task ${id}, env: 1 done\n$`))
    expect((await stat(at.hosts)).mode & 0o777).toBe(0o600)
    const records = (await readFile(audit, 'utf8')).trim().split('\n')
    expect(records.map((record) => (JSON.parse(record) as { event: string }).event)).toEqual([
      'task.start',
      'task.run',
      'task.end',
    ])
    expect(records[1]).toContain('MX_TASKID')
  })

  test('a known host is written down once', async () => {
    const at = await place(sshd.port)
    await writeFile(at.hosts, `${sshd.knownHost}\n`)
    const job = await told('env', at)
    expect(job.runs[0]?.host).toMatchObject({ outcome: 'allow', reasons: [{ code: 'key-known' }] })
    expect(await readFile(at.hosts, 'utf8')).toBe(`${sshd.knownHost}\n`)
  })

  test('what a program writes is escaped, and how it ended is told', async () => {
    const { exit, out } = await taskRun('hostile', await place(sshd.port))
    expect(exit).toBe(3)
    expect(out).toContain('web01 | a<U+001B>[2Jb\nweb01 | c<U+000D>\n')
    expect(out).toContain('web01 ! wrong\n')
    expect(out).toMatch(/failed, exit code 3\n/)
    expect(out).not.toContain('\u001b')
  })

  test('a changed key stops the run, and says which keys, where, and what to do', async () => {
    const at = await place(sshd.port)
    const { publicKey } = await generateKey('ssh-ed25519')
    const [name] = sshd.knownHost.split(' ')
    await writeFile(at.hosts, `${name} ${formatKeyLine(publicKey)}\n`)
    const { exit, out } = await taskRun('env', at)
    expect(exit).toBe(2)
    expect(out).toContain('host-key-refused')
    for (const part of [
      publicKey.fingerprint,
      sshd.hostKey.publicKey.fingerprint,
      `${at.hosts}:1`,
    ]) {
      expect(out).toContain(part)
    }
    expect(out).not.toContain('MX_USER')
    const warning = (await told('env', at)).runs[0]?.failure?.warning ?? []
    expect(warning.length).toBeGreaterThan(3)
    for (const line of warning) expect(out).toContain(`       ${line}\n`)
  })

  test('a new key is refused where none may be added, and a revoked one always', async () => {
    const never = await told('env', await place(sshd.port, { addUnknownHosts: 'NEVER' }))
    expect(never.runs[0]).toMatchObject({
      failure: { code: 'host-key-refused' },
      host: { outcome: 'deny', reasons: [{ code: 'host-unknown' }] },
    })
    const at = await place(sshd.port, { revokedFile: 'revoked' })
    const missing = await told('env', at)
    expect(missing.runs[0]?.host?.reasons[0]?.code).toBe('revocations-unavailable')
    const { publicKey } = sshd.hostKey
    await writeFile(join(at.folder, 'revoked'), `${formatKeyLine(publicKey)}\n`)
    const revoked = await told('env', at)
    expect(revoked.runs[0]?.host?.reasons[0]?.code).toBe('key-on-revocation-list')
  })

  test('an account that does not know the key, and a key that others can read, run nothing', async () => {
    const own = user
    user = await generateKey('ssh-ed25519')
    const other = await place(sshd.port)
    user = own
    expect((await told('env', other)).runs[0]?.failure?.code).toBe('login-refused')
    const open = await place(sshd.port)
    await chmod(join(open.folder, 'key.pem'), 0o644)
    expect((await told('env', open)).runs[0]?.failure?.code).toBe('settings-unusable')
  })

  test('a flood is read to its end, and little of it is kept', async () => {
    const job = await told('flood', await place(sshd.port))
    expect(job.runs[0]).toMatchObject({ state: 'done', truncated: true })
    expect(job.runs[0]?.stdout).toHaveLength(65_536)
  })

  test('when a connection is lost the outcome is unknown', async () => {
    const job = await told('lost', await place(sshd.port))
    expect(job.runs[0]).toMatchObject({ state: 'failed', failure: { code: 'outcome-unknown' } })
  })

  test('a run that hangs is killed', async () => {
    const { tasks, id, finished, writing } = await begun(
      'hang',
      await place(sshd.port),
      sshRunner(),
    )
    await writing
    await tasks.stop(id, 'kill', operator('ann'))
    expect((await finished).runs[0]).toMatchObject({ state: 'killed', stdout: 'begun\n' })
  })

  test('a running console carries tasks out, shows them on its page, and kills them', async () => {
    const at = await place(sshd.port)
    const keyFile = join(at.folder, 'inner-key.pem')
    const systems = systemsFile(at.systems)
    const tasks = new TaskFacility({ systems, runner: sshRunner() })
    const { url, close } = await startConsole({
      systems,
      port: 0,
      innerKey: await openInnerKey(keyFile),
      operator: operator('ann', { tools: TOOLS }),
      tasks,
    })
    onTestFinished(close)
    const through = ['--console', url, '--inner-key', keyFile]
    const ran = await run(['task', 'run', 'hostile', '--on', 'web01', ...through])
    expect(ran.exit).toBe(3)
    expect(ran.out).toContain('| a<U+001B>[2Jb\n')
    const detached = await run(['task', 'run', 'hang', '--on', 'web01', '--detach', ...through])
    expect(detached.exit).toBe(0)
    const id = /task ([0-9a-f]+), hang/.exec(detached.out)?.[1] ?? 'none'
    const listed = await run(['task', 'list', ...through])
    expect(listed.out).toMatch(new RegExp(`^${id} .*hang for ann\n.*1 failed +hostile for ann\n$`))
    const page = await (await fetch(url)).text()
    expect(page).toContain(`<code>${id}</code>`)
    const killed = await run(['task', 'kill', id, ...through])
    expect([killed.exit, killed.out]).toEqual([0, expect.stringContaining('own-job')])
    const shown = await run(['task', 'show', id, '--json', ...through])
    expect(shown.exit).toBe(3)
    expect((JSON.parse(shown.out) as Told).job.runs[0]?.state).toMatch(/^(?:killed|cancelled)$/)
    expect(await run(['task', 'cancel', 'abc', ...through])).toMatchObject({ exit: 2, out: '' })
    const denied = await run(['task', 'run', 'none', '--on', 'web01', '--json', ...through])
    expect(denied.exit).toBe(1)
    expect(denied.out).toContain('tool-unknown')
  })
})

/** What answers at a port, until the test ends. */
async function listening(onSocket: 'silent' | 'closing'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onTestFinished(() => {
      socket.destroy()
    })
    if (onSocket === 'closing') socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function agent(options: Partial<SshServerOptions>): Promise<number> {
  const { privateKey } = await generateKey('ssh-ed25519')
  const server = await createSshServer({
    hostKeys: [privateKey],
    authorize: () => Promise.resolve(allow({ code: 'key-known' })),
    session: (_login, { command, environment }) => {
      return Promise.resolve({ exitCode: 0, stdout: JSON.stringify({ command, environment }) })
    },
    acceptEnvironment: (name) => name.startsWith('MX_'),
    ...options,
  })
  onTestFinished(() => server.close())
  return (await server.listen(0, '127.0.0.1')).port
}

async function failureAt(port: number): Promise<string | undefined> {
  const { finished } = await begun('env', await place(port), sshRunner({ timeoutMs: 150 }))
  return (await finished).runs[0]?.failure?.code
}

describe('a target that', () => {
  test('says nothing ends in time', async () => {
    expect(await failureAt(await listening('silent'))).toBe('timed-out')
  })

  test('hangs up is told', async () => {
    expect(await failureAt(await listening('closing'))).toBe('connection-failed')
  })

  test('hangs at the login ends in time', async () => {
    const port = await agent({ authorize: () => new Promise(() => undefined) })
    expect(await failureAt(port)).toBe('timed-out')
  })

  test('is an agent gets the name of the tool, and the task beside it', async () => {
    const job = await told('hostile', await place(await agent({}), {}, { runs: 'tools' }))
    expect(JSON.parse(job.runs[0]?.stdout ?? '')).toEqual({
      command: 'hostile',
      environment: {
        MX_USER: 'ann',
        MX_TASKID: job.id,
        MX_TOOL: 'hostile',
        MX_TARGETS: 'web01',
        MX_CMS: 'cms',
        MX_REPOSITORY: 'cms',
      },
    })
  })
})
