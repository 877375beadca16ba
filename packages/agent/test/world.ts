import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATHS, type Answer, type ErrorAnswer } from '@gatehouse/protocol'
import { onTestFinished } from 'vitest'
import {
  loadConfig,
  startAgent,
  type AgentConfig,
  type AgentOptions,
  type RunningAgent,
} from '../src/index.ts'

/** Who may do what, by the address that a test sends from. */
export const AUTHORIZATION = `BEGIN_AUTHORIZATION
 PERMISSION = VIEW
 BEGIN_COMPUTER
  NAME = 127.0.0.2
  PERMISSION = MODIFY
 END_COMPUTER
 BEGIN_COMPUTER
  NAME = 127.0.0.3
  PERMISSION = MANAGE
 END_COMPUTER
 BEGIN_COMPUTER
  NAME = 127.0.0.4
  PERMISSION = NONE
 END_COMPUTER
END_AUTHORIZATION
`

export const ADDRESS = {
  view: '127.0.0.1',
  modify: '127.0.0.2',
  manage: '127.0.0.3',
  none: '127.0.0.4',
}

const TRUSTED = `ops + * +
clerk * * *
`

export const MICROAGENT = {
  self: 'COM.TIBCO.hawk.microagent.Self',
  sysInfo: 'COM.TIBCO.hawk.microagent.SysInfo',
  process: 'COM.TIBCO.hawk.hma.Process',
  fileStat: 'COM.TIBCO.hawk.hma.FileStat',
  logfile: 'COM.TIBCO.hawk.microagent.Logfile',
  repository: 'COM.TIBCO.hawk.microagent.Repository',
  engine: 'COM.TIBCO.hawk.microagent.RuleBaseEngine',
  custom: 'COM.TIBCO.hawk.microagent.Custom',
}

/** A folder with the files of one agent. */
export interface World {
  readonly folder: string
  readonly configFile: string
  readonly config: AgentConfig
  readonly write: (name: string, text: string) => Promise<void>
}

export interface WorldOptions {
  readonly authorization?: string | null
  readonly trusted?: string | null
  readonly config?: Readonly<Record<string, unknown>>
  /** Further files by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** Writes the files of an agent into a folder of their own, which goes with the test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { authorization = AUTHORIZATION, trusted = TRUSTED, config = {}, files = {} } = options
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-agent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  if (authorization !== null) await write('Authorization.cfg', authorization)
  if (trusted !== null) await write('Trusted.txt', trusted)
  await Promise.all(Object.entries(files).map(([name, text]) => write(name, text)))
  const configFile = join(folder, 'agent.json')
  const settings = {
    name: 'web-1',
    securityMode: 'basic',
    listen: { address: '127.0.0.1', daemonPort: 0, agentPort: 0 },
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    answers: 'full',
    ...config,
  }
  await write('agent.json', JSON.stringify(settings))
  return { folder, configFile, config: await loadConfig(configFile), write }
}

/** An agent in this process, closed with the test, and what it logged. */
export interface Started extends World {
  readonly agent: RunningAgent
  /** Parsed log lines, in their order. */
  readonly log: Record<string, unknown>[]
}

export async function start(
  world: WorldOptions = {},
  options: AgentOptions = {},
): Promise<Started> {
  const made = await createWorld(world)
  const log: Record<string, unknown>[] = []
  const logStream = {
    write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
  }
  const agent = await startAgent(made.config, { logStream, ...options })
  onTestFinished(() => agent.close())
  return { ...made, agent, log }
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Local address to send from. */
  readonly from?: string
  /** Address to send to. */
  readonly host?: string
}

export interface Received {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Answer & ErrorAnswer
}

/** Sends one request over a connection of its own. */
export function send(
  port: number,
  path: string,
  body: string | undefined,
  { method = 'POST', headers = {}, from = ADDRESS.view, host = '127.0.0.1' }: Sent = {},
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request(
      {
        host,
        port,
        path,
        method,
        localAddress: from,
        agent: false,
        headers: { ...type, ...headers },
      },
      (received) => {
        let text = ''
        received.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        received.on('error', reject).on('end', () => {
          const parsed = JSON.parse(text) as Answer & ErrorAnswer
          const { statusCode = 0, headers: receivedHeaders } = received
          resolve({ status: statusCode, headers: receivedHeaders, body: parsed })
        })
      },
    )
    sent.on('error', reject).end(body)
  })
}

/** Asks for an action. */
export function act(
  agent: RunningAgent,
  action: string,
  from: string,
  { user = 'pat', target }: { readonly user?: string; readonly target?: string } = {},
): Promise<Received> {
  const { port } = agent.daemonAddress
  return send(port, PATHS.actions, JSON.stringify({ user, action, target }), { from })
}

/** Asks for a method of a microagent. */
export function invoke(
  agent: RunningAgent,
  user: string,
  microagent: string,
  method: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Received> {
  const { port } = agent.daemonAddress
  const message = { user, microagent, method, scope: 'point-to-point', ...more }
  return send(port, PATHS.invocations, JSON.stringify(message))
}

/** The first reason's code and line. */
export function why({ body }: Received): { outcome: string; code: string; line?: number } {
  const [{ code, source } = { code: '' }] = body.reasons
  const line = source !== undefined && 'file' in source ? source.line : undefined
  return { outcome: body.outcome, code, ...(line === undefined ? {} : { line }) }
}
