import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { trustList, type Certificate } from '@gatehouse/certificate-trust'
import { issueSelfSigned } from '@gatehouse/certificate-trust/issuing'
import {
  PATHS,
  type ErrorAnswer,
  type TaskAnswer,
  type TaskRequest,
  type ValueAnswer,
} from '@gatehouse/protocol'
import { memoryReplayStore, signRequest, type Purpose } from '@gatehouse/signed-request'
import { onTestFinished } from 'vitest'
import { startAgent, type AgentOptions, type RunningAgent } from '../src/index.ts'
import type { WebAgentSettings } from '../src/web-agent/parts.ts'
import { formatSettings } from '../src/web-agent/settings-text.ts'
import { identityFiles, systemIdentity } from './tls-world.ts'
import { Wire, type WireAnswer } from './wire.ts'
import { createWorld, type Started, type World } from './world.ts'

/** A console that signs. */
export interface SigningConsole {
  readonly key: KeyObject
  readonly certificate: Certificate
}

const KEYS = {
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}

/** A console with a certificate of its own, valid since a minute unless another time is given. */
export function signingConsole(
  kind: keyof typeof KEYS = 'ed25519',
  { name = 'console.example', at = new Date(Date.now() - 60_000), days = 30 } = {},
): SigningConsole {
  const key = KEYS[kind]()
  return { key, certificate: issueSelfSigned({ key, names: { dns: [name] }, at, days }) }
}

