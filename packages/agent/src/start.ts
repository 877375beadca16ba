import type { TimeWarning } from '@gatehouse/certificate-trust'
import { ConfigError, isNoPolicy, noPolicy, type PolicyHolder } from '@gatehouse/core'
import type { ReplayStore } from '@gatehouse/signed-request'
import type { SshServerLimits } from '@gatehouse/ssh-trust/ssh2'
import { Journal } from './audit/journal.ts'
import { createCallers } from './callers.ts'
import type { AgentConfig, SnmpConfig, SshConfig, WebAgentConfig } from './config/model.ts'
import { takesPlain } from './guards.ts'
import type { DaemonReceiverParts } from './listeners/daemon-receiver.ts'
import type { ConnectionLimits } from './listeners/limits.ts'
import type { Watched } from './listeners/transport.ts'
import type { PeerName } from './listeners/peer-name.ts'
import { openLog, type Log, type LogStream } from './log.ts'
import { ManagedSystem, type Parts } from './managed-system.ts'
import { openOperations, type PackedOperations } from './operations.ts'
import { domainFileOf, openPolicies, tablesLabel, type Policies } from './policies.ts'
import { Sampler } from './sampler.ts'
import type { SnmpListener } from './snmp/listener.ts'
import type { SshListener } from './ssh/listener.ts'
import type { ListenAddress, PolicyState, ResidentAgent, RunningAgent } from './running-agent.ts'
import { openStore, type Store } from './store.ts'
import { ToolTable } from './tools/table.ts'
import type { WebAgent } from './web-agent/listener.ts'
import type { SignedReceiver } from './web-agent/parts.ts'

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
  /** Clock of the warnings about what ends, and of the web agent. Default: that of the machine. */
  readonly now?: () => Date
  /** Limits of SSH. Default: those of an agent. */
  readonly sshLimits?: Partial<SshServerLimits>
  /** Remembers the used values of the web agent in place of what the config names; closed with the agent. */
  readonly usedValues?: ReplayStore
}

