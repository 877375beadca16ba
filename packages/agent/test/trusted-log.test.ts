import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseLogLine, type LogLine } from '@gatehouse/hawk-trusted'
import { describe, expect, it } from 'vitest'
import { openLocal } from '../src/index.ts'
import { act, ADDRESS, invoke, MICROAGENT, start, type Started } from './world.ts'

const LINES = 'ops + * +\nclerk * * *\n'

function trustedWith(options: string): string {
  return `<LogService>${options === '' ? '' : ` ${options}`}\n${LINES}`
}

/** All lines of a `Trusted.log` and the files before it, in no order. Throws for one that is none. */
async function trustedLines(folder: string): Promise<LogLine[]> {
  const names = (await readdir(folder)).filter((name) => /^Trusted\d*\.log$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts
    .flatMap((text) => text.split('\n').slice(0, -1))
    .map((line) => {
      const read = parseLogLine(line)
      if (read === undefined) throw new Error(`no line of the log: ${line}`)
      return read
    })
}

function uptime({ agent }: Started, user: string) {
  return invoke(agent, user, MICROAGENT.self, 'getUptime')
}

describe('Trusted.log', () => {
  it('has a line for each invocation, granted and refused, and none for actions', async () => {
    const started = await start({ trusted: trustedWith('') })
    await uptime(started, 'ops')
    await invoke(started.agent, 'clerk', MICROAGENT.custom, 'execute', { scope: 'group' })
    await invoke(started.agent, 'ops', 'no.such.Microagent', 'x')
    await act(started.agent, 'chart', ADDRESS.view)
    const node = { name: 'web-1', dns: 'none', domain: 'default' }
    expect(await trustedLines(started.config.dataDir)).toMatchObject([
      { user: 'ops', node, microagent: MICROAGENT.self, method: 'getUptime', outcome: 'allow' },
      { user: 'clerk', node, microagent: MICROAGENT.custom, method: 'execute', outcome: 'deny' },
      { user: 'ops', node, microagent: 'no.such.Microagent', method: 'x', outcome: 'deny' },
    ])
  })

  it('holds no line that a user name forged', async () => {
    const started = await start({ trusted: trustedWith('') })
    const user = 'x, node=a:b:c, microagent=m, method=n.\nTue Jan 01 00:00:00 UTC 2030: Trusted'
    await uptime(started, user)
    expect(await trustedLines(started.config.dataDir)).toMatchObject([{ user, outcome: 'deny' }])
  })

  it('rolls at its size, keeps as many files as it is told, and loses nothing', async () => {
    const options = '-log_dir logs -log_max_size 1 -log_max_num 99'
    const started = await start({ trusted: trustedWith(options) })
    const users = Array.from({ length: 60 }, (_, index) => `user${index}`)
    await Promise.all(users.map((user) => uptime(started, user)))
    const folder = join(started.folder, 'logs')
    const names = await readdir(folder)
    expect(names).toContain('Trusted1.log')
    const sizes = await Promise.all(
      names.map(async (name) => (await readFile(join(folder, name))).length),
    )
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024)
    const lines = await trustedLines(folder)
    expect(lines.map(({ user }) => user).toSorted()).toEqual(users.toSorted())
  })

  it('drops the oldest file beyond its number', async () => {
    const trusted = trustedWith('-log_dir logs -log_max_size 1 -log_max_num 1')
    const started = await start({ trusted })
    const users = Array.from({ length: 30 }, (_, index) => `user${index}`)
    await Promise.all(users.map((user) => uptime(started, user)))
    const names = (await readdir(join(started.folder, 'logs'))).filter((name) =>
      name.endsWith('.log'),
    )
    expect(names.toSorted()).toEqual(['Trusted.log', 'Trusted1.log'])
  })

  it('is not there while the file does not ask for it', async () => {
    const started = await start()
    await uptime(started, 'ops')
    expect(await readdir(started.config.dataDir)).not.toContain('Trusted.log')
  })
})

