import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import { formatCertificate, formatKey } from '@gatehouse/certificate-trust/issuing'
import { heard } from '../signed-requests/channel.ts'
import { makeIdentity, type Identity } from '../signed-requests/console.ts'
import type { WirePlace } from '../signed-requests/wire.ts'
import type { AgentQuestion, AgentSaying } from './agent-channel.ts'
import type { Receiver } from './asking.ts'

const PROGRAM = fileURLToPath(new URL('./agent-main.js', import.meta.url))

/** What an agent of a bench is like. */
export interface AgentSettings {
  /** The console that it trusts. */
  readonly trusted: Identity
  /** Settings of its config's `webAgent` beside names of files and ports. */
  readonly webAgent?: Readonly<Record<string, unknown>>
  /** How its service daemon knows who asks; it speaks TLS then. Default: plain HTTP, users as claimed. */
  readonly callers?: 'claimed' | 'signed'
}

/** An agent in a process of its own, with a folder of its own. */
export interface AgentProcess extends Place {
  readonly pid: number
  /** Its service daemon; the agent itself is its web agent. */
  readonly daemon: Place
  /** CPU time of the process until now, in microseconds; without that of the tools it runs. */
  cpu(): Promise<number>
  /** Ends the agent. @returns What is in its audit log. */
  close(): Promise<readonly AuditRecord[]>
}

/** One of the listeners of an agent. */
export type Place = WirePlace & Receiver

/** User of the daemon that the trusted console is. */
export const USER = 'ops'

/** What a record of the audit log says here. */
interface AuditRecord {
  readonly event: string
  readonly outcome?: string
  readonly operation?: string
}

/** Starts an agent that trusts one console, with a certificate of its own on P-256. */
export async function startAgentProcess(settings: AgentSettings): Promise<AgentProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-agent-'))
  try {
    return await startIn(folder, settings)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(
  folder: string,
  { trusted, webAgent = {}, callers }: AgentSettings,
): Promise<AgentProcess> {
  const identity = makeIdentity('P-256', 'web-1.example.com')
  const ca = formatCertificate(identity.certificate)
  const config = join(folder, 'agent.json')
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  write('server.pem', ca)
  write('server.key', formatKey(identity.key))
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  write(join('data', 'web-agent.json'), settingsFor(trusted))
  write('Authorization.cfg', 'BEGIN_AUTHORIZATION\n PERMISSION = VIEW\nEND_AUTHORIZATION\n')
  write('Trusted.txt', `${USER} + * +\n`)
  write('trust.json', trustedBy(trusted))
  write('users.json', JSON.stringify({ users: [{ certificate: trusted.sha256, user: USER }] }))
  const given = {
    name: 'web-1',
    securityMode: 'basic',
    listen: { address: '127.0.0.1', daemonPort: 0, agentPort: 0 },
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    logFile: join(folder, 'agent.log'),
    ...(callers && daemonFor(callers)),
    webAgent: {
      address: '127.0.0.1',
      port: 0,
      redirectPort: 0,
      certificateFile: 'server.pem',
      keyFile: 'server.key',
      ...webAgent,
    },
  }
  write('agent.json', JSON.stringify(given))
  const child = fork(PROGRAM, [config])
  const said = await heard<AgentSaying>(child)
  if (!('daemonPort' in said)) throw new Error('the agent does not say where it is')
  const audience = `sha256:${identity.sha256}`
  const at = (port: number): Place => ({ port, ca, audience, authority: `127.0.0.1:${port}` })
  const close = async (): Promise<readonly AuditRecord[]> => {
    const gone = once(child, 'exit')
    ask(child, 'end')
    await gone
    const records = recordsIn(join(folder, 'data'))
    rmSync(folder, { recursive: true, force: true })
    return records
  }
  const { daemonPort, webAgentPort } = said
  const pid = child.pid ?? 0
  return { ...at(webAgentPort), pid, daemon: at(daemonPort), cpu: () => cpuOf(child), close }
}

function ask(child: ChildProcess, question: AgentQuestion): void {
  child.send(question)
}

async function cpuOf(child: ChildProcess): Promise<number> {
  ask(child, 'cpu')
  const said = await heard<AgentSaying>(child)
  if (!('cpu' in said)) throw new Error('the agent does not say what it took')
  return said.cpu.user + said.cpu.system
}

/** A daemon that speaks TLS; both ways of knowing callers read the same files. */
function daemonFor(callers: 'claimed' | 'signed'): object {
  const clients = { trustFile: 'trust.json', required: false }
  return {
    callers,
    ...(callers === 'signed' && { usersFile: 'users.json' }),
    tls: { certificateFile: 'server.pem', keyFile: 'server.key', clients },
  }
}

/** Settings of a web agent that trusts one console by its certificate. */
function settingsFor(console: Identity): string {
  const trusted = JSON.parse(trustedBy(console)) as unknown
  return JSON.stringify({
    format: 'gatehouse-web-agent/1',
    mode: 'certificate',
    names: [],
    trusted,
  })
}

function trustedBy({ certificate }: Identity): string {
  return formatTrustList(trustList([{ certificate, role: 'console' }]))
}

function recordsIn(folder: string): readonly AuditRecord[] {
  const files = readdirSync(folder).filter((name) => /^audit.*\.jsonl/.test(name))
  return files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AuditRecord),
  )
}
