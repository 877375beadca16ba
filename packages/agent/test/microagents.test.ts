import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { impacts } from '../src/index.ts'
import { createWorld, invoke, MICROAGENT, start, type Received, type Started } from './world.ts'

const TOOLS = {
  hello: { file: '/bin/echo', arguments: ['hello', '$HOME', '; id'] },
  number: { file: '/bin/echo', arguments: ['42.7'] },
  words: { file: '/bin/echo', arguments: ['1 2'] },
  environment: { file: '/usr/bin/env' },
  fails: { file: '/bin/false' },
  hangs: { file: '/bin/sleep', arguments: ['60'], timeoutMs: 50 },
  floods: { file: '/usr/bin/yes', timeoutMs: 100 },
  writes: { file: '/usr/bin/seq', arguments: ['9'], maxOutputBytes: 17 },
  absent: { file: '/nonexistent/program' },
}

type Call = (
  microagent: keyof typeof MICROAGENT,
  method: string,
  args?: Readonly<Record<string, unknown>>,
) => Promise<Received>

async function caller(config: Readonly<Record<string, unknown>> = {}): Promise<[Call, Started]> {
  const started = await start({ config })
  const call: Call = (microagent, method, args = {}) =>
    invoke(started.agent, 'ops', MICROAGENT[microagent], method, { arguments: args })
  return [call, started]
}

const errorOf = ({ status, body }: Received) => [status, body.outcome, body.error?.code]

describe('the table of microagents', () => {
  it('holds the impact of every method that acts', () => {
    const acting = [...impacts].flatMap(([name, methods]) =>
      [...methods]
        .filter(([, impact]) => impact !== 'INFO')
        .map(([method, impact]) => `${name.split('.').at(-1)}:${method} ${impact}`),
    )
    expect(acting).toEqual([
      'Repository:addRuleBase ACTION',
      'Repository:updateRuleBase ACTION',
      'Repository:deleteRuleBase ACTION',
      'Repository:setRBMap ACTION',
      'Repository:setSchedules ACTION',
      'RuleBaseEngine:addRuleBase ACTION',
      'RuleBaseEngine:updateRuleBase ACTION',
      'RuleBaseEngine:deleteRuleBase ACTION',
      'RuleBaseEngine:setRBMap ACTION',
      'RuleBaseEngine:setSchedules ACTION',
      'RuleBaseEngine:loadRuleBase ACTION',
      'RuleBaseEngine:unloadRuleBase ACTION',
      'RuleBaseEngine:execute ACTION',
      'Custom:execute ACTION',
      'Custom:executeForString ACTION_INFO',
      'Custom:executeForNumber ACTION_INFO',
    ])
  })
})

describe('Custom', () => {
  it('runs a tool with its fixed arguments and no shell', async () => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'executeForString', { command: 'hello' })
    expect(received.body.result).toEqual({ exitCode: 0, returnString: 'hello $HOME ; id\n' })
  })

  it('runs it in an empty environment', async () => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'executeForString', { command: 'environment' })
    expect(received.body.result).toEqual({ exitCode: 0, returnString: '' })
  })

  it('reads the number that a tool writes', async () => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'executeForNumber', { command: 'number' })
    expect(received.body.result).toEqual({ exitCode: 0, double: 42.7, integer: 42 })
    const words = await call('custom', 'executeForNumber', { command: 'words' })
    expect(errorOf(words)).toEqual([500, 'allow', 'execution-failed'])
  })

  it('takes no output that was cut for what the tool said', async () => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'executeForString', { command: 'writes' })
    expect(errorOf(received)).toEqual([500, 'allow', 'execution-failed'])
    const ignored = await call('custom', 'execute', { command: 'writes' })
    expect(ignored.body.result).toEqual({ exitCode: 0 })
  })

  it('drops the output and tells the exit code of a tool that fails', async () => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'execute', { command: 'fails' })
    expect(received.body.result).toEqual({ exitCode: 1 })
  })

  it.each([
    ['a path', { command: '/bin/echo' }, [404, 'allow', 'no-such-object']],
    ['a command line', { command: 'hello; id' }, [404, 'allow', 'no-such-object']],
    ['an inherited name', { command: 'toString' }, [404, 'allow', 'no-such-object']],
    ['further arguments', { command: 'hello', more: 'x' }, [400, 'allow', 'invalid-arguments']],
    ['no command', {}, [400, 'allow', 'invalid-arguments']],
  ])('runs nothing for %s', async (_, args, expected) => {
    const [call] = await caller({ tools: TOOLS })
    expect(errorOf(await call('custom', 'execute', args))).toEqual(expected)
    expect(errorOf(await call('engine', 'execute', args))).toEqual(expected)
  })

  it.each(['hangs', 'floods', 'absent'])('ends or gives up a tool that %s', async (command) => {
    const [call] = await caller({ tools: TOOLS })
    const received = await call('custom', 'execute', { command })
    expect(errorOf(received)).toEqual([500, 'allow', 'execution-failed'])
  })
})

