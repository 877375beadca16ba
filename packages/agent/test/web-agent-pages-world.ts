import type { KeyObject } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import type { AuditRecord } from '@gatehouse/audit-log'
import { trustList, type Certificate } from '@gatehouse/certificate-trust'
import { createKey, issueSelfSigned } from '@gatehouse/certificate-trust/issuing'
import { PATHS, type LoginAnswer, type LoginRequest, type ValueAnswer } from '@gatehouse/protocol'
import { memoryReplayStore, signRequest, type Level } from '@gatehouse/signed-request'
import { onTestFinished } from 'vitest'
import { formatSettings } from '../src/web-agent/settings-text.ts'
import type { WebAgentSettings } from '../src/web-agent/parts.ts'
import { startAgent, type RunningAgent } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { identityFiles, systemIdentity } from './tls-world.ts'
import { createWorld } from './world.ts'

/** A console that signs. */
export interface SigningConsole {
  readonly key: KeyObject
  readonly certificate: Certificate
}

/** A console with a certificate of its own, from a day on, for a year. */
export function signingConsole(name = 'console.example', days = 0): SigningConsole {
  const key = createKey()
  const at = new Date(Date.now() - 60_000 + days * 86_400_000)
  return { key, certificate: issueSelfSigned({ key, names: { dns: [name] }, at }) }
}

/** An answer of HTTP. */
export interface Answered {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** What is asked. */
export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Sends one request of HTTPS with these header fields and no others. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        setHost: false,
        rejectUnauthorized: false,
        headers: { host: `127.0.0.1:${port}`, ...headers },
      },
      (received) => {
        let text = ''
        received.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        received.on('error', reject).on('end', () => {
          resolve({ status: received.statusCode ?? 0, headers: received.headers, text })
        })
      },
    )
    sent.removeHeader('connection')
    sent.on('error', reject).end(body)
  })
}

/** Hands a person over as a console does: asks for a value, signs, and gives the answer. */
export async function logIn(
  port: number,
  { key, certificate }: SigningConsole,
  login: Partial<LoginRequest> = {},
  { at = new Date(), authority = `127.0.0.1:${port}` }: { at?: Date; authority?: string } = {},
): Promise<LoginAnswer> {
  const asked = await ask(port, PATHS.values, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ certificate: certificate.sha256 }),
  })
  const { value, audience } = JSON.parse(asked.text) as ValueAnswer
  const message = { user: 'ann', level: 'administrator', target: 'web-1', ...login }
  const body = Buffer.from(JSON.stringify(message))
  const unsigned = {
    method: 'POST',
    scheme: 'https',
    authority,
    target: PATHS.logins,
    body,
  } as const
  const chain = [certificate.der] as const
  const fields = signRequest(unsigned, { key, chain, value, audience, purpose: 'login', at })
  const headers = Object.fromEntries(fields)
  const { text } = await ask(port, PATHS.logins, { method: 'POST', headers, body })
  return JSON.parse(text) as LoginAnswer
}

/** A clock that a test sets. */
class TestClock {
  #now = new Date()

  readonly now = (): Date => this.#now

  /** Lets minutes pass. */
  pass(minutes: number): void {
    this.#now = new Date(this.#now.getTime() + minutes * 60_000)
  }
}

/** How the agent of a test is set up. */
export interface PagesOptions {
  readonly name?: string
  /** Default: mode `certificate`, and the console. */
  readonly settings?: WebAgentSettings
  /** Fields of `webAgent` in the config. */
  readonly webAgent?: Readonly<Record<string, unknown>>
  /** Further fields of the config. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly console?: SigningConsole
}

/** An agent with pages, and the console that it trusts. */
export interface Pages {
  readonly agent: RunningAgent
  readonly port: number
  readonly console: SigningConsole
  readonly clock: TestClock
  readonly settingsFile: string
  readonly auditFile: string
  /** What was logged. */
  readonly log: Record<string, unknown>[]
  /** Signs somebody in by way of the console; the cookie as a browser sends it back. */
  readonly signIn: (level?: Level, user?: string) => Promise<string>
  /** The same by another console. */
  readonly signInBy: (by: SigningConsole, level?: Level, user?: string) => Promise<string>
  /** Asks for a page. */
  readonly get: (path: string, cookie?: string) => Promise<Answered>
  /** Sends a form as a page of the agent does. */
  readonly post: (
    path: string,
    cookie: string | undefined,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<Answered>
  readonly origin: string
  /** Sends a POST with these header fields. */
  readonly send: (path: string, asked: Asked) => Promise<Answered>
  /** The records of the audit log. */
  readonly records: () => Promise<readonly AuditRecord[]>
}

/** Starts an agent with pages, which ends with the test. */
export async function openPages(options: PagesOptions = {}): Promise<Pages> {
  const { name = 'web-1', webAgent = {}, config = {}, console = signingConsole() } = options
  const list = trustList([{ certificate: console.certificate, role: 'console' }])
  const settings = options.settings ?? { mode: 'certificate', list }
  const world = await createWorld({
    config: {
      name,
      webAgent: {
        port: 0,
        redirectPort: 0,
        certificateFile: 'server.pem',
        keyFile: 'server.key',
        settingsFile: 'web-agent.json',
        ...webAgent,
      },
      ...config,
    },
    files: { ...identityFiles(systemIdentity()), 'web-agent.json': formatSettings(settings) },
  })
  const { folder } = world
  const settingsFile = join(folder, 'web-agent.json')
  const auditFile = join(folder, 'data', 'audit.jsonl')
  await chmod(join(folder, 'server.key'), 0o600)
  const clock = new TestClock()
  const log: Record<string, unknown>[] = []
  const logStream = {
    write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
  }
  const usedValues = memoryReplayStore()
  const agent = await startAgent(world.config, { logStream, usedValues, now: clock.now })
  onTestFinished(() => agent.close())
  const port = agent.webAgentAddress?.port ?? 0
  const origin = `https://127.0.0.1:${port}`
  const signInBy: Pages['signInBy'] = async (by, level = 'administrator', user = 'ann') => {
    const { path = '' } = await logIn(port, by, { level, user }, { at: clock.now() })
    return cookieOf(await ask(port, path))
  }
  return {
    agent,
    port,
    origin,
    console,
    clock,
    settingsFile,
    auditFile,
    log,
    send: (path, asked) => ask(port, path, { method: 'POST', ...asked }),
    signIn: (level, user) => signInBy(console, level, user),
    signInBy,
    get: (path, cookie) => ask(port, path, { headers: cookieField(cookie) }),
    post: (path, cookie, fields = {}) =>
      ask(port, path, {
        method: 'POST',
        headers: {
          origin,
          'content-type': 'application/x-www-form-urlencoded',
          ...cookieField(cookie),
        },
        body: new URLSearchParams(fields).toString(),
      }),
    records: () => auditRecords(auditFile),
  }
}

function cookieField(cookie: string | undefined): Record<string, string> {
  return cookie === undefined ? {} : { cookie }
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf({ headers }: Answered): string {
  const [cookie = ''] = headers['set-cookie'] ?? []
  return cookie.split(';')[0] ?? ''
}

/** The codes that a page shows. */
export function codesIn({ text }: Answered): string[] {
  return [...text.matchAll(/<span class="mark bad">([a-z0-9-]+)<\/span>/g)].map(
    ([, code = '']) => code,
  )
}
