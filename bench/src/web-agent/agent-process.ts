import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import { formatCertificate, formatKey } from '@gatehouse/certificate-trust/issuing'
import { makeIdentity, type Identity } from '../signed-requests/console.ts'
import type { WirePlace } from '../signed-requests/wire.ts'

const PROGRAM = fileURLToPath(new URL('./agent-main.js', import.meta.url))

/** What an agent of a bench is like. */
export interface AgentSettings {
  /** The console that it trusts. */
  readonly trusted: Identity
  /** Settings of its config's `webAgent` beside names of files and ports. */
  readonly webAgent?: Readonly<Record<string, unknown>>
}

/** An agent in a process of its own, with a folder of its own. */
export interface AgentProcess extends WirePlace {
  readonly pid: number
  /** Identity that requests are signed for. */
  readonly audience: string
  /** Value of `host`. */
  readonly authority: string
  /** Ends the agent. @returns What is in its audit log. */
  close(): Promise<readonly AuditRecord[]>
}

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
  { trusted, webAgent = {} }: AgentSettings,
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
  write('Trusted.txt', 'ops + * +\n')
  const given = {
    name: 'web-1',
    securityMode: 'basic',
    listen: { address: '127.0.0.1', daemonPort: 0, agentPort: 0 },
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    logFile: join(folder, 'agent.log'),
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
  const gone = once(child, 'exit')
  const ended = gone.then(() => {
    throw new Error('the agent ended')
  })
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number]
  const close = async (): Promise<readonly AuditRecord[]> => {
    child.send('end')
    await gone
    const records = recordsIn(join(folder, 'data'))
    rmSync(folder, { recursive: true, force: true })
    return records
  }
  const audience = `sha256:${identity.sha256}`
  return { pid: child.pid ?? 0, port, ca, audience, authority: `127.0.0.1:${port}`, close }
}

/** Settings of a web agent that trusts one console by its certificate. */
function settingsFor({ certificate }: Identity): string {
  const list = formatTrustList(trustList([{ certificate, role: 'console' }]))
  const trusted = JSON.parse(list) as unknown
  return JSON.stringify({
    format: 'gatehouse-web-agent/1',
    mode: 'certificate',
    names: [],
    trusted,
  })
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
