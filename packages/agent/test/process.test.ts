import { execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PATHS } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { daemonPort, run, runResident } from './programs.ts'
import { openSockets } from './sockets.ts'
import { AUTHORIZATION, createWorld, MICROAGENT, send } from './world.ts'

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const exit = once(child, 'exit')
  child.kill(signal)
  return exit
}

const ADVANCED = { securityMode: 'advanced', sampleIntervalMs: 100 }
const TRUSTED = `${userInfo().username} * * *\n`

describe('a process in advanced security mode', () => {
  it.runIf(process.platform === 'linux')(
    'has no listener of any kind, and gathers',
    async () => {
      const world = await createWorld({ config: ADVANCED })
      const { child, stdout } = await runResident(world)
      const pid = child.pid ?? 0
      expect(stdout).toContain('no listener')
      expect(await openSockets(pid)).toEqual([])

      const started = await run('act', '--config', world.configFile, 'collect.start', '--json')
      expect(started.code).toBe(1)
      await world.write('Authorization.cfg', AUTHORIZATION.replace('VIEW', 'MODIFY'))
      const allowed = await run('act', '--config', world.configFile, 'collect.start', '--json')
      expect(allowed.code).toBe(0)
      await linesOf(join(world.config.dataDir, 'samples', 'default.jsonl'), 3)
      expect(await openSockets(pid)).toEqual([])
      expect(await end(child, 'SIGTERM')).toEqual([0, null])
    },
    60_000,
  )

  it.runIf(process.platform === 'linux')(
    'differs in that from one in basic mode',
    async () => {
      const { child, stdout } = await runResident(await createWorld())
      const ports = [...stdout.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port))
      const sockets = await openSockets(child.pid ?? 0)
      const byPort = sockets.toSorted((a, b) => a.port - b.port)
      expect(byPort).toEqual(
        ports.toSorted((a, b) => a - b).map((port) => ({ protocol: 'tcp', port })),
      )
      expect(ports).toHaveLength(2)
      expect(await end(child, 'SIGINT')).toEqual([0, null])
    },
    60_000,
  )
})

/** Waits until a file has so many lines. */
async function linesOf(file: string, least: number): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- looks again until it is there
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.split('\n').length > least) return
    // oxlint-disable-next-line no-await-in-loop -- as above
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the local command', () => {
  it('decides by the same files, as the user that runs it, from 127.0.0.1', async () => {
    const world = await createWorld({ trusted: TRUSTED, config: ADVANCED })
    const config = ['--config', world.configFile]
    const act = await run('act', ...config, 'chart', '--json')
    expect([act.code, JSON.parse(act.stdout)]).toMatchObject([
      0,
      { outcome: 'allow', reasons: [{ code: 'level-suffices', source: { line: 2 } }] },
    ])
    const invoke = await run('invoke', ...config, MICROAGENT.sysInfo, 'getHostName', '--json')
    expect([invoke.code, JSON.parse(invoke.stdout)]).toMatchObject([
      0,
      { outcome: 'allow', reasons: [{ code: 'granted', source: { line: 1 } }] },
    ])
    const denied = await run('invoke', ...config, MICROAGENT.sysInfo, 'getHostName', '--group')
    expect([denied.code, denied.stdout]).toEqual([1, expect.stringContaining('group-not-granted')])
    const log = (await readFile(world.config.logFile, 'utf8')).trim().split('\n')
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({
      by: 'local',
      peer: '127.0.0.1',
      claimedUser: userInfo().username,
      outcome: 'deny',
    })
  }, 60_000)

  it('exports the collected data with a manifest, if the transfer is allowed', async () => {
    const authorization = AUTHORIZATION.replace('VIEW', 'MODIFY')
    const world = await createWorld({ authorization, config: ADVANCED })
    const config = ['--config', world.configFile]
    await run('act', ...config, 'collect.start', 'cpu')
    const to = join(world.folder, 'out')
    expect((await run('export', ...config, '--to', to)).code).toBe(0)
    const manifest = await readFile(join(to, 'MANIFEST.sha256'), 'utf8')
    expect(manifest).toMatch(/^[0-9a-f]{64} {2}cpu\.jsonl\n$/)
    const check = promisify(execFile)('sha256sum', ['--check', 'MANIFEST.sha256'], { cwd: to })
    expect((await check).stdout).toContain('cpu.jsonl')
    expect((await run('export', ...config, '--to', to)).code).toBe(2)

    await world.write('Authorization.cfg', AUTHORIZATION.replace('VIEW', 'NONE'))
    const elsewhere = join(world.folder, 'elsewhere')
    expect((await run('export', ...config, '--to', elsewhere)).code).toBe(1)
    await expect(readFile(join(elsewhere, 'cpu.jsonl'))).rejects.toThrow('ENOENT')
  }, 60_000)

  it.each([
    [[]],
    [['dance']],
    [['act', 'chart']],
    [['act', '--config', 'absent.json', 'chart']],
    [['act', '--config', 'absent.json', 'chart', 'a', 'b']],
    [['act', '--config', 'absent.json', 'chart', '../x']],
    [['invoke', '--config', 'absent.json', 'm', 'n', 'word']],
    [['run', '--config', 'absent.json', '--unknown']],
  ])('ends with 2 on a command line that makes no sense: %j', async (args) => {
    const { code, stdout, stderr } = await run(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^gatehouse-agent: /)
  })
})

it('prints what it is, what is in force and what it leaves open at every start', async () => {
  const world = await createWorld({
    authorization: null,
    config: { insecure: ['vendor-default-authorization'] },
    trusted: 'x y z a b\n',
  })
  const { stdout } = await runResident(world)
  expect(stdout).toContain('agent web-1:none:default, security mode basic')
  expect(stdout).toContain('policy Authorization.cfg is in force')
  expect(stdout).toContain('NO POLICY from Trusted.txt')
  expect(stdout).toContain('insecure: vendor-default-authorization')
  expect(stdout).toContain('bmc-authorization runs with vendor-default-authorization')
  expect(stdout).toContain('lacks authentication')
}, 60_000)

it('reads its policies again on SIGHUP', async () => {
  const world = await createWorld()
  const { child, stdout } = await runResident(world)
  const port = daemonPort(stdout)
  const start = () =>
    send(port, PATHS.actions, JSON.stringify({ user: 'pat', action: 'collect.start' }))
  expect((await start()).status).toBe(403)
  await world.write('Authorization.cfg', AUTHORIZATION.replace('VIEW', 'MODIFY'))
  child.kill('SIGHUP')
  // oxlint-disable-next-line no-await-in-loop -- asks again until the new policy is in force
  while ((await start()).status === 403);
  expect((await start()).status).toBe(200)
}, 60_000)
