import type { TimeWarning } from '@gatehouse/certificate-trust'
import { ConfigError, isNoPolicy, type PolicyHolder } from '@gatehouse/core'
import type { PolicyDescription } from '@gatehouse/hawk-trusted/plug-in'
import type { StatementAnswer } from '@gatehouse/protocol'
import { Journal, type AuditState } from './audit/journal.ts'
import type { AgentConfig } from './config.ts'
import { takesPlain } from './guards.ts'
import type { ConnectionLimits } from './listeners/limits.ts'
import type { PeerName } from './listeners/peer-name.ts'
import { openLog, type Log, type LogStream } from './log.ts'
import { ManagedSystem, type Parts } from './managed-system.ts'
import { openOperations, type PackedOperations } from './operations.ts'
import {
  domainFileOf,
  openPolicies,
  tablesLabel,
  type Policies,
  type ReloadResult,
} from './policies.ts'
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
  /**
   * Authorization.cfg, then Trusted.txt, then TrustedWithDomain.txt where it decides, then hosts.allow
   * and hosts.deny where they guard the daemon.
   */
  readonly policies: readonly PolicyState[]
  /** The security policies that decide packed operations; none where these are not taken. */
  readonly securityPolicies: readonly PolicyDescription[]
  /** Whether invocations that nobody packed are decided by Trusted.txt; else all are refused. */
  readonly takesPlainInvocations: boolean
  /** What the guards promise now, for actions, for invocations and for packed operations. */
  readonly statement: StatementAnswer
  /** Where decisions are recorded, and how that goes. */
  readonly audit: AuditState
  /**
   * What ends soon or has ended, of the daemon's certificates, its trust list and its revocation lists,
   * as of the last look: at start, at each reload, and once a day.
   */
  readonly timeWarnings: readonly TimeWarning[]
  /**
   * Reads the policy files again; each policy is replaced whole, or the last good one stays. So are the
   * certificate, the trust list and the revocation lists, together. Opens the log anew, and `Trusted.log` as the access
   * control file says.
   */
  readonly reload: () => Promise<ReloadResult>
  /** Stops gathering and closes whatever listens. Ends when open requests have been answered. */
  readonly close: () => Promise<void>
}

/** An agent that listens. */
export interface RunningAgent extends ResidentAgent {
  /** Where its service daemon listens: the way in. */
  readonly daemonAddress: ListenAddress
  /** Where plain HTTP requests are sent to HTTPS; nothing where they are not. */
  readonly redirectAddress: ListenAddress | undefined
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
  readonly lookUpName?: (address: string) => Promise<PeerName>
  /** Clock of the warnings about what ends; decides nothing. Default: that of the machine. */
  readonly now?: () => Date
}

/** The parts of an agent that every way of running it needs. */
export interface OpenAgent {
  readonly system: ManagedSystem
  readonly store: Store
  readonly sampler: Sampler
  readonly policies: Policies
  readonly operations: PackedOperations | undefined
  readonly journal: Journal
  readonly log: Log
}

/**
 * Opens logs, policies and store. Opens no socket.
 *
 * @param network - What only an agent that listens has. Default: nothing, and then the logs of
 * decisions are those of local commands, and packed operations are not taken.
 * @throws {@link ConfigError} when a log cannot be opened, or a security policy does not start.
 */
export async function openAgent(
  config: AgentConfig,
  { logStream }: LogOptions = {},
  network?: Required<Pick<Parts, 'lookUpName'>> & Pick<Parts, 'transport'>,
): Promise<OpenAgent> {
  const listens = network !== undefined
  const log = openLog(config.name, config.logFile, logStream)
  const policies = await openPolicies(config, log, listens)
  const operations = listens ? await openOperations(config, policies, log) : undefined
  const keeper = listens ? 'resident' : 'local'
  const journal = await Journal.open({ config, policies, log }, keeper).catch(
    async (error: unknown) => {
      await operations?.close()
      throw error
    },
  )
  const store = openStore(config)
  const parts = { config, policies, operations, store, journal, log }
  const system = new ManagedSystem({ ...parts, ...network })
  const sampler = new Sampler(store, log, config.sampleIntervalMs)
  return { system, store, policies, operations, journal, log, sampler }
}

/**
 * Starts an agent and its service daemon in this process.
 *
 * @throws {@link ConfigError} in advanced security mode, when an address cannot be listened on, when a
 * security policy does not start, and when a log cannot be opened.
 */
