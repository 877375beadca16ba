import { execFile, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { start, type Started } from './world.ts'

export const hasTools: boolean = spawnSync('snmpget', ['-V'], { timeout: 10_000 }).status === 0

export const hasTrapd: boolean =
  spawnSync('snmptrapd', ['-v'], { timeout: 10_000, env: { PATH: toolPath() } }).status === 0

/** Longest run of a tool; one that gets no answer ends after its own second. */
const TOOL_MS = 20_000

/** Daemons are where only root looks. */
function toolPath(): string {
  return `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`
}

/** Users in the file of users, and what the tools know of them. */
export const USERS = {
  ops: { authPassphrase: 'the ops passphrase', privPassphrase: 'the ops key phrase' },
  clear: { authPassphrase: 'the clear passphrase' },
}

/** A policy by which `ops` sees everything, encrypted. */
export const FOR_OPS = 'rouser ops priv\n'

/** How the agent of a test is set up. */
export interface SnmpWorldOptions {
  /** Its snmpd.conf; `null` for none. */
  readonly policy?: string | null
  /** Fields of `snmp` in the config. */
  readonly snmp?: Readonly<Record<string, unknown>>
  readonly config?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
  /** Text of the file of users, or its users. */
  readonly users?: string | readonly object[]
  readonly usersMode?: number
}

/** What became of a tool. */
interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** An agent with SNMP that runs in this process. */
export interface StartedSnmp extends Started {
  readonly port: number
  /** The file of users. */
  readonly usersFile: string
  /** Runs one of net-snmp's tools as `ops`, unless told another way, to its end. */
  readonly run: (
    tool: string,
    objects: readonly string[],
    as?: readonly string[],
    host?: string,
  ) => Promise<Ended>
  /** Values by their names, of a walk. */
  readonly walk: (subtree: string, as?: readonly string[]) => Promise<Map<string, string>>
  /** Records of the audit log that are of SNMP. */
  readonly records: () => ReturnType<typeof auditRecords>
}

const { authPassphrase, privPassphrase } = USERS.ops

/** Words that make a tool ask as `ops`, encrypted. */
export const AS_OPS: readonly string[] = [
  '-v3',
  '-u',
  'ops',
  '-l',
  'authPriv',
  '-a',
  'SHA-256',
  '-x',
  'AES',
  '-A',
  authPassphrase,
  '-X',
  privPassphrase,
]

export function asCommunity(community: string, version: '1' | '2c' = '2c'): readonly string[] {
  return [`-v${version}`, '-c', community]
}

/** Switches versions 1 and 2c on. */
export const ALL_VERSIONS = {
  snmp: { versions: ['1', '2c', '3'] },
  config: { insecure: ['snmp-communities-in-clear'] },
}

/** Starts an agent with SNMP, which ends with the test. */
export async function startSnmp(
  options: SnmpWorldOptions = {},
  agentOptions: AgentOptions = {},
): Promise<StartedSnmp> {
  const { policy = FOR_OPS, snmp = {}, config = {}, files = {}, usersMode = 0o600 } = options
  const { users = Object.entries(USERS).map(([name, user]) => ({ name, ...user })) } = options
  const own = await ownFolder()
  const usersFile = join(own, 'users.json')
  await writeFile(usersFile, typeof users === 'string' ? users : JSON.stringify({ users }))
  await chmod(usersFile, usersMode)
  const started = await start(
    {
      config: {
        snmp: {
          listen: [{ address: '127.0.0.1', port: 0 }],
          policyFile: 'snmpd.conf',
          usersFile,
          ...snmp,
        },
        ...config,
      },
      files: { ...(policy !== null && { 'snmpd.conf': policy }), ...files },
    },
    agentOptions,
  )
  const { agent } = started
  const port = agent.snmp?.addresses[0]?.port ?? 0
  const run: StartedSnmp['run'] = (tool, objects, as = AS_OPS, host = '127.0.0.1') => {
    const words = ['-m', '', '-On', '-t', '1', '-r', '0', ...as, `${host}:${port}`, ...objects]
    return runTool(tool, words, own)
  }
  return {
    ...started,
    port,
    usersFile,
    run,
    walk: async (subtree, as) => {
      const { stdout, stderr, code } = await run(
        'snmpbulkwalk',
        [subtree],
        ['-Oq', ...(as ?? AS_OPS)],
      )
      if (code !== 0) throw new Error(`the walk ended with ${code}: ${stderr}`)
      return new Map(
        stdout.split(/\n(?=\.1\.3)/).map((line): [string, string] => {
          const [, name = '', value = ''] = /^(\S+) ([\s\S]*?)\s*$/.exec(line) ?? []
          return [name, value.replace(/^"([\s\S]*)"$/, '$1').trim()]
        }),
      )
    },
    records: async () => {
      const records = await auditRecords(agent.audit.file)
      return records.filter(({ by }) => by === 'snmp')
    },
  }
}

function runTool(tool: string, words: readonly string[], own: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      tool,
      words,
      { env: environment(own), timeout: TOOL_MS },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
    child.stdin?.end()
  })
}

async function ownFolder(): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'gatehouse-snmp-'))
  onTestFinished(() => rm(own, { recursive: true, force: true }))
  return own
}

/** Nothing of whoever runs the test, and nothing of the machine, is read. */
function environment(own: string): NodeJS.ProcessEnv {
  return { PATH: toolPath(), SNMP_PERSISTENT_DIR: own, SNMPCONFPATH: own, MIBS: '', HOME: own }
}

/** A receiver of notifications that is net-snmp's. */
export interface Trapd {
  /** What it has logged. */
  readonly log: () => Promise<string>
}

/** Starts snmptrapd on a port; it ends with the test. */
export async function startTrapd(port: number, lines: readonly string[]): Promise<Trapd> {
  const own = await ownFolder()
  const [conf, log] = [join(own, 'snmptrapd.conf'), join(own, 'log')]
  await writeFile(conf, `${lines.join('\n')}\n`, { mode: 0o600 })
  const words = ['-f', '-Lf', log, '-C', '-c', conf, '-m', '', '-On', '-F', FORMAT]
  const child = spawn('snmptrapd', [...words, `udp:127.0.0.1:${port}`], {
    env: environment(own),
    stdio: 'ignore',
  })
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const read = () => readFile(log, 'utf8').catch(() => '')
  await until(async () => (await read()).includes('NET-SNMP version'))
  return { log: read }
}

/** Kind, enterprise and numbers of version 1, then all varbinds. */
const FORMAT = 'TRAP %P | %N %w %q | %v\\n'

/** A UDP port of 127.0.0.1 that nobody has. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** Asks until it is so. */
export async function until(ask: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- asks again until it is so
  while (!(await ask())) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
