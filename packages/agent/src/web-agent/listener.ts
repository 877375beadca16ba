import type { Certificate, TrustedCertificate } from '@gatehouse/certificate-trust'
import { ConfigError, type Guard, type PolicyHolder, type Statement } from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import { PATHS, ValueRequestSchema } from '@gatehouse/protocol'
import { MAX_BODY_BYTES, Tickets, type ReplayStore } from '@gatehouse/signed-request'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { Hono } from 'hono'
import type { AgentConfig, WebAgentConfig } from '../config/model.ts'
import { Gate, type Admits } from '../listeners/gate.ts'
import {
  bind,
  createApp,
  onMessage,
  openListener,
  respond,
  type Bindings,
  type Listener,
} from '../listeners/http.ts'
import { DEFAULT_LIMITS, type ConnectionLimits } from '../listeners/limits.ts'
import { Transport } from '../listeners/transport.ts'
import { loadLogged } from '../policies.ts'
import { Replier } from '../reply.ts'
import type { OpenAgent } from '../start.ts'
import { addLogins } from './logins.ts'
import { addPages, pageParts, type AgentState } from './browser.ts'
import type { WebAgentParts } from './parts.ts'
import { Receiver } from './receiver.ts'
import { SettingsFile } from './settings.ts'
import { stateTasks } from './statement.ts'
import { addTasks } from './tasks.ts'
import { timedSessions } from './timed-sessions.ts'
import { openUsedValues } from './used-values.ts'

/** What a web agent stands on. */
export interface WebAgentOptions {
  readonly config: AgentConfig & { readonly webAgent: WebAgentConfig }
  readonly agent: OpenAgent
  /** Decides who may connect. Default: everybody. */
  readonly admits: Admits | undefined
  /** Limits that are not those of every web agent. */
  readonly limits: Partial<ConnectionLimits> | undefined
  /** Remembers used values in place of what the config names. */
  readonly usedValues: ReplayStore | undefined
  /** What the home page tells of the agent. */
  readonly state: () => AgentState
  readonly now: () => Date
}

/** A web agent that listens. */
export interface WebAgent {
  /** Where it listens. */
  readonly secure: Pick<Listener, 'address' | 'port'>
  /** Where plain HTTP is sent to HTTPS. */
  readonly redirect: Pick<Listener, 'address' | 'port'>
  /** Trust settings in force, or why there are none. */
  readonly settings: PolicyHolder<object>
  /** What is promised of tasks now. */
  readonly statement: Statement
  /** Its own certificates, and those that it trusts. */
  readonly certificates: readonly (Certificate | TrustedCertificate)[]
  /** Reads certificate, key and settings again; what cannot be used stays as it was. */
  reload(): Promise<WebAgentReload>
  /** Ends when open requests have been answered. */
  close(): Promise<void>
}

/** What came of a reload. */
interface WebAgentReload {
  /** Whether certificate and key were replaced. */
  readonly tls: boolean
  readonly settings: LoadResult
}

/** What differs from the daemon: certificates in heads, settings in bodies, and tools that take minutes. */
const LIMITS: ConnectionLimits = {
  ...DEFAULT_LIMITS,
  maxHeaderBytes: 16 * 1024,
  maxBodyBytes: MAX_BODY_BYTES,
  silenceTimeoutMs: 310_000,
}

/**
 * Starts the web agent.
 *
 * @throws {@link ConfigError} when a file or the memory of used values cannot be used, or an address cannot be
 *   listened on.
 */
export async function openWebAgent(options: WebAgentOptions): Promise<WebAgent> {
  const { config, agent, admits, now } = options
  const { webAgent } = config
  const { system, tools, policies, journal, log } = agent
  const limits = { ...LIMITS, ...options.limits }
  const transport = await Transport.open(tlsOf(webAgent))
  const settings = new SettingsFile(webAgent, config)
  const loadSettings = () => loadLogged(settings, webAgent.settingsFile.label, log)
  await loadSettings()
  const store = options.usedValues ?? (await openUsedValues(webAgent.usedValues))
  const certificates = () => transport.identity
  const parts: WebAgentParts = {
    config,
    system,
    settings,
    tools,
    journal,
    certificates,
    limits,
    log,
    now,
    receiver: new Receiver({
      settings,
      store,
      certificates,
      now,
      valueLifeMs: webAgent.valueLifeSeconds * 1000,
      maxBodyBytes: limits.maxBodyBytes,
    }),
    tickets: new Tickets(),
    sessions: timedSessions(settings, webAgent.sessionMinutes),
    replier: new Replier(system.node, config.answers, log),
  }
  const first: readonly Guard<never>[] = [
    transport.guard,
    ...(policies.tcpWrappers ? [tcp.guard(policies.tcpWrappers)] : []),
  ]
  const createGate = () => admits && new Gate({ admits, limits, log })
  const open: Listener[] = []
  const close = async (): Promise<void> => {
    await Promise.all(open.map((listener) => listener.close()))
    await store.close()
  }
  try {
    const { address } = webAgent
    const place = { address, port: webAgent.port }
    const app = createWebApp(parts, options.state)
    const secure = await openListener(app, place, limits, { gate: createGate(), transport })
    open.push(secure)
    const plain = { address, port: webAgent.redirectPort }
    const redirect = await bind(
      transport.createRedirect(() => secure.port),
      plain,
      limits,
      createGate(),
    )
    open.push(redirect)
    return {
      secure,
      redirect,
      close,
      settings: settings.holder,
      get statement() {
        return stateTasks(first, parts)
      },
      get certificates() {
        return [...transport.identity, ...(settings.current().list?.entries ?? [])]
      },
      reload: async () => ({ tls: await transport.reload(log), settings: await loadSettings() }),
    }
  } catch (cause) {
    await close()
    throw new ConfigError(`cannot listen: ${(cause as Error).message}`, { cause })
  }
}

function createWebApp(parts: WebAgentParts, state: () => AgentState): Hono<Bindings> {
  const app = createApp(parts.log)
  const { receiver, limits } = parts
  onMessage(app, PATHS.values, { schema: ValueRequestSchema, limits }, ({ certificate }) =>
    Promise.resolve(respond({ status: 200, body: receiver.issue(certificate) })),
  )
  addTasks(app, parts)
  const pages = pageParts(parts)
  addLogins(app, pages)
  addPages(app, pages, state)
  return app
}

function tlsOf({
  certificateFile,
  keyFile,
  keyGroup,
}: WebAgentConfig): AgentConfig['tls'] & object {
  return { certificateFile, keyFile, ...(keyGroup !== undefined && { keyGroup }) }
}
