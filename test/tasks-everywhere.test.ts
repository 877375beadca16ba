import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyLog } from '@gatehouse/audit-log'
import {
  formatKeyLine,
  formatPrivateKey,
  generateKey,
  isKeyFault,
  type GeneratedKey,
} from '@gatehouse/ssh-trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCOUNT, hasSshd, startSshd, type Sshd } from '../packages/console/test/sshd.ts'
import { findPorts, PART_MS, recordsIn, Workplace, type Recorded } from './walk-through.ts'

const SHELLS = ['shell1', 'shell2', 'shell3'] as const
const AGENTS = ['agent1', 'agent2', 'agent3'] as const
const TARGETS = [...SHELLS, ...AGENTS]

/** The management server, too. */
const CMS = 'shell1'

/** Whose key in `known_hosts` is that of somebody else. */
const PLANTED = 'shell3'

/** Of whom `known_hosts` has no line. */
const NEW = 'agent2'

/** Who is killed while its tool runs. */
const KILLED = 'agent3'

let place: Workplace
const sshds = new Map<string, Sshd>()
const lines = new Map<string, string>()
const agents = new Map<string, Awaited<ReturnType<Workplace['start']>>['child']>()

function fileOf(...path: string[]): string {
  return join(place.folder, ...path)
}

/** What a tool does: says that it has begun, and waits until all have, or the test has ended. */
function waiting(name: string): string {
  const [begun, go] = [fileOf('begun'), fileOf('go')]
  return `: > ${begun}/${name}; until [ -e ${go} ] || [ ! -d ${begun} ]; do sleep 0.1; done`
}

function privateFile(path: string, { privateKey }: GeneratedKey): void {
  const text = formatPrivateKey(privateKey)
  if (isKeyFault(text)) throw new TypeError(text.fault)
  writeFileSync(path, text.expose(), { mode: 0o600 })
}

/** Starts an agent with SSH, as a process; gives its port. */
async function startAgent(name: string, user: GeneratedKey): Promise<number> {
  const host = await generateKey('ssh-ed25519')
  const [daemonPort, agentPort, port] = (await findPorts(3)).map(Number)
  mkdirSync(fileOf(name), { mode: 0o700 })
  privateFile(fileOf(name, 'host_key'), host)
  const keys = `${formatKeyLine(user.publicKey)}\n`
  writeFileSync(fileOf(name, 'authorized_keys'), keys, { mode: 0o600 })
  const script = `${waiting(name)}; echo here is ${name}`
  const config = {
    name,
    securityMode: 'basic',
    listen: { daemonPort, agentPort },
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    ssh: {
      port,
      hostKeyFiles: ['host_key'],
      accounts: { ops: { authorizedKeysFile: 'authorized_keys', level: 'operator' } },
    },
    tools: {
      gather: { file: '/bin/sh', arguments: ['-c', script], level: 'operator', timeoutMs: 300_000 },
    },
  }
  writeFileSync(fileOf(name, 'agent.json'), JSON.stringify(config))
  const { child } = await place.start(
    `gatehouse-agent run --config ${name}/agent.json`,
    /^commands over ssh:$/m,
  )
  agents.set(name, child)
  lines.set(name, `[127.0.0.1]:${port} ${formatKeyLine(host.publicKey)}`)
  return port ?? 0
}

