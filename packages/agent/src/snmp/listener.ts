import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  escapeControls,
  isNoPolicy,
  noPolicy,
  policyInForce,
  type PolicySource,
} from '@gatehouse/core'
import type { Configuration } from '@gatehouse/snmp-access'
import {
  CommandGenerator,
  CommandResponder,
  EngineFile,
  listen,
  NotificationOriginator,
  type ContextObjects,
  type Listening,
  type ObjectTree,
  type SnmpCounters,
} from '@gatehouse/snmp-access/engine'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { Count } from '../audit/tally.ts'
import type { AgentConfig, SnmpConfig } from '../config/model.ts'
import type { Log } from '../log.ts'
import { microagents } from '../microagents/table.ts'
import { loadLogged, type Policies, type ReloadResult } from '../policies.ts'
import type { OpenAgent } from '../start.ts'
import { Sources, type SourceParts } from './admission.ts'
import { faultyFiles } from './faulty-files.ts'
import { Machine } from './machine/machine.ts'
import { GATEHOUSE } from './mib/arcs.ts'
import { objectTree } from './mib/tree.ts'
import { Notifier } from './notifier.ts'
import { createRecords } from './records.ts'
import type { SnmpShown } from './shown.ts'
import { sinksOf, type Sinks } from './sinks.ts'
import { socketFaults } from './socket-faults.ts'
import { stateSnmp } from './statement.ts'
import { Status, StatusWatch, type AgentShown } from './status.ts'
import { SnmpUsers } from './users.ts'

/** Events of each kind for each second: a flood of bad messages fills no disk in a day. */
const EVENTS_PER_SECOND = 5

/** Octets of the key of digests of communities, which is of this run alone. */
const DIGEST_KEY_OCTETS = 32

/** What the listener stands on. */
interface SnmpOptions {
  readonly config: AgentConfig & { readonly snmp: SnmpConfig }
  readonly agent: OpenAgent
  readonly lookUpName: SourceParts['lookUpName']
  /** The agent that runs. */
  readonly shown: () => AgentShown
}

/** SNMP that listens. */
export interface SnmpListener {
  /** Looks from now on how the parts of the agent are doing, and tells receivers of what changes. */
  begin(): void
  readonly shown: SnmpShown
  /**
   * Reads the users again, and tells receivers what is otherwise than before.
   *
   * @param result - What came of reading all other policy files.
   */
  reload(result: ReloadResult): Promise<ReloadResult>
  /** Ends it. */
  close(): Promise<void>
}

/**
 * Starts SNMP.
 *
 * @throws ConfigError when the users cannot be used, the engine's own file is damaged, or an
 * address cannot be listened on.
 */
export async function openSnmp(options: SnmpOptions): Promise<SnmpListener> {
  const { config, agent, shown } = options
  const { snmp, dataDir } = config
  const { policies, journal, log } = agent
  const policy = policies.snmp ?? noPolicy('policy-missing', snmp.policyFile.label)
  const users = new SnmpUsers(snmp.usersFile)
  await users.open()
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const engine = await EngineFile.open(join(dataDir, 'snmp-engine'))
  const clock = () => engine.clock()
  const startedAt = performance.now()
  const uptime = () => (performance.now() - startedAt) / 1000
  const sinks = () => sinksOf(snmp, users.table, inForce(policy))
  const generator = await CommandGenerator.open()
  const originator = new NotificationOriginator({ generator, engine: clock, enterprise: GATEHOUSE })
  const notifier = new Notifier({ originator, sinks: () => sinks().used, uptime, log })
  const machine = new Machine()
  await machine.start()
  const sources = createSources(options)
  const responder = new CommandResponder({
    policy,
    objects: () => objects,
    users: () => users.table,
    engine: clock,
    versions: snmp.versions,
    ...(sources && { admit: (source: string) => sources.admits(source) }),
    digestKey: randomBytes(DIGEST_KEY_OCTETS),
    onEvent: createRecords({
      daemon: snmp.daemonName,
      journal,
      log,
      policyHash: () => hashOf(policy, policies),
      refusedSource: () => sources?.lastRefusal,
    }),
    onAuthenticationFailure: () => notifier.authenticationFailure(),
    limits: { eventsPerSecond: EVENTS_PER_SECOND },
  })
  const status = new Status({
    agent: shown,
    microagents: [...microagents.keys()],
    countOf: (name) =>
      name === 'snmp' ? countOf(responder.counters, sources) : journal.tally.of(name),
  })
  const tree = objectTree({ texts: snmp, uptime, machine, parts: () => status.now })
  responder.registerObjects(tree)
  const objects = readOnly(tree)
  const watch = new StatusWatch(status, (part, row) => notifier.statusChanged(part, row))
  const stop = async (): Promise<void> => {
    watch.stop()
    machine.stop()
    notifier.stop()
    await generator.close()
  }
  const listening = await listenAt(snmp.listen, { responder, sources, log }).catch(
    async (error: unknown) => {
      await stop()
      throw error
    },
  )
  const tell = () => tellWhatIsUnused({ config: snmp, policy, sinks: sinks(), log })
  tell()
  notifier.coldStart()
  return {
    begin: () => watch.start(),
    get shown() {
      return {
        addresses: listening.flatMap(({ addresses }) => addresses),
        users: users.shown,
        sinks: sinks().used.length,
        createUserLines: createUserLines(inForce(policy)),
        statements: stateSnmp({
          first: policies.tcpWrappers ? [tcp.guard(policies.tcpWrappers)] : [],
          versions: snmp.versions,
          policy,
          users,
        }),
      }
    },
    reload: async (result) => {
      const { usersFile } = snmp
      const all = {
        ...result,
        ...(usersFile && { snmpUsers: await loadLogged(users, usersFile.label, log) }),
      }
      tell()
      status.heard(faultyFiles(config, all))
      watch.look()
      return all
    },
    close: async () => {
      await closeAll(listening)
      await stop()
    },
  }
}