/** How the agent of a test is set up. */
export interface WebWorldOptions {
  /** Default: mode `certificate`, and the console. */
  readonly settings?: WebAgentSettings | null
  readonly console?: SigningConsole
  /** Fields of `webAgent` in the config. */
  readonly webAgent?: Readonly<Record<string, unknown>>
  /** Further fields of the config. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

/** The files of an agent with a web agent, and the console that it trusts. */
export interface WebWorld extends World {
  readonly console: SigningConsole
  /** How often the tool `mark` has run. */
  readonly marks: () => Promise<number>
}

/** Writes the files of an agent that has a web agent, and a tool `mark` that leaves a trace. */
export async function createWebWorld(options: WebWorldOptions = {}): Promise<WebWorld> {
  const { console = signingConsole(), webAgent = {}, config = {}, files = {} } = options
  const list = trustList([{ certificate: console.certificate, role: 'console' }])
  const { settings = { mode: 'certificate', list } } = options
  const bootstrap = await createWorld()
  const trace = join(bootstrap.folder, 'trace')
  const world = await createWorld({
    config: {
      tools: {
        mark: { file: '/bin/sh', arguments: ['-c', `echo ran >> ${trace}`], level: 'operator' },
        hello: { file: '/bin/echo', arguments: ['hello'], level: 'user' },
      },
      webAgent: {
        port: 0,
        redirectPort: 0,
        certificateFile: 'server.pem',
        keyFile: 'server.key',
        settingsFile: 'web-agent.json',
        usedValues: { in: 'memory' },
        ...webAgent,
      },
      ...config,
    },
    files: {
      ...identityFiles(systemIdentity()),
      ...(settings && { 'web-agent.json': formatSettings(settings) }),
      ...files,
    },
  })
  await chmod(join(world.folder, 'server.key'), 0o600)
  const marks = async (): Promise<number> => {
    const text = await readFile(trace, 'utf8').catch(() => '')
    return text.split('\n').length - 1
  }
  return { ...world, console, marks }
}

/** An agent with a web agent that runs in this process. */
export interface StartedWeb extends Started, WebWorld {
  readonly port: number
}

/** Starts an agent with a web agent, which ends with the test. */
export async function startWeb(
  options: WebWorldOptions = {},
  agentOptions: AgentOptions = {},
): Promise<StartedWeb> {
  const world = await createWebWorld(options)
  const log: Record<string, unknown>[] = []
  const logStream = {
    write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
  }
  const usedValues = memoryReplayStore()
  const agent = await startAgent(world.config, { logStream, usedValues, ...agentOptions })
  onTestFinished(() => agent.close())
  return { ...world, agent, log, port: portOf(agent) }
}

function portOf({ webAgentAddress }: RunningAgent): number {
  if (webAgentAddress === undefined) throw new Error('there is no web agent')
  return webAgentAddress.port
}

/** What a signature is made of, besides the message. */
export interface Signing {
  readonly value: string
  readonly audience: string
  readonly purpose?: Purpose
  readonly at?: Date
  readonly sendChain?: boolean
  readonly path?: string
}

/** A message as it goes over a connection. */
export function post(path: string, body: string): string {
  const head = [`POST ${path} HTTP/1.1`, 'Host: web-1', 'Content-Type: application/json']
  return `${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Asks for a value over an open connection. */
export async function askValue(wire: Wire, certificate: string): Promise<ValueAnswer> {
  wire.write(post(PATHS.values, JSON.stringify({ certificate })))
  return JSON.parse((await wire.answer())?.body ?? '') as ValueAnswer
}

/** The task of a test: the tool `mark`. */
export const TASK: TaskRequest = {
  user: 'ann',
  level: 'administrator',
  tool: 'mark',
  target: 'web-1',
}

/** A signed task, byte for byte as it goes over the connection. */
export function signedBytes(
  port: number,
  { key, certificate }: SigningConsole,
  message: object,
  { value, audience, purpose = 'task', at = new Date(), sendChain, path }: Signing,
): Buffer {
  const body = message instanceof Uint8Array ? message : Buffer.from(JSON.stringify(message))
  const target = path ?? PATHS.tasks
  const unsigned = {
    ...({ method: 'POST', scheme: 'https', target, body } as const),
    authority: `127.0.0.1:${port}`,
  }
  const fields = signRequest(unsigned, {
    key,
    chain: [certificate.der],
    value,
    audience,
    purpose,
    at,
    ...(sendChain !== undefined && { sendChain }),
  })
  const head = [`POST ${target} HTTP/1.1`, ...fields.map(([name, text]) => `${name}: ${text}`)]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

/** A request that would be accepted, made by asking for a value first. */
export async function readyRequest(
  { port, console }: Pick<StartedWeb, 'port' | 'console'>,
  message: object = TASK,
  signing: Partial<Signing> = {},
): Promise<Buffer> {
  const wire = new Wire(port)
  const { value, audience } = await askValue(wire, console.certificate.sha256)
  wire.destroy()
  return signedBytes(port, console, message, { value, audience, ...signing })
}

/** What a task came to. */
export interface Told {
  readonly status: number
  readonly body: TaskAnswer & ErrorAnswer
  /** Codes of the reasons. */
  readonly codes: readonly string[]
  readonly next: string | undefined
}

/** Reads an answer to a task. */
export function told(answer: WireAnswer | undefined): Told {
  if (answer === undefined) throw new Error('the connection was closed without an answer')
  const body = JSON.parse(answer.body) as TaskAnswer & ErrorAnswer
  return {
    status: answer.status,
    body,
    codes: (body.reasons ?? []).map(({ code }) => code),
    next: answer.headers['gatehouse-next-value'],
  }
}

/** Sends bytes over a connection of their own, and reads the first answer. */
export async function deliver(port: number, bytes: Uint8Array | string): Promise<Told> {
  const wire = new Wire(port)
  onTestFinished(() => wire.destroy())
  wire.write(bytes)
  const answer = await wire.answer()
  wire.destroy()
  return told(answer)
}

/** Asks for a value, signs and sends. */
export async function task(
  world: Pick<StartedWeb, 'port' | 'console'>,
  message: object = TASK,
  signing: Partial<Signing> = {},
): Promise<Told> {
  return deliver(world.port, await readyRequest(world, message, signing))
}