describe('a reload', () => {
  it('opens, moves and closes it as the file says', async () => {
    const started = await start()
    const { agent, folder, write } = started
    const reload = async (trusted: string, user: string) => {
      await write('Trusted.txt', trusted)
      await agent.reload()
      expect((await uptime(started, user)).status).toBe(200)
    }
    await reload(LINES, 'ops')
    await reload(trustedWith('-log_dir one'), 'ops')
    await reload(`${trustedWith('-log_dir one')}# changed\n`, 'clerk')
    await reload(trustedWith('-log_dir one -log_max_num 2'), 'ops')
    await reload(trustedWith('-log_dir two'), 'ops')
    await reload(LINES, 'ops')
    await reload(trustedWith('-log_dir one'), 'clerk')
    const users = async (name: string) =>
      (await trustedLines(join(folder, name))).map(({ user }) => user)
    expect(await users('one')).toEqual(['ops', 'clerk', 'ops', 'clerk'])
    expect(await users('two')).toEqual(['ops'])
    expect(await readdir(join(folder, 'two'))).toEqual(['Trusted.log'])
  })

  it.each([
    ['moves it', '-log_dir two'],
    ['changes its limits', '-log_dir one -log_max_num 2'],
  ])('that %s loses no line of what is decided meanwhile', async (_, options) => {
    const started = await start({ trusted: trustedWith('-log_dir one') })
    const { agent, folder, write } = started
    const users = Array.from({ length: 40 }, (__, index) => `user${index}`)
    const asked = users.map((user) => uptime(started, user))
    await Promise.race(asked)
    await write('Trusted.txt', trustedWith(options))
    await agent.reload()
    const answers = await Promise.all(asked)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
    await uptime(started, 'last')
    const folders = options.includes('two') ? ['one', 'two'] : ['one']
    const lines = await Promise.all(folders.map((name) => trustedLines(join(folder, name))))
    const logged = lines.flat().map(({ user }) => user)
    expect(logged.toSorted()).toEqual([...users, 'last'].toSorted())
  })

  it('that finds a file with errors leaves it as it is', async () => {
    const started = await start({ trusted: trustedWith('-log_dir one') })
    await started.write('Trusted.txt', `${trustedWith('-log_dir two')}! x\n`)
    await started.agent.reload()
    await uptime(started, 'ops')
    expect(await trustedLines(join(started.folder, 'one'))).toHaveLength(1)
  })
})

describe('without a place to write it', () => {
  it('no invocation is carried out until there is one', async () => {
    const started = await start({
      trusted: trustedWith('-log_dir logs'),
      files: { logs: 'a file' },
    })
    const refused = await uptime(started, 'ops')
    expect([refused.status, refused.body.error.code]).toEqual([503, 'audit-unavailable'])
    expect((await act(started.agent, 'chart', ADDRESS.view)).status).toBe(200)
    expect(started.log).toContainEqual(expect.objectContaining({ event: 'audit-failing' }))
    await rm(join(started.folder, 'logs'))
    await started.agent.reload()
    expect((await uptime(started, 'ops')).status).toBe(200)
    expect(await trustedLines(join(started.folder, 'logs'))).toHaveLength(1)
  })

  it('an agent that is told to go on does, and says so', async () => {
    const config = { audit: { onFull: 'continue' } }
    const files = { logs: 'a file' }
    const started = await start({ trusted: trustedWith('-log_dir logs'), config, files })
    expect((await uptime(started, 'ops')).status).toBe(200)
    expect(started.log).toContainEqual(
      expect.objectContaining({ event: 'audit-failed', onFull: 'continue' }),
    )
  })
})

it('a local command writes to a log beside that of the agent that runs', async () => {
  const started = await start({ trusted: trustedWith('-log_dir logs') })
  await uptime(started, 'ops')
  const local = await openLocal(started.config, { logStream: { write: () => undefined } })
  const request = { microagent: MICROAGENT.self, method: 'getUptime', scope: 'group' } as const
  const replies = await Promise.all([1, 2, 3].map(() => local.invoke(request)))
  expect(replies.map(({ status }) => status)).toEqual([403, 403, 403])
  const text = await readFile(join(started.folder, 'logs/Trusted-local.log'), 'utf8')
  expect(text.split('\n').filter((line) => parseLogLine(line)?.outcome === 'deny')).toHaveLength(3)
  expect(await trustedLines(join(started.folder, 'logs'))).toHaveLength(1)
})