function writeToolboxes(): void {
  mkdirSync(fileOf('sim'))
  const toolbox = '<toolbox toolbox-name="All"/>'
  const gather = `${waiting('$MX_TARGETS')}; echo here is $MX_TARGETS`
  const roll = `${waiting('roll')}; echo "$MX_TOOL for $MX_USER: $MX_TARGETS"`
  const files = {
    'users.xml': `<user-list><user name="${ACCOUNT}" config-rights="full"/></user-list>`,
    'toolboxes.xml': '<toolbox-list><toolbox name="All"/></toolbox-list>',
    'nodes.xml': `<node-list>${TARGETS.map((name) => `<node name="${name}"/>`).join('')}</node-list>`,
    'tools.xml': `<tool-list>
<ssa-command-tool name="gather">${toolbox}<ssa-block><command>${gather}</command></ssa-block></ssa-command-tool>
<msa-command-tool name="roll">${toolbox}<msa-block><command>${roll}</command></msa-block></msa-command-tool>
</tool-list>`,
    'auth.txt': TARGETS.map((name) => `${ACCOUNT}:All:n:${name}\n`).join(''),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(fileOf('sim', name), text)
}

async function setUp(planted: GeneratedKey): Promise<void> {
  mkdirSync(fileOf('begun'))
  const user = await generateKey('ssh-ed25519')
  privateFile(fileOf('key'), user)
  const ofShells = SHELLS.map(async (name) => {
    const sshd = await startSshd(user)
    sshds.set(name, sshd)
    lines.set(name, sshd.knownHost)
    return { name, address: '127.0.0.1', ssh: { port: sshd.port, account: ACCOUNT } }
  })
  const ofAgents = AGENTS.map(async (name) => {
    const port = await startAgent(name, user)
    return { name, address: '127.0.0.1', ssh: { port, account: 'ops', runs: 'tools' } }
  })
  const systems = await Promise.all([...ofShells, ...ofAgents])
  const ssh = { knownHostsFile: 'known_hosts', keyFile: 'key' }
  writeFileSync(fileOf('systems.json'), JSON.stringify({ systems, ssh }))
  const [at] = (lines.get(PLANTED) ?? '').split(' ')
  lines.set(PLANTED, `${at} ${formatKeyLine(planted.publicKey)}`)
  const known = TARGETS.filter((name) => name !== NEW).map((name) => lines.get(name))
  writeFileSync(fileOf('known_hosts'), `${known.join('\n')}\n`, { mode: 0o600 })
  writeToolboxes()
}

interface RunTold {
  readonly system: string
  readonly state: string
  readonly exitCode?: number
  readonly stdout: string
  readonly failure?: { readonly code: string; readonly warning?: readonly string[] }
  readonly host?: {
    readonly reasons: readonly { readonly code: string; readonly source?: object }[]
  }
}

interface Ended {
  readonly exit: unknown
  readonly job: { readonly id: string; readonly runs: readonly RunTold[] }
}

/** Runs a tool on all systems by the built command; gives what that prints. */
function runTool(tool: string): Promise<Ended> {
  const words = [
    '--on',
    'all',
    '--toolbox',
    'sim',
    '--cms',
    CMS,
    '--audit',
    `${tool}.jsonl`,
    '--json',
  ]
  const options = { cwd: place.folder, env: place.env }
  return new Promise((resolve, reject) => {
    execFile(
      fileOf('bin/gatehouse'),
      ['task', 'run', tool, ...words],
      options,
      (error, out, err) => {
        try {
          resolve({ exit: error?.code ?? 0, ...(JSON.parse(out) as Pick<Ended, 'job'>) })
        } catch {
          reject(new Error(`\`${tool}\` printed ${out}${err}`))
        }
      },
    )
  })
}

/** What came of a run, in short: its state, why, the key of the host, the output. */
function shortOf({ system, state, exitCode, stdout, failure, host }: RunTold): unknown[] {
  const why = failure?.code ?? exitCode
  return [system, state, why, host?.reasons[0]?.code, stdout]
}

interface Kept extends Recorded {
  readonly message: string
  readonly facts: Readonly<Record<string, string>>
}

/** Facts that differ each time. */
const TIMES = new Set(['began', 'ended'])

/** Records in the order of their targets, without times and what holds the chain together. */
function keptIn(file: string): unknown[] {
  const order = ['task.start', ...TARGETS, 'task.end']
  const placeOf = ({ target, event }: Kept): number => order.indexOf(target ?? event)
  return (recordsIn(fileOf(file)) as Kept[])
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map(({ event, outcome, codes, operation, target, message, facts }) => {
      const rest = Object.entries(facts).filter(([name]) => !TIMES.has(name))
      return { event, outcome, codes, operation, target, message, facts: Object.fromEntries(rest) }
    })
}

describe.skipIf(!hasSshd)(
  `${hasSshd ? '' : 'needs sshd: '}three sshds and three agents, all at once`,
  () => {
    let planted: GeneratedKey
    let gathered: Ended
    let rolled: Ended

    beforeAll(async () => {
      place = new Workplace('tasks-everywhere')
      planted = await generateKey('ssh-ed25519')
      await setUp(planted)
      const both = Promise.all([runTool('gather'), runTool('roll')])
      const running = [...TARGETS.filter((name) => name !== PLANTED), 'roll']
      const begun = running.map((name) => `[ -e begun/${name} ]`).join(' && ')
      const waiter = place.begin(`sh -c 'until ${begun}; do sleep 0.1; done'`)
      const words = 'all have begun'
      const first = await Promise.race([once(waiter, 'close').then(() => words), both])
      expect(first).toBe(words)
      const killed = agents.get(KILLED)
      killed?.kill('SIGKILL')
      writeFileSync(fileOf('go'), '')
      ;[gathered, rolled] = await both
    }, PART_MS)

    afterAll(async () => {
      await Promise.all([...sshds.values()].map((sshd) => sshd.stop()))
      place.close()
    })

    test('each target has a result of its own, whatever becomes of the others', () => {
      expect(gathered.exit).toBe(3)
      expect(gathered.job.runs.map(shortOf)).toEqual([
        ['shell1', 'done', 0, 'key-known', 'here is shell1\n'],
        ['shell2', 'done', 0, 'key-known', 'here is shell2\n'],
        ['shell3', 'failed', 'host-key-refused', 'key-changed', ''],
        ['agent1', 'done', 0, 'key-known', 'here is agent1\n'],
        ['agent2', 'done', 0, 'host-added', 'here is agent2\n'],
        ['agent3', 'failed', 'outcome-unknown', 'key-known', ''],
      ])
    })

    test('a tool for all runs once, on the management server, with the names of all', () => {
      expect(rolled.exit).toBe(0)
      expect(rolled.job.runs.map(shortOf)).toEqual([
        [CMS, 'done', 0, 'key-known', `roll for ${ACCOUNT}: ${TARGETS.join(' ')}\n`],
      ])
    })

    test('a planted key stops its run before a login, and both keys are shown', () => {
      const { host, failure } = gathered.job.runs[TARGETS.indexOf(PLANTED)] ?? {}
      const line = TARGETS.indexOf(PLANTED) + 1
      expect(host?.reasons[0]?.source).toEqual({ file: fileOf('known_hosts'), line })
      const warning = failure?.warning?.join('\n')
      expect(warning).toContain(planted.publicKey.fingerprint)
      expect(warning).toContain(sshds.get(PLANTED)?.hostKey.publicKey.fingerprint)
      expect(existsSync(fileOf('begun', PLANTED))).toBe(false)
    })

    test('the key of a new host is added, and no other line is touched', () => {
      const known = [...TARGETS.filter((name) => name !== NEW), NEW].map((name) => lines.get(name))
      expect(readFileSync(fileOf('known_hosts'), 'utf8')).toBe(`${known.join('\n')}\n`)
    })

    test('the console has recorded the start, each run and the end of both tools', async () => {
      const gather = about('gather', gathered)
      const roll = about('roll', rolled)
      expect(keptIn('gather.jsonl')).toEqual([
        gather.start(6),
        gather.done('shell1', ACCOUNT, 'key-known'),
        gather.done('shell2', ACCOUNT, 'key-known'),
        gather.failed('shell3', ACCOUNT, 'host-key-refused', 'key-changed'),
        gather.done('agent1', 'ops', 'key-known'),
        gather.done('agent2', 'ops', 'host-added'),
        gather.failed('agent3', 'ops', 'outcome-unknown', 'key-known'),
        gather.end(4, 6),
      ])
      const told = `roll for ${ACCOUNT}: ${TARGETS.join(' ')}`
      expect(keptIn('roll.jsonl')).toEqual([
        roll.start(6),
        roll.done(CMS, ACCOUNT, 'key-known', told),
        roll.end(1, 1),
      ])
      const logs = ['gather.jsonl', 'roll.jsonl'].map((log) => verifyLog(fileOf(log), { from: 1 }))
      expect(await Promise.all(logs)).toMatchObject([
        { intact: true, records: 8 },
        { intact: true, records: 3 },
      ])
    })

    test.each(AGENTS)('%s has recorded the login and the tool, and who says that', (agent) => {
      const records = recordsIn(fileOf(agent, 'data/audit.jsonl')) as Kept[]
      const claims = {
        claimedTask: gathered.job.id,
        claimedTaskUser: ACCOUNT,
        claimedTaskTool: 'gather',
      }
      expect(records).toMatchObject([
        { operation: 'ssh.login', outcome: 'allow', codes: ['key-listed'], verifiedUser: 'ops' },
        {
          operation: 'ssh.task',
          outcome: 'allow',
          codes: ['key-listed', 'level-sufficient', 'tool-named'],
          target: 'gather',
          verifiedUser: 'ops',
          facts: { passedLevel: 'operator', ...claims },
        },
      ])
    })
  },
)

/** Records that the console is to have of a job. */
function about(operation: string, { job: { id: task } }: Ended) {
  const whole = { operation, message: `task ${task}`, target: undefined }
  return {
    start: (targets: number) => ({
      ...whole,
      event: 'task.start',
      outcome: 'allow',
      codes: Array.from({ length: targets }, () => 'authorized'),
      facts: { task, targets: `${targets}` },
    }),
    end: (done: number, of: number) => ({
      ...whole,
      event: 'task.end',
      outcome: done === of ? 'success' : 'failure',
      codes: undefined,
      facts: { task, done: `${done}`, of: `${of}` },
    }),
    done: (target: string, account: string, hostKey: string, told = `here is ${target}`) => ({
      event: 'task.run',
      outcome: 'success',
      codes: ['done'],
      operation,
      target,
      message: `Running Tool:${operation}\nExit Code:0\n${told}\n`,
      facts: { task, state: 'done', account, hostKey },
    }),
    failed: (target: string, account: string, code: string, hostKey: string) => ({
      event: 'task.run',
      outcome: 'failure',
      codes: [code],
      operation,
      target,
      message: `Running Tool:${operation}\n`,
      facts: { task, state: 'failed', account, hostKey },
    }),
  }
}