async function withFiles(): Promise<[Call, string]> {
  const { folder, write } = await createWorld()
  await mkdir(join(folder, 'logs'))
  await write('logs/app.log', Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join(''))
  await write('secret.txt', 'secret\n')
  await symlink(join(folder, 'secret.txt'), join(folder, 'logs', 'link.log'))
  const roots = [join(folder, 'logs')]
  const [call] = await caller({ fileStat: { roots }, logfile: { roots } })
  return [call, folder]
}

describe('FileStat and Logfile', () => {
  it('look into the allowed folders', async () => {
    const [call, folder] = await withFiles()
    const file = join(folder, 'logs', 'app.log')
    const status = await call('fileStat', 'getFileStatus', { path: file })
    expect(status.body.result).toMatchObject({ kind: 'file', bytes: 150 })
    const directory = join(folder, 'logs')
    const count = await call('fileStat', 'getFileCount', { directory, name: 'app' })
    expect(count.body.result).toEqual({ count: 1 })
    const lines = await call('logfile', 'getLastLines', { file, count: '2' })
    expect(lines.body.result).toEqual({ lines: ['line 18', 'line 19'] })
    const line = await call('logfile', 'onNewLine', { file })
    expect(line.body.result).toEqual({ nextLine: 'line 19', previousLine: 'line 18' })
  })

  it.each(['secret.txt', 'logs/../secret.txt', 'logs/link.log', 'absent', 'logs/absent'])(
    'give one and the same answer for %s outside of them, or not there',
    async (name) => {
      const [call, folder] = await withFiles()
      const path = `${folder}/${name}`
      const received = [
        await call('fileStat', 'getFileStatus', { path }),
        await call('logfile', 'getLastLines', { file: path }),
      ]
      expect(received.map(errorOf)).toEqual([
        [404, 'allow', 'no-such-object'],
        [404, 'allow', 'no-such-object'],
      ])
    },
  )

  it('look nowhere while the config names no folder', async () => {
    const [call] = await caller()
    const status = await call('fileStat', 'getFileStatus', { path: '/etc/passwd' })
    expect(errorOf(status)).toEqual([404, 'allow', 'no-such-object'])
  })

  it('do not read a folder as a log', async () => {
    const [call, folder] = await withFiles()
    const received = await call('logfile', 'getLastLines', { file: join(folder, 'logs') })
    expect(errorOf(received)).toEqual([404, 'allow', 'no-such-object'])
  })
})

