import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixedSystems, systemsFile, type System } from '../src/systems.ts'
import { commandLine, quoteWord } from '../src/tasks/command-line.ts'
import { planTask, type Plan, type TaskOrder } from '../src/tasks/plan.ts'
import type { RunOrder } from '../src/tasks/runner.ts'
import { fileWith } from './support.ts'
import { FILES, operator, SYSTEMS, withSsh } from './tasks-world.ts'

function plan(order: TaskOrder, user = 'ann', directory = SYSTEMS): Promise<Plan> {
  return planTask(order, 'f00d', operator(user), directory)
}

async function orders(order: TaskOrder, user = 'ann'): Promise<readonly RunOrder[]> {
  const { work } = await plan(order, user)
  if (work === undefined) throw new TypeError('denied')
  return work.orders
}

/** The variables that a command line gives, when a shell carries it out. */
function variables(line: string): Map<string, string> {
  const env = { HOME: '/', PATH: '/usr/bin:/bin', CLASSPATH: 'x', ENV: 'x', JAVA_HOME: 'x' }
  const piped = ['-c', 'printf "read=not read" | /bin/sh -c "$1"', 'sh', line]
  const out = execFileSync('/bin/sh', piped, { env, encoding: 'utf8' })
  return new Map(
    out
      .split('\0')
      .filter((text) => text.includes('='))
      .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  )
}

const word = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((text) => !text.includes('\0') && !/\p{Cs}/u.test(text))

