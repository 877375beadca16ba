import { formatTrustList } from '@gatehouse/certificate-trust'
import { PATHS } from '@gatehouse/protocol'
import { describe, expect, test } from 'vitest'
import { CONSOLE, world } from './exec-world.ts'
import { run } from './support.ts'
import { answer, asked, NODE, type Manners, type Receiver } from './signed-world.ts'
import { listOf, writeTrust } from './tls-world.ts'

const REPLICATE = 'Replicate Agent Settings'

const ANN = ['--user', 'ann']

interface Told {
  readonly permission: { outcome: string; level?: string; reasons: { code: string }[]; lines: [] }
  readonly results: readonly object[]
  readonly settings?: object
}

async function told(words: readonly string[]): Promise<Told & { exit: number }> {
  const { exit, out } = await run([...words, '--json'])
  return { ...(JSON.parse(out) as Told), exit }
}

function nothingReached(agents: readonly Receiver[]): void {
  expect(agents.map(({ traffic }) => traffic)).toEqual(
    agents.map(() => ({ connections: 0, bytes: 0 })),
  )
}

test('a tool runs on every system that is named, at the level of its definition', async () => {
  const { agents, options } = await world()
  const shown = await run(['exec', 'restart', '--on', 'web01,web02', ...ANN, ...options])
  expect(shown).toMatchObject({ exit: 0, err: '' })
  expect(shown.out.match(/ALLOW +request-verified/g)).toHaveLength(2)
  expect(shown.out).toMatch(/exit code 0\n +ran restart\n/)
  expect(shown.out).toMatch(/2 systems at level operator: 2 done\n$/)
  const task = { user: 'ann', level: 'operator', tool: 'restart' }
  expect(agents.map(asked)).toEqual([
    [{ ...task, target: 'web01' }],
    [{ ...task, target: 'web02' }],
    [],
  ])
})

test('arguments go along, and `all` is every system with a web agent', async () => {
  const { agents, options } = await world()
  const words = ['exec', 'restart', '--on', 'all', '--user', 'root', '--argument', 'unit=a=b']
  const { exit, results } = await told([...words, ...options])
  expect([exit, results.length]).toEqual([0, 3])
  expect(asked(agents[2])).toMatchObject([{ arguments: { unit: 'a=b' } }])
})

describe('nothing is sent to anybody', () => {
  test('when one system of several is not authorized, which is named', async () => {
    const { agents, options } = await world()
    const words = ['exec', 'restart', '--on', 'web01,web03,web02', ...ANN, ...options]
    const { exit, permission, results } = await told(words)
    expect([exit, permission.outcome, results]).toEqual([1, 'deny', []])
    expect(permission.reasons).toMatchObject([{ code: 'no-toolbox-on-system' }])
    expect(permission.lines).toHaveLength(1)
    const shown = await run(words)
    expect(shown.out).toContain('not on web03')
    expect(shown.out).not.toContain('not on web01')
    nothingReached(agents)
  })

  test.each([
    ['tool-unknown', 'nothing', 'ann'],
    ['user-unknown', 'restart', 'bob'],
    ['single-login-tool', 'System Management Homepage As User', 'ann'],
    ['no-web-agent-access', 'local', 'ann'],
  ])('when the decision is %s', async (code, tool, user) => {
    const { agents, options } = await world()
    const words = ['exec', tool, '--on', 'web01', '--user', user, ...options]
    const { exit, permission } = await told(words)
    expect(exit).toBe(1)
    expect(permission).toMatchObject({ outcome: 'deny', reasons: [{ code }] })
    nothingReached(agents)
  })

  test.each([
    ['a system is unknown', ['restart', '--on', 'web01,none'], 'none'],
    ['a system has no web agent', ['restart', '--on', 'web01,old'], 'old'],
    ['replication has no source', [REPLICATE, '--on', 'web01'], '--from'],
    ['another tool has a source', ['restart', '--on', 'web01', '--from', 'web02'], '--from'],
    ['the source is a target', [REPLICATE, '--on', 'web01', '--from', 'web01'], 'web01'],
    ['there are two sources', [REPLICATE, '--on', 'web01', '--from', 'web02,web03'], '--from'],
    ['an argument has no name', ['restart', '--on', 'web01', '--argument', '=x'], '=x'],
    ['an argument has a bad name', ['restart', '--on', 'web01', '--argument', '-a=x'], 'name'],
  ])('when %s', async (_, words, named) => {
    const { agents, options } = await world()
    const { exit, err } = await run(['exec', ...words, '--user', 'root', ...options])
    expect(exit).toBe(2)
    expect(err).toContain(named)
    nothingReached(agents)
  })

  test('when no files or no systems are named', async () => {
    const { agents, options } = await world()
    const [, systems = ''] = options
    const words = ['exec', 'restart', '--on', 'web01', ...ANN]
    expect((await run([...words, '--systems', systems])).exit).toBe(2)
    expect((await run(['exec', 'restart', ...ANN, ...options])).exit).toBe(2)
    nothingReached(agents)
  })
})

describe('who runs the command', () => {
  const words = ['exec', 'restart', '--on', 'web01']
  const ann = { name: 'ann', isRoot: false }

  test('acts as the account of the operating system', async () => {
    const { agents, options } = await world()
    expect((await run([...words, ...options], {}, { account: ann })).exit).toBe(0)
    expect((await run([...words, ...ANN, ...options], {}, { account: ann })).exit).toBe(0)
    expect(asked(agents[0])).toMatchObject([{ user: 'ann' }, { user: 'ann' }])
  })

  test.each([
    ['another user', ['--user', 'root'], ann],
    ['nobody, without a name', [], { name: undefined, isRoot: true }],
  ])('cannot act as %s', async (_, named, account) => {
    const { agents, options } = await world()
    const { exit, err } = await run([...words, ...named, ...options], {}, { account })
    expect(exit).toBe(2)
    if (account === ann) expect(err).toContain('other-account')
    nothingReached(agents)
  })
})