describe('Repository and RuleBaseEngine', () => {
  it.each(['repository', 'engine'] as const)('keep rulebases apart: %s', async (shelf) => {
    const [call] = await caller()
    const other = shelf === 'engine' ? 'repository' : 'engine'
    const added = await call(shelf, 'addRuleBase', { name: 'disks', text: 'rule 1' })
    expect(added.body.result).toEqual({ added: 'disks' })
    const twice = await call(shelf, 'addRuleBase', { name: 'disks', text: 'rule 2' })
    expect(errorOf(twice)).toEqual([409, 'allow', 'object-exists'])
    await call(shelf, 'updateRuleBase', { name: 'disks', text: 'rule 3' })
    const all = await call(shelf, 'getRuleBases')
    expect(all.body.result).toEqual({ ruleBases: { disks: 'rule 3' } })
    expect((await call(other, 'getRuleBases')).body.result).toEqual({ ruleBases: {} })
    await call(shelf, 'deleteRuleBase', { name: 'disks' })
    const gone = await call(shelf, 'deleteRuleBase', { name: 'disks' })
    expect(errorOf(gone)).toEqual([404, 'allow', 'no-such-object'])
  })

  it('load a rulebase of the repository into the engine and unload it', async () => {
    const [call] = await caller()
    await call('repository', 'addRuleBase', { name: 'disks', text: 'rule' })
    await call('engine', 'loadRuleBase', { name: 'disks' })
    const names = await call('engine', 'getRuleBaseNames')
    expect(names.body.result).toEqual({ names: ['disks'] })
    const unloaded = await call('engine', 'unloadRuleBase', { name: 'disks' })
    expect(unloaded.body.result).toEqual({ unloaded: true })
  })

  it('keep their maps over a restart', async () => {
    const [call, { agent, config }] = await caller()
    await call('repository', 'setRBMap', { text: 'disks: web-1' })
    await agent.close()
    const again = await start({ config: { dataDir: config.dataDir } })
    const map = await invoke(again.agent, 'ops', MICROAGENT.repository, 'getRBMap')
    expect(map.body.result).toEqual({ text: 'disks: web-1' })
    const other = await invoke(again.agent, 'ops', MICROAGENT.engine, 'getRBMap')
    expect(other.body.result).toEqual({ text: '' })
  })

  it.each(['../x', '.x', 'a/b', 'x.json', ''])('refuse %j as the name of a file', async (name) => {
    const [call] = await caller()
    const received = await call('repository', 'addRuleBase', { name, text: 'x' })
    expect(errorOf(received)).toEqual([400, 'allow', 'invalid-arguments'])
  })
})

describe('Self, SysInfo and Process', () => {
  it('describe the agent and the machine', async () => {
    const [call] = await caller()
    const results = await Promise.all([
      call('self', 'getUptime'),
      call('self', 'getAgentTimeZone'),
      call('self', 'getSecurityInfo'),
      call('self', 'getMicroAgentInfo', { name: MICROAGENT.custom }),
      call('sysInfo', 'getOperatingSystem'),
      call('sysInfo', 'getArchitecture'),
      call('sysInfo', 'getNetworkAddress'),
    ])
    expect(results.map(({ body }) => body.result)).toEqual([
      { seconds: expect.any(Number) },
      { timeZone: expect.any(String) },
      { policyClass: '@gatehouse/hawk-trusted', description: expect.any(String) },
      { microagents: [{ name: MICROAGENT.custom, description: expect.any(String) }] },
      { name: expect.any(String), version: expect.any(String) },
      { architecture: expect.any(String) },
      { addresses: expect.any(Array) },
    ])
  })

  it('describe the methods of a microagent', async () => {
    const [call] = await caller()
    const received = await call('self', 'describe', { microagent: MICROAGENT.custom })
    expect(received.body.result).toMatchObject({
      methods: [
        { name: 'execute', impact: 'ACTION', arguments: ['command'] },
        { name: 'executeForString', impact: 'ACTION_INFO' },
        { name: 'executeForNumber', impact: 'ACTION_INFO' },
      ],
    })
  })

  it.runIf(process.platform === 'linux')('list processes without their arguments', async () => {
    const [call] = await caller()
    const { body } = await call('process', 'getProcess')
    const { processes } = body.result as { processes: { pid: number }[] }
    expect(processes.find(({ pid }) => pid === process.pid)).toEqual({
      pid: process.pid,
      name: expect.any(String),
      state: expect.any(String),
      residentBytes: expect.any(Number),
    })
    const none = await call('process', 'getInstanceCount', { name: 'no such process' })
    expect(none.body.result).toEqual({ count: 0 })
  })
})