test('a quoted word reaches the program as it is, whatever it holds', () => {
  const hostile = fc.array(fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', '*', '-'))
  const words = fc.array(
    fc.oneof(
      word,
      hostile.map((parts) => parts.join('')),
    ),
    { minLength: 40 },
  )
  fc.assert(
    fc.property(words, (given) => {
      const line = `printf '%s\\0' ${given.map(quoteWord).join(' ')}`
      const printed = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
      expect(printed).toBe(given.map((one) => `${one}\0`).join(''))
    }),
    { numRuns: 30 },
  )
})

/** What `fish` makes of a word: between single quotes a backslash takes `'` and itself, outside of them anything. */
function readByFish(quoted: string): string {
  let isQuoted = false
  let text = ''
  for (let at = 0; at < quoted.length; at += 1) {
    const [character, next] = [quoted.charAt(at), quoted.charAt(at + 1)]
    if (character === '\\' && (!isQuoted || /['\\]/.test(next))) {
      text += next
      at += 1
    } else if (character === "'") isQuoted = !isQuoted
    else text += character
  }
  return isQuoted ? 'more is read' : text
}

test.each([String.raw`\'; id #`, String.raw`\\'; id #`, String.raw`a\b`, "'", '\\'])(
  'a quoted word is one word to a shell that reads backslashes between quotes: %s',
  (text) => {
    expect(readByFish(quoteWord(text))).toBe(text)
  },
)

test.each(['a\0b', 'a\ud800'])('a word that no command line carries is refused', (text) => {
  expect(() => quoteWord(text)).toThrow(TypeError)
})

test('a shell gets the variables of the task, four of them empty, and nothing to read', () => {
  const command = { script: 'env -0; cat', environment: new Map([['OWN', "it's"]]) }
  const task = { MX_USER: '$(id) `id` "\'', MX_TASKID: '1' }
  const found = variables(commandLine({ command, values: [], task }))
  expect(Object.fromEntries(found)).toMatchObject({
    ...task,
    OWN: "it's",
    CLASSPATH: '',
    ENV: '',
    JAVA_HOME: '',
    SHLIB_PATH: '',
    HOME: '/',
    PWD: '/',
  })
  expect([...found.values()].join('')).not.toContain('not read')
})

test('a definition may set what is emptied, and no variable of the task', () => {
  const environment = new Map([
    ['JAVA_HOME', '/java'],
    ['MX_USER', 'root'],
  ])
  const command = { script: 'env -0', environment }
  const found = variables(commandLine({ command, values: [], task: { MX_USER: 'ann' } }))
  expect([found.get('JAVA_HOME'), found.get('MX_USER')]).toEqual(['/java', 'ann'])
})

test('a single-system-aware tool runs once on each target, which it alone is told of', async () => {
  const found = await orders({ tool: 'uptime', systems: 'web01,web02', display: 'x:0' })
  expect(found.map(({ system, environment }) => [system.name, environment])).toEqual([
    ['web01', {}],
    ['web02', {}],
  ])
  const given = found.map(({ command }) => {
    return variables(command.replace('\'uptime "${1}"\'', "'env -0'"))
  })
  expect(Object.fromEntries(given[0] ?? [])).toMatchObject({
    MX_USER: 'ann',
    MX_TASKID: 'f00d',
    MX_TOOL: 'uptime',
    MX_TARGETS: 'web01',
    MX_CMS: 'cms',
    MX_REPOSITORY: 'cms',
    DISPLAY: 'x:0',
  })
  expect(given[1]?.get('MX_TARGETS')).toBe('web02')
})

test('a multiple-system-aware tool runs once, on the management server, for all targets', async () => {
  const [order, other] = await orders({ tool: 'spread', systems: 'web01,old' }, 'root')
  expect([order?.system.name, other]).toEqual(['cms', undefined])
  expect(order?.command).toContain("'MX_TARGETS=web01 old'")
  expect(order?.command).toContain("'spread'")
})

const WITH_CMS = 'ann:Web:n:web01\nann:Web:n:cms\n'

test.each([
  ['cms-undecided', 'tools', 'false', WITH_CMS],
  ['cms-not-authorized', 'tools', 'true', 'ann:Web:n:web01\n'],
  ['authorized', 'authorizations', 'true', WITH_CMS],
])(
  'a tool that takes no targets runs on the management server for whom may use it there: %s',
  async (code, file, acts, authorizations) => {
    const tools = `<tool-list><msa-command-tool name="fixed" accepts-targets="false" acts-on-cms="${acts}"><default-target>web01</default-target><toolbox toolbox-name="Web"/><msa-block><command>fixed</command></msa-block></msa-command-tool></tool-list>`
    const ann = operator('ann', { tools, authorizations })
    const { permission, work } = await planTask({ tool: 'fixed' }, '1', ann, SYSTEMS)
    expect(permission.reasons[0]).toMatchObject({ code, source: { file } })
    const isAllowed = permission.outcome === 'allow'
    expect(isAllowed).toBe(code === 'authorized')
    expect(work?.orders.map(({ system }) => system.name)).toEqual(isAllowed ? ['cms'] : undefined)
  },
)

async function accounts(tool: string): Promise<string[]> {
  return (await orders({ tool, systems: 'web01,web02' })).map(({ account }) => account)
}

test('the account is that of the definition, else of the system, else of who asks', async () => {
  expect(await accounts('quiet')).toEqual(['daemon', 'daemon'])
  expect(await accounts('uptime')).toEqual(['web', 'ann'])
})

test('an agent gets the name of the tool and nothing else, and variables beside it', async () => {
  for (const tool of ['uptime', 'bare']) {
    // oxlint-disable-next-line no-await-in-loop -- two
    const [order] = await orders({ tool, systems: 'db01' }, 'root')
    expect(order?.command).toBe(tool)
    expect(order?.environment).toMatchObject({ MX_USER: 'root', MX_TARGETS: 'db01' })
  }
})

test('`all` is every system with SSH, and without systems the definition says where', async () => {
  const directory = fixedSystems([withSsh('cms'), withSsh('WEB01'), OLD])
  const all = await plan({ tool: 'uptime', systems: 'all' }, 'root', directory)
  expect(all.work?.targets).toEqual(['cms', 'WEB01'])
  const some = { ...FILES, authorizations: 'root:All Tools:n:*\nann:Web:n:web01\n' }
  const { work } = await planTask({ tool: 'everywhere' }, '1', operator('ann', some), SYSTEMS)
  expect(work?.targets).toEqual(['web01'])
})

const OLD: System = { name: 'old', address: '192.0.2.1', port: 10128 }

describe('an order is denied', () => {
  test.each([
    ['no-toolbox-on-system', { tool: 'uptime', systems: 'web01,db01' }, 'ann'],
    ['tool-unknown', { tool: 'none', systems: 'web01' }, 'ann'],
    ['user-unknown', { tool: 'uptime', systems: 'web01' }, 'eve'],
    ['targets-missing', { tool: 'uptime' }, 'ann'],
    ['no-toolbox-on-system', { tool: 'spread', systems: 'web01' }, 'ann'],
    ['copy-unsupported', { tool: 'copying', systems: 'web01' }, 'ann'],
    ['command-missing', { tool: 'bare', systems: 'web01' }, 'ann'],
    ['argument-unknown', { tool: 'uptime', systems: 'web01', arguments: { x: '' } }, 'ann'],
    ['argument-malformed', { tool: 'uptime', systems: 'web01', arguments: { how: '\0' } }, 'ann'],
    ['display-malformed', { tool: 'uptime', systems: 'web01', display: ':0\0' }, 'ann'],
    ['display-malformed', { tool: 'bare', systems: 'db01', display: ':0\n' }, 'root'],
    ['arguments-not-taken', { tool: 'uptime', systems: 'db01', arguments: { how: '' } }, 'root'],
    ['arguments-not-taken', { tool: 'bare', systems: 'db01', arguments: { how: '' } }, 'root'],
  ])('%s: %o', async (code, order, user) => {
    const { permission, work } = await plan(order, user)
    expect(work).toBeUndefined()
    expect(permission).toMatchObject({ outcome: 'deny', reasons: [{ code }] })
    expect(permission.reasons[0]?.source).toBeDefined()
  })
})

test.each([
  { tool: 'uptime', systems: 'none' },
  { tool: 'uptime', systems: 'old' },
])('systems that are unknown or without SSH end it: %o', async (order) => {
  await expect(plan(order)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

async function read(ssh: object, own: object = {}): Promise<System[]> {
  const systems = [{ name: 'a', address: '192.0.2.1', ssh: own }]
  const path = await fileWith(JSON.stringify({ systems, ssh }), 'systems.json')
  return [...(await systemsFile(path).list())]
}

describe('the systems file', () => {
  const common = { knownHostsFile: 'hosts', keyFile: 'key.pem' }
  test('has what all systems share, files named from its folder, and defaults', async () => {
    const [system] = await read(common)
    const folder = dirname(system?.ssh?.settings.keyFile ?? '')
    expect(system?.ssh).toEqual({
      port: 22,
      runs: 'shell',
      settings: {
        knownHostsFile: join(folder, 'hosts'),
        keyFile: join(folder, 'key.pem'),
        firstUse: 'first-time',
      },
    })
  })

  test('has the port of an agent, an account and an alias', async () => {
    const own = { runs: 'tools', account: 'ops', hostKeyAlias: 'web' }
    const [system] = await read({ ...common, addUnknownHosts: 'NEVER' }, own)
    expect(system?.ssh).toMatchObject({ ...own, port: 22_222, settings: { firstUse: 'never' } })
    expect((await read({ ...common, addUnknownHosts: false }))[0]?.ssh?.settings.firstUse).toBe(
      'never',
    )
  })

  test.each([
    ['accepts every key', { ...common, addUnknownHosts: 'ALWAYS' }, {}],
    ['lacks a key', { knownHostsFile: 'hosts' }, {}],
    ['has no account', common, { account: '-oProxyCommand=x' }],
    ['has an unknown field', common, { shell: true }],
  ])('that %s is refused', async (_, ssh, own) => {
    await expect(read(ssh, own)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  test('with SSH for a system and none for the file is refused', async () => {
    const systems = [{ name: 'a', address: '192.0.2.1', ssh: {} }]
    const path = await fileWith(JSON.stringify({ systems }), 'systems.json')
    await expect(systemsFile(path).list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
