import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect } from 'vitest'
import { root } from './run-script.ts'

const DOCUMENT = join(root, 'docs/reviewing.md')
const PROGRAMS = { gatehouse: 'console', 'gatehouse-agent': 'agent' }

/** Longest that one command takes on a slow machine. */
const COMMAND_MS = 60_000

/** Longest that all commands of one part take. */
export const PART_MS = 300_000

/** One line of the document, and how that says that it ends. */
export interface Step {
  readonly line: string
  readonly exit: number
  /** Code, or words, that have to be in what it prints. */
  readonly because: string
}

export function stepOf(line: string): Step {
  const [, exit = '0', because = ''] = /# exit code (\d): (.+)$/.exec(line) ?? []
  return { line, exit: Number(exit), because }
}

/** What is kept of a record of an audit log. */
export interface Recorded {
  readonly event: string
  readonly outcome: string
  readonly codes: readonly string[]
  readonly operation: string
  readonly target?: string
}

/** Records of an audit log; of one that is not there, none. */
export function recordsIn(path: string): Recorded[] {
  try {
    const text = readFileSync(path, 'utf8')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Recorded]))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Free ports, in the place of as many that another process may have. */
export async function findPorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const found = servers.map((server) => String((server.address() as AddressInfo).port))
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return found
}

/** What goes on, and what it printed of the words that were waited for. */
interface Resident {
  readonly child: ChildProcessWithoutNullStreams
  readonly found: RegExpExecArray
}

/** A folder in which the built programs are at hand by name. */
export class Workplace {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly #resident: ChildProcessWithoutNullStreams[] = []

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `${name}-`))
    const bin = join(this.folder, 'bin')
    mkdirSync(bin)
    for (const [program, of] of Object.entries(PROGRAMS)) {
      symlinkSync(join(root, 'packages', of, 'bin', `${program}.js`), join(bin, program))
    }
    this.env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` }
  }

  /** Runs a line, or several, each of which has to end with 0 but the last. */
  shell(script: string, timeout: number = COMMAND_MS): { status: number | null; told: string } {
    const options = { cwd: this.folder, env: this.env, encoding: 'utf8', timeout } as const
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], options)
    return { status, told: `${stdout}${stderr}` }
  }

  /** Runs a step, which has to end as it says; returns what it printed. */
  carryOut({ line, exit, because }: Step): string {
    const { status, told } = this.shell(line)
    expect({ line, exit: status, told }).toMatchObject({ line, exit })
    expect(told).toContain(because)
    return told
  }

  /** Starts a line. */
  begin(line: string): ChildProcessWithoutNullStreams {
    const child = spawn('sh', ['-c', `exec ${line}`], { cwd: this.folder, env: this.env })
    this.#resident.push(child)
    return child
  }

  /** Starts what goes on until it is ended, and waits for words that it prints. */
  async start(line: string, words: RegExp): Promise<Resident> {
    const child = this.begin(line)
    let stdout = ''
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    for await (const chunk of child.stdout) {
      stdout += String(chunk)
      const found = words.exec(stdout)
      if (found !== null) return { child, found }
    }
    throw new Error(`\`${line}\` ended before it had started: ${stdout}${stderr}`)
  }

  /** Ends what goes on, and removes the folder. */
  close(): void {
    for (const child of this.#resident) child.kill('SIGKILL')
    rmSync(this.folder, { recursive: true })
  }
}

/** A section of the document for reviewers, to be run as it stands, but on ports that are free. */
export class WalkThrough extends Workplace {
  /** What goes on while the commands are run. */
  residents: readonly string[] = []
  /** The commands. */
  steps: readonly Step[] = []
  readonly #free = new Map<string, string>()
  readonly #blocks: readonly string[]

  /** @param title - Title of the section; it has `sh` blocks: build, set-up, what goes on, commands. */
  constructor(title: string) {
    super('walk-through')
    const section = new RegExp(String.raw`^## \d+\. ${title}\n(.*?)^## `, 'ms')
    const [, text = ''] = section.exec(readFileSync(DOCUMENT, 'utf8')) ?? []
    const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
    this.#blocks = blocks.slice(1)
  }

  /** The port that is used in the place of one of the document. */
  port(named: string): string {
    return this.#free.get(named) ?? named
  }

  /**
   * Sets up, and starts what goes on.
   *
   * @param ports - Those of the document.
   * @param ready - What each prints that goes on once it has started.
   */
  async open(ports: readonly string[], ready: RegExp): Promise<void> {
    const free = await findPorts(ports.length)
    for (const [index, port] of ports.entries()) this.#free.set(port, free[index] ?? '')
    const named = new RegExp(String.raw`\b(?:${ports.join('|')})\b`, 'g')
    const [setUp = '', residents = '', commands = ''] = this.#blocks.map((block) =>
      block.replaceAll(named, (port) => this.port(port)),
    )
    const { status, told } = this.shell(setUp, PART_MS)
    expect({ status, told }).toMatchObject({ status: 0 })
    this.residents = residents.trim().split('\n')
    await Promise.all(this.residents.map((line) => this.start(line, ready)))
    this.steps = commands.trim().split('\n').map(stepOf)
  }

  /** What an agent has recorded. */
  recorded(system: string): Recorded[] {
    return recordsIn(join(this.folder, system, 'data/audit.jsonl'))
  }

  /** The same in short: outcome, first code and, where there is one, target. */
  codesOf(system: string): string[] {
    return this.recorded(system).map(({ outcome, codes: [code], target }) =>
      [outcome, code, target].filter((word) => word !== undefined).join(' '),
    )
  }
}