interface Listener {
  readonly responder: CommandResponder
  readonly sources: Sources | undefined
  readonly log: Log
}

/** Each address has a socket of its own, so that rules for one of them can be asked. */
async function listenAt(
  places: SnmpConfig['listen'],
  { responder, sources, log }: Listener,
): Promise<readonly Listening[]> {
  const open: Listening[] = []
  const onError = socketFaults(log)
  try {
    for (const place of places) {
      const server: { address?: string; port?: number } = {}
      const receive: CommandResponder['receive'] = (octets, source, port) => {
        sources?.arriveAt(server)
        return responder.receive(octets, source, port)
      }
      // oxlint-disable-next-line no-await-in-loop -- in the order of the config
      const listening = await listen({ receive }, { addresses: [place], onError })
      open.push(listening)
      const [bound = place] = listening.addresses
      server.port = bound.port
      if (!ANY_ADDRESS.has(bound.address)) server.address = bound.address
    }
    return open
  } catch (error) {
    await closeAll(open)
    throw error
  }
}

/** Bound to these, a socket does not tell which address a message came to. */
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

async function closeAll(open: readonly Listening[]): Promise<void> {
  await Promise.all(open.map((listening) => listening.close()))
}

/** Decides where messages may come from; nothing where nothing does. */
function createSources({ config, agent, lookUpName }: SnmpOptions): Sources | undefined {
  const { tcpWrappers } = agent.policies
  if (tcpWrappers === undefined) return undefined
  const { daemonName: daemon } = config.snmp
  return new Sources({ daemon, policies: tcpWrappers, lookUpName, now: () => performance.now() })
}

/** Nothing of the agent is set over the network by anybody whose request is not recorded before. */
function readOnly(tree: ObjectTree): ContextObjects {
  return {
    begin: () => tree.begin(),
    find: (oid) => tree.find(oid),
    next: (oid) => tree.next(oid),
    test: () => 'notWritable',
    commit: () => ({ errorStatus: 'commitFailed', errorIndex: 1 }),
  }
}

/** How many messages were answered, and how many were not; those that only ask who we are count as neither. */
function countOf(counters: SnmpCounters, sources: Sources | undefined): Count {
  const allowed = counters.get('snmpOutGetResponses')
  const asked = counters.get('snmpInPkts') - counters.get('usmStatsUnknownEngineIDs')
  return { allowed, denied: Math.max(asked - allowed, 0) + (sources?.refusals ?? 0) }
}

function inForce(policy: PolicySource<Configuration>): Configuration | undefined {
  const current = policyInForce(policy)
  return isNoPolicy(current) ? undefined : current
}

function hashOf(policy: PolicySource<Configuration>, policies: Policies): string | undefined {
  const current = inForce(policy)
  return current && policies.hashOf(current)
}

function createUserLines(policy: Configuration | undefined): readonly number[] {
  const lines = policy?.lines ?? []
  return lines.filter(({ directive }) => directive === 'createuser').map(({ line }) => line)
}

/** What the policy says to no effect. */
function tellWhatIsUnused({ config, policy, sinks, log }: UnusedParts): void {
  for (const line of createUserLines(inForce(policy))) {
    const told = 'createUser makes no user: users and passphrases stand in `snmp.usersFile`'
    log.warn(told, { event: 'snmp-line-unused', file: config.policyFile.label, line })
  }
  for (const { place, reason } of sinks.unused) {
    const told = { event: 'snmp-sink-unused', source: escapeControls(place), code: reason }
    log.warn('a receiver of notifications is sent nothing', told)
  }
}

interface UnusedParts {
  readonly config: SnmpConfig
  readonly policy: PolicySource<Configuration>
  readonly sinks: Sinks
  readonly log: Log
}