export async function startAgent(
  config: AgentConfig,
  options: AgentOptions = {},
): Promise<RunningAgent> {
  if (config.securityMode !== 'basic') {
    throw new ConfigError('there is no listener in advanced security mode')
  }
  // Loaded here and nowhere else: in advanced mode the code that listens is not in the process.
  const [
    { openBasicListeners },
    admission,
    { ExpiryWatch },
    { DEFAULT_LIMITS },
    peerName,
    { Transport },
  ] = await Promise.all([
    import('./listeners/basic.ts'),
    import('./listeners/admission.ts'),
    import('./listeners/expiry-watch.ts'),
    import('./listeners/limits.ts'),
    import('./listeners/peer-name.ts'),
    import('./listeners/transport.ts'),
  ])
  const lookUpName = options.lookUpName ?? ((address) => peerName.lookUpName(address))
  const transport = config.tls && (await Transport.open(config.tls))
  const agent = await openAgent(config, options, { lookUpName, transport: transport?.guard })
  const { system, sampler, policies, operations, journal, log } = agent
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { tcpWrappers } = config
  const admits =
    tcpWrappers &&
    policies.tcpWrappers &&
    admission.createAdmission({
      config: tcpWrappers,
      policies: policies.tcpWrappers,
      journal,
      lookUpName,
    })
  const onRefused = admission.recordRefusals(config, journal)
  const parts = { config, system, sampler, admits, transport, onRefused, limits, log }
  const listeners = await openBasicListeners(parts).catch(async (error: unknown) => {
    await operations?.close()
    await journal.close()
    throw error
  })
  const now = options.now ?? (() => new Date())
  const watch = transport && new ExpiryWatch({ watched: () => transport.watched, now, log })
  watch?.start()
  const close = (): Promise<void> => {
    watch?.stop()
    return listeners.close()
  }
  const base = residentAgent(config, agent, close, transport && watch && { transport, watch })
  return {
    name: base.name,
    daemonAddress: addressOf(listeners.daemon),
    redirectAddress: listeners.redirect && addressOf(listeners.redirect),
    get agentAddress() {
      return listeners.agent === undefined ? undefined : addressOf(listeners.agent)
    },
    securityPolicies: base.securityPolicies,
    takesPlainInvocations: base.takesPlainInvocations,
    get policies() {
      return base.policies
    },
    get statement() {
      return base.statement
    },
    get audit() {
      return base.audit
    },
    get timeWarnings() {
      return base.timeWarnings
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

/** The transport of an agent whose daemon speaks HTTPS. */
interface Secured {
  readonly transport: { reload(log: Log): Promise<boolean> }
  readonly watch: { readonly warnings: readonly TimeWarning[]; look(): void }
}

function residentAgent(
  config: AgentConfig,
  { system, policies, operations, journal, log }: OpenAgent,
  close: () => Promise<void>,
  secured?: Secured,
): ResidentAgent {
  return {
    name: config.name,
    securityPolicies: operations?.policies ?? [],
    takesPlainInvocations: takesPlain(operations),
    get policies() {
      return policyStates(config, policies)
    },
    get statement() {
      return system.statement
    },
    get audit() {
      return journal.state
    },
    get timeWarnings() {
      return secured?.watch.warnings ?? []
    },
    reload: async () => {
      log.reopen()
      const result = await system.reload()
      if (secured === undefined) return result
      const tls = await secured.transport.reload(log)
      secured.watch.look()
      return { ...result, tls }
    },
    close: async () => {
      await close()
      await operations?.close()
      await journal.close()
    },
  }
}

function policyStates(config: AgentConfig, policies: Policies): PolicyState[] {
  const { authorizationFile, trustedFile, tcpWrappers } = config
  const { authorization, trusted, trustedWithDomain, tcpWrappers: tables } = policies
  const domainFile = domainFileOf(config)
  return [
    stateOf(authorizationFile.label, authorization),
    stateOf(trustedFile.label, trusted),
    ...(domainFile && trustedWithDomain ? [stateOf(domainFile.label, trustedWithDomain)] : []),
    ...(tcpWrappers && tables ? [stateOf(tablesLabel(tcpWrappers), tables)] : []),
  ]
}

function stateOf(file: string, { current }: PolicyHolder<object>): PolicyState {
  return { file, inForce: !isNoPolicy(current) }
}

function addressOf({ address, port }: ListenAddress): ListenAddress {
  return { address, port }
}
