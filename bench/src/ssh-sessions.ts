import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { claimed } from '@gatehouse/core'
import { fixedSystems, sshRunner, TaskFacility, type Operator } from '@gatehouse/console'
import { KnownHostsFiles } from '@gatehouse/ssh-trust/files'
import { connect, type SshConnection } from '@gatehouse/ssh-trust/ssh2'
import * as toolbox from '@gatehouse/toolbox-authorization'
import type { Options } from './command.ts'
import { markdownTable } from './markdown-table.ts'
import { median } from './measure.ts'
import { report } from './report.ts'
import { ACCOUNT, startSshd, type SshdProcess } from './ssh/sshd-process.ts'

/** What one way takes, in milliseconds by the clock. */
export interface SessionTimes {
  readonly what: string
  readonly subject: string
  readonly median: number
  /** How many times the first way of the same work, the median of the rounds. */
  readonly ratio: number
}

/** One way of doing some work. */
interface Way {
  readonly subject: string
  readonly run: () => Promise<void>
}

const CLIENT = 'ssh-trust with ssh2'
const FACILITY = 'the task facility'
/** What is ours among the subjects. */
export const OURS: ReadonlySet<string> = new Set([CLIENT, FACILITY])

const ROUNDS = { session: 31, fleet: 3 }
const WARM_UP_ROUNDS = { session: 5, fleet: 1 }
const TARGETS = 200
const AT_ONCE = 10
const COMMAND = 'exec /bin/true'

/**
 * One command on a host over a connection of its own, and one command on 200 systems, beside OpenSSH's
 * `ssh` on the same server, in turn. The 200 systems are one server under 200 names.
 */
export async function benchSshSessions(options: Options): Promise<void> {
  const sshd = await startSshd()
  try {
    const figures = [
      ...(await timesOf('session', `connect, log in, run \`true\``, sessionWays(sshd))),
      ...(await timesOf(
        'fleet',
        `\`true\` on ${TARGETS} systems, ${AT_ONCE} at once`,
        fleetWays(sshd),
      )),
    ]
    const rows = figures.map(({ what, subject, median: middle, ratio }) => [
      what,
      subject,
      `${middle.toFixed(0)} ms`,
      `${ratio.toFixed(2)} ×`,
    ])
    const body = markdownTable([['work', 'by', 'time', 'of ours'], ...rows])
    report({ name: 'ssh-sessions', body, figures }, options)
  } finally {
    await sshd.close()
  }
}

async function timesOf(
  kind: keyof typeof ROUNDS,
  what: string,
  ways: readonly Way[],
): Promise<SessionTimes[]> {
  const rounds: number[][] = []
  for (let round = -WARM_UP_ROUNDS[kind]; round < ROUNDS[kind]; round += 1) {
    const times: number[] = []
    for (const { run } of ways) {
      const start = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await run()
      times.push(performance.now() - start)
    }
    if (round >= 0) rounds.push(times)
  }
  return ways.map(({ subject }, at) => ({
    what,
    subject,
    median: median(rounds.map((times) => times[at] ?? Number.NaN)),
    ratio: median(rounds.map((times) => (times[at] ?? Number.NaN) / (times[0] ?? Number.NaN))),
  }))
}

function sessionWays(sshd: SshdProcess): Way[] {
  const trust = { hosts: new KnownHostsFiles({ files: [sshd.knownHostsFile] }) }
  const open = (): Promise<SshConnection> =>
    connect({
      host: '127.0.0.1',
      port: sshd.port,
      user: ACCOUNT,
      trust,
      login: { key: sshd.user.privateKey },
    })
  const ours = async (): Promise<void> => {
    const connection = await open()
    const { exitCode } = await connection.exec(COMMAND)
    connection.close()
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}`)
  }
  return [
    { subject: CLIENT, run: ours },
    { subject: '`ssh`, a process', run: () => openssh(sshd, 'host') },
  ]
}

function fleetWays(sshd: SshdProcess): Way[] {
  const names = Array.from({ length: TARGETS }, (_, at) => `web${at}`)
  const operator = operatorFor(names)
  const settings = {
    knownHostsFile: sshd.knownHostsFile,
    keyFile: sshd.keyFile,
    firstUse: 'never',
  } as const
  const systems = fixedSystems(
    names.map((name) => ({
      name,
      address: '127.0.0.1',
      port: 1,
      ssh: { port: sshd.port, account: ACCOUNT, hostKeyAlias: name, runs: 'shell', settings },
    })),
  )
  const facility = new TaskFacility({ systems, runner: sshRunner() })
  const ours = async (): Promise<void> => {
    const { finished } = await facility.start(
      { tool: 'nothing', systems: names.join(',') },
      operator,
    )
    const job = await finished
    const done = job?.runs.filter(({ state }) => state === 'done') ?? []
    if (done.length !== TARGETS) throw new Error(`done on ${done.length} systems`)
  }
  const shell = async (): Promise<void> => {
    const next = names.values()
    const work = async (): Promise<void> => {
      for (const name of next) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other in each of the lanes
        await openssh(sshd, name)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  return [
    { subject: FACILITY, run: ours },
    { subject: '`ssh -o ControlMaster=no`, processes', run: shell },
  ]
}

/** Runs the command by `ssh`, which takes the same key and known_hosts and reads no configuration. */
async function openssh(
  { port, keyFile, knownHostsFile }: SshdProcess,
  alias: string,
): Promise<void> {
  const settings = [
    `HostKeyAlias=${alias}`,
    `UserKnownHostsFile=${knownHostsFile}`,
    `IdentityFile=${keyFile}`,
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    'ControlMaster=no',
    'BatchMode=yes',
  ].flatMap((setting) => ['-o', setting])
  const words = ['-F', 'none', '-p', String(port), ...settings, `${ACCOUNT}@127.0.0.1`, COMMAND]
  const [exitCode] = (await once(spawn('ssh', words, { stdio: 'ignore' }), 'exit')) as [number]
  if (exitCode !== 0) throw new Error(`ssh ends with ${exitCode}`)
}

/** A user who may run one tool everywhere. */
function operatorFor(names: readonly string[]): Operator {
  const texts = {
    users: '<user-list><user name="ann" config-rights="full"/></user-list>',
    toolboxes: '<toolbox-list><toolbox name="Box"/></toolbox-list>',
    tools: `<tool-list><ssa-command-tool name="nothing"><toolbox toolbox-name="Box"/><ssa-block><command>${COMMAND}</command></ssa-block></ssa-command-tool></tool-list>`,
    systems: `<node-list>${['cms', ...names].map((name) => `<node name="${name}"/>`).join('\n')}</node-list>`,
    authorizations: names.map((name) => `ann:Box:n:${name}\n`).join(''),
  }
  const state = toolbox.parse(
    {
      users: { file: 'users', text: texts.users },
      toolboxes: { file: 'toolboxes', text: texts.toolboxes },
      tools: { file: 'tools', text: texts.tools },
      systems: { file: 'systems', text: texts.systems },
      authorizations: { file: 'authorizations', text: texts.authorizations },
    },
    { cms: 'cms' },
  )
  return { user: claimed('ann'), state: () => Promise.resolve(state) }
}