/** An answer to a task whose program ended so. */
const ranWith = (exitCode: number) => ({
  system: NODE,
  outcome: 'allow',
  reasons: [{ code: 'request-verified' }],
  result: { exitCode, output: '\u001B[2Jred\u202E\n\tsecond', truncated: true },
})
describe('the exit code is', () => {
  const { result: _result, ...verified } = ranWith(0)

  test.each([
    ['0 for a program that ends with 0', 200, ranWith(0), 0, '1 done'],
    ['3 for a program that ends otherwise', 200, ranWith(7), 3, '1 failed'],
    ['1 for a deny', 403, { ...verified, outcome: 'deny' }, 1, '1 denied'],
    [
      '2 for a tool that there is not',
      404,
      { ...verified, error: { code: 'no-such-object', message: 'm' } },
      2,
      '1 failed',
    ],
    [
      '3 for a program that could not run',
      500,
      { ...verified, error: { code: 'execution-failed', message: 'm' } },
      3,
      '1 failed',
    ],
    ['3 where the outcome is unknown', 200, {}, 3, '1 with an unknown outcome'],
  ])('%s', async (_, status, body, exit, counted) => {
    const { options } = await world({ answer: (_r, response) => answer(response, status, body) })
    const shown = await run(['exec', 'restart', '--on', 'web01', ...ANN, ...options])
    expect(shown.exit).toBe(exit)
    expect(shown.out).toMatch(new RegExp(`[:,] ${counted}\n$`))
    for (const character of ['\u001B', '\u202E']) expect(shown.out).not.toContain(character)
  })

  test('2 for a system whose certificate is not trusted, and the gravest counts', async () => {
    const { agents, folder, options } = await world()
    const others = agents.slice(1).flatMap(({ own }) => own.certificates.slice(0, 1))
    await writeTrust(folder, ...others.map((one) => [one, 'system'] as const))
    const words = ['exec', 'restart', '--on', 'web01,web02', ...ANN, ...options]
    const { exit, results } = await told(words)
    expect(exit).toBe(2)
    expect(results).toMatchObject([
      { failure: { code: 'certificate-refused' } },
      { answer: { outcome: 'allow' } },
    ])
    expect(agents[0]?.traffic).toMatchObject({ bytes: 0 })
  })
})

/** A system that gives something for settings. */
function gives(result: unknown): Manners {
  const reasons = [{ code: 'request-verified' }]
  return {
    answer: (_, response) =>
      answer(response, 200, { system: NODE, outcome: 'allow', reasons, result }),
  }
}

describe(REPLICATE, () => {
  const trusted = JSON.parse(
    formatTrustList(listOf([CONSOLE.certificates[0], 'console'])),
  ) as unknown
  const text = JSON.stringify({ format: 'f/1', mode: 'certificate', names: [], trusted })

  test('reads the settings of one system and gives them to the others, unchanged', async () => {
    const { agents, options } = await world(gives({ settings: text }))
    const words = ['exec', REPLICATE, '--from', 'web01', '--on', 'web02', ...ANN, ...options]
    const { exit, settings, results, permission } = await told(words)
    expect([exit, permission.level, results.length]).toEqual([0, 'administrator', 2])
    const [{ sha256 }] = CONSOLE.certificates
    expect(settings).toEqual({ mode: 'certificate', names: [], trusted: [sha256] })
    expect(agents.map((agent) => asked(agent).map((task) => task.arguments))).toEqual([
      [{ read: 'settings' }],
      [{ settings: text }],
      [],
    ])
  })

  test('needs an authorization on the source as well', async () => {
    const { agents, options } = await world(gives({ settings: text }))
    const words = ['exec', REPLICATE, '--from', 'web03', '--on', 'web02', ...ANN, ...options]
    expect(await told(words)).toMatchObject({ exit: 1, results: [] })
    nothingReached(agents)
  })

  test.each([
    ['no settings', { exitCode: 0 }],
    ['no text', { settings: 1 }],
    ['no JSON', { settings: '{' }],
    ['settings with no list', { settings: '{"mode":"all","names":[]}' }],
    ['more', { settings: text, more: 1 }],
  ])('passes nothing on of a system that gives %s', async (_, result) => {
    const { agents, options } = await world(gives(result))
    const words = ['exec', REPLICATE, '--from', 'web01', '--on', 'web02', ...ANN, ...options]
    expect(await told(words)).toMatchObject({
      exit: 2,
      results: [{ system: 'web01', failure: { code: 'answer-invalid' } }],
    })
    expect(agents[1]?.reached).toEqual([])
  })

  test('passes nothing on of a system that denies', async () => {
    const { agents, options } = await world({
      answer: (_, response) =>
        answer(response, 403, { system: NODE, outcome: 'deny', reasons: [{ code: 'c' }] }),
    })
    const words = ['exec', REPLICATE, '--from', 'web01', '--on', 'web02', ...ANN, ...options]
    expect(await told(words)).toMatchObject({ exit: 1, results: [{ system: 'web01' }] })
    expect(agents[1]?.reached.map(({ path }) => path)).not.toContain(PATHS.tasks)
  })
})
