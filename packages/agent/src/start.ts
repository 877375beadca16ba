import { ConfigError, isNoPolicy } from '@gatehouse/core'
import type { StatementAnswer } from '@gatehouse/protocol'
import type { AgentConfig } from './config.ts'
import type { ConnectionLimits } from './listeners/limits.ts'
import { openLog, type Log, type LogStream } from './log.ts'
import { ManagedSystem, type Parts } from './managed-system.ts'
import { openPolicies, type Policies, type ReloadResult } from './policies.ts'
import { Sampler } from './sampler.ts'
import { openStore, type Store } from './store.ts'

/** Where a listener is. */
export interface ListenAddress {
  /** IP address. */
  readonly address: string
  /** TCP port. */
  readonly port: number
}

/** Whether a policy file decides, or denies everything because it gave no policy. */
export interface PolicyState {
  /** The path as the config wrote it. */
  readonly file: string
  /** Whether a policy of that file is in force. */
  readonly inForce: boolean
}

/** An agent in advanced security mode: it gathers samples and has no way in. */
export interface ResidentAgent {
  /** Agent name. */
  readonly name: string
  /** Authorization.cfg, then Trusted.txt. */
  readonly policies: readonly PolicyState[]
  /** What the guards promise now, for actions and for invocations. */
  readonly statement: StatementAnswer
  /** Reads both policy files again; each is replaced whole, or the last good one stays. Opens the log anew. */
  readonly reload: () => Promise<ReloadResult>
  /** Stops gathering and closes whatever listens. Ends when open requests have been answered. */
  readonly close: () => Promise<void>
}

/** An agent that listens. */
export interface RunningAgent extends ResidentAgent {
  /** Where its service daemon listens: the way in. */
  readonly daemonAddress: ListenAddress
  /** Where the agent behind the daemon listens; nothing after `agent.stop`. It answers the daemon only. */
  readonly agentAddress: ListenAddress | undefined
}

/** Where an agent writes its log. */
export interface LogOptions {
  /** Takes the log lines instead of the config's `logFile`. */
  readonly logStream?: LogStream
}

/** Options of {@link startAgent}. */
export interface AgentOptions extends LogOptions {
  /** Limits of the listeners. Default: those of the protocol. */
  readonly limits?: Partial<ConnectionLimits>
  /** Finds the forward-confirmed host name of a peer. Default: asks DNS. Called only if a policy has host names. */
  readonly lookUpName?: (address: string) => Promise<string | null>
}

/** The parts of an agent that every way of running it needs. */
export interface OpenAgent {
  readonly system: ManagedSystem
  readonly store: Store
  readonly sampler: Sampler
  readonly policies: Policies
  readonly log: Log
}

/**
 * Opens log, policies and store. Opens no socket.
 *
 * @param network - What only an agent that may use the network has. Default: nothing.
 */
export async function openAgent(
  config: AgentConfig,
  { logStream }: LogOptions = {},
  network: Pick<Parts, 'lookUpName'> = {},
): Promise<OpenAgent> {
  const log = openLog(config.name, config.logFile, logStream)
  const policies = await openPolicies(config, log)
  const store = openStore(config)
  const system = new ManagedSystem({ config, policies, store, log, ...network })
  return { system, store, policies, log, sampler: new Sampler(store, log, config.sampleIntervalMs) }
}

/**
 * Starts an agent and its service daemon in this process.
 *
 * @throws {@link ConfigError} in advanced security mode, and when an address cannot be listened on.
 */
export async function startAgent(
  config: AgentConfig,
  options: AgentOptions = {},
): Promise<RunningAgent> {
  if (config.securityMode !== 'basic') {
    throw new ConfigError('there is no listener in advanced security mode')
  }
  // Loaded here and nowhere else: in advanced mode the code that listens is not in the process.
  const [{ openBasicListeners }, { DEFAULT_LIMITS }, { lookUpName }] = await Promise.all([
    import('./listeners/basic.ts'),
    import('./listeners/limits.ts'),
    import('./listeners/peer-name.ts'),
  ])
  const agent = await openAgent(config, options, {
    lookUpName: options.lookUpName ?? ((address) => lookUpName(address)),
  })
  const { system, sampler, log } = agent
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const listeners = await openBasicListeners({ config, system, sampler, limits, log })
  const base = residentAgent(config, agent, () => listeners.close())
  return {
    name: base.name,
    daemonAddress: addressOf(listeners.daemon),
    get agentAddress() {
      return listeners.agent === undefined ? undefined : addressOf(listeners.agent)
    },
    get policies() {
      return base.policies
    },
    get statement() {
      return base.statement
    },
    reload: base.reload,
    close: base.close,
  }
}

/**
 * Starts the sampler of an agent in advanced security mode, and nothing that listens.
 *
 * @throws {@link ConfigError} in basic security mode.
 */
export async function startResident(
  config: AgentConfig,
  options: LogOptions = {},
): Promise<ResidentAgent> {
  if (config.securityMode !== 'advanced') {
    throw new ConfigError('the agent runs without listener in advanced security mode only')
  }
  const agent = await openAgent(config, options)
  agent.sampler.start()
  return residentAgent(config, agent, () => agent.sampler.stop())
}

function residentAgent(
  { name, authorizationFile, trustedFile }: AgentConfig,
  { system, policies, log }: OpenAgent,
  close: () => Promise<void>,
): ResidentAgent {
  return {
    name,
    get policies() {
      return [
        { file: authorizationFile.label, inForce: !isNoPolicy(policies.authorization.current) },
        { file: trustedFile.label, inForce: !isNoPolicy(policies.trusted.current) },
      ]
    },
    get statement() {
      return system.statement
    },
    reload: () => {
      log.reopen()
      return system.reload()
    },
    close,
  }
}

function addressOf({ address, port }: ListenAddress): ListenAddress {
  return { address, port }
}