/** The parts of an agent that every way of running it needs. */
export interface OpenAgent {
  readonly system: ManagedSystem
  readonly store: Store
  readonly tools: ToolTable
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
  network?: Required<Pick<Parts, 'lookUpName'>> & Pick<Parts, 'transport' | 'tasks'>,
): Promise<OpenAgent> {
  const listens = network !== undefined
  const tools = new ToolTable(config.tools)
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
  const users = policies.users ?? noPolicy('policy-missing', config.usersFile?.label ?? 'usersFile')
  const callers = listens ? createCallers(config.callers, users) : undefined
  const parts = { config, policies, operations, store, tools, callers, journal, log }
  const system = new ManagedSystem({ ...parts, ...network })
  const sampler = new Sampler(store, log, config.sampleIntervalMs)
  return { system, store, tools, policies, operations, journal, log, sampler }
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
  let webAgent: WebAgent | undefined
  let ssh: SshListener | undefined
  let snmp: SnmpListener | undefined
  const agent = await openAgent(config, options, {
    lookUpName,
    transport: transport?.guard,
    tasks: () => webAgent?.statement,
  })
  const { system, sampler, tools, policies, operations, journal, log } = agent
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
  const now = options.now ?? (() => new Date())
  const receiver = transport && (await signedReceiver(config, { transport, limits, now }))
  const parts = { config, system, sampler, admits, transport, receiver, onRefused, limits, log }
  const listeners = await openBasicListeners(parts).catch(async (error: unknown) => {
    await operations?.close()
    await journal.close()
    throw error
  })
  const watched = (): Watched => ({
    certificates: unique([
      ...(transport?.watched.certificates ?? []),
      ...(webAgent?.certificates ?? []),
    ]),
    lists: transport?.watched.lists ?? [],
  })
  const watch = new ExpiryWatch({ watched, now, log })
  const close = async (): Promise<void> => {
    watch.stop()
    await snmp?.close()
    await Promise.all([listeners.close(), webAgent?.close(), ssh?.close()])
    tools.close()
  }
  const base = residentAgent(config, agent, close, {
    transport,
    webAgent: () => webAgent,
    ssh: () => ssh,
    snmp: () => snmp,
    watch,
  })
  if (hasWebAgent(config)) {
    const { openWebAgent } = await import('./web-agent/listener.ts')
    const { limits: own, usedValues } = options
    const state = () => base
    const given = { config, agent, admits, limits: own, usedValues, state, now }
    webAgent = await openWebAgent(given).catch(async (error: unknown) => {
      await base.close()
      throw error
    })
  }
  if (hasSsh(config)) {
    const { openSsh } = await import('./ssh/listener.ts')
    const { sshLimits } = options
    const given = { config, agent, lookUpName, limits, sshLimits, now }
    ssh = await openSsh(given).catch(async (error: unknown) => {
      await base.close()
      throw error
    })
  }
  watch.look()
  watch.start()
  const running: RunningAgent = {
    name: base.name,
    daemonAddress: addressOf(listeners.daemon),
    redirectAddress: listeners.redirect && addressOf(listeners.redirect),
    get agentAddress() {
      return listeners.agent === undefined ? undefined : addressOf(listeners.agent)
    },
    webAgentAddress: webAgent && addressOf(webAgent.secure),
    webAgentRedirectAddress: webAgent && addressOf(webAgent.redirect),
    sshAddress: ssh && addressOf(ssh),
    sshHostKeys: ssh?.hostKeys ?? [],
    get sshStatement() {
      return ssh?.statement
    },
    get snmp() {
      return snmp?.shown
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
  if (hasSnmp(config)) {
    const { openSnmp } = await import('./snmp/listener.ts')
    const given = { config, agent, lookUpName, shown: () => running }
    snmp = await openSnmp(given).catch(async (error: unknown) => {
      await base.close()
      throw error
    })
    snmp.begin()
  }
  return running
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

/** What takes signed requests of the daemon; nothing where it takes others. */
async function signedReceiver(
  { callers, webAgent }: AgentConfig,
  parts: Omit<DaemonReceiverParts, 'valueLifeMs'>,
): Promise<SignedReceiver | undefined> {
  if (callers !== 'signed') return undefined
  const { createDaemonReceiver } = await import('./listeners/daemon-receiver.ts')
  const valueLifeMs = webAgent && webAgent.valueLifeSeconds * 1000
  return createDaemonReceiver({ ...parts, valueLifeMs })
}

/** What only an agent that listens has. */
interface Secured {
  /** TLS of the daemon. */
  readonly transport: { reload(log: Log): Promise<boolean> } | undefined
  readonly webAgent: () => WebAgent | undefined
  readonly ssh: () => SshListener | undefined
  readonly snmp: () => SnmpListener | undefined
  readonly watch: { readonly warnings: readonly TimeWarning[]; look(): void }
}

function hasWebAgent(
  config: AgentConfig,
): config is AgentConfig & { readonly webAgent: WebAgentConfig } {
  return config.webAgent !== undefined
}

function hasSsh(config: AgentConfig): config is AgentConfig & { readonly ssh: SshConfig } {
  return config.ssh !== undefined
}

function hasSnmp(config: AgentConfig): config is AgentConfig & { readonly snmp: SnmpConfig } {
  return config.snmp !== undefined
}

/** Each certificate once in each role: daemon and web agent may share one. */
function unique(entries: Watched['certificates']): Watched['certificates'] {
  const seen = new Map<string, Watched['certificates'][number]>()
  for (const entry of entries) {
    const key = 'role' in entry ? `${entry.role} ${entry.certificate.sha256}` : entry.sha256
    seen.set(key, entry)
  }
  return [...seen.values()]
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
      const ofKeys = secured?.ssh()?.keys ?? []
      return [
        ...policyStates(config, policies, secured?.webAgent()?.settings),
        ...ofKeys.map(({ label, holder }) => stateOf(label, holder)),
        ...snmpStates(config, policies),
      ]
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
      const tls = await secured.transport?.reload(log)
      const webAgent = await secured.webAgent()?.reload()
      const ssh = await secured.ssh()?.reload()
      secured.watch.look()
      const all = {
        ...result,
        ...(tls !== undefined && { tls }),
        ...(webAgent && { webAgent }),
        ...(ssh && { ssh }),
      }
      return (await secured.snmp()?.reload(all)) ?? all
    },
    close: async () => {
      await close()
      await operations?.close()
      await journal.close()
    },
  }
}

function policyStates(
  config: AgentConfig,
  policies: Policies,
  settings: PolicyHolder<object> | undefined,
): PolicyState[] {
  const { authorizationFile, trustedFile, tcpWrappers, usersFile, webAgent } = config
  const { authorization, trusted, trustedWithDomain, tcpWrappers: tables, users } = policies
  const domainFile = domainFileOf(config)
  return [
    stateOf(authorizationFile.label, authorization),
    stateOf(trustedFile.label, trusted),
    ...(domainFile && trustedWithDomain ? [stateOf(domainFile.label, trustedWithDomain)] : []),
    ...(tcpWrappers && tables ? [stateOf(tablesLabel(tcpWrappers), tables)] : []),
    ...(usersFile && users ? [stateOf(usersFile.label, users)] : []),
    ...(webAgent && settings ? [stateOf(webAgent.settingsFile.label, settings)] : []),
  ]
}

/** Users there are always: without them the agent does not start. */
function snmpStates({ snmp }: AgentConfig, policies: Policies): PolicyState[] {
  if (snmp === undefined || policies.snmp === undefined) return []
  const { policyFile, usersFile } = snmp
  return [
    stateOf(policyFile.label, policies.snmp),
    ...(usersFile ? [{ file: usersFile.label, inForce: true }] : []),
  ]
}

function stateOf(file: string, { current }: PolicyHolder<object>): PolicyState {
  return { file, inForce: !isNoPolicy(current) }
}

function addressOf({ address, port }: ListenAddress): ListenAddress {
  return { address, port }
}
