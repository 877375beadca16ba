import { randomBytes } from 'node:crypto'
import type { AuditEvent } from '@gatehouse/audit-log'
import { ConfigError, formatSource, isNoPolicy } from '@gatehouse/core'
import { PolicyFile } from '@gatehouse/core/files'
import { formatOid, type Configuration } from '@gatehouse/snmp-access'
import {
  EngineFile,
  listen,
  NotificationReceiver,
  type Listening,
  type ReceivedNotification,
  type SnmpEvent,
  type SnmpEventKind,
} from '@gatehouse/snmp-access/engine'
import { UserTable, type PeerClock } from '@gatehouse/snmp-access/message'
import { parseConfiguration } from './configuration-file.ts'
import type { Recorder } from '../tasks/record.ts'
import type { SnmpSettings, TrapSettings } from './settings.ts'
import { stateVarbind } from './values.ts'
import type { ReceiverView, TrapEvent } from './view.ts'

/** What a desk works with. */
export interface TrapDeskOptions {
  readonly settings: SnmpSettings & { readonly traps: TrapSettings }
  /** The polled system of an address. */
  readonly systemAt: (address: string) => string | undefined
  /** Called for every notification that is taken, with its system if that is known. */
  readonly onTaken: (system: string | undefined) => void
  /** Keeps refusals. Default: nobody. */
  readonly record?: Recorder
  /** The time. Default: the clock of this machine. */
  readonly now?: () => Date
}

/** Most traps that are kept; the oldest go first. */
const MAX_EVENTS = 500

/** Most objects of a trap that are kept. */
const MAX_VARBINDS = 16

/** Octets of the key that digests of communities are made with; another at each start. */
const DIGEST_KEY_OCTETS = 32

/** Receives traps and informs of those whom an snmptrapd.conf lets in, and keeps the latest. */
export class TrapDesk {
  readonly #options: TrapDeskOptions
  readonly #policy: PolicyFile<Configuration>
  readonly #events: TrapEvent[] = []
  /** The systems that engines proved to be, by engine id; more than one where ids were copied. */
  readonly #systemsOf = new Map<string, Set<string>>()
  #listening: Listening | undefined
  #receiver: NotificationReceiver | undefined
  #taken = 0
  #refused = 0
  #unrecorded = 0
  #socketFaults = 0
  #lastSocketFault: string | undefined
  #notReloaded: string | undefined

  private constructor(options: TrapDeskOptions, policy: PolicyFile<Configuration>) {
    this.#options = options
    this.#policy = policy
  }

  /**
   * Begins to receive. Without an snmptrapd.conf nothing is taken.
   *
   * @throws ParseError for an snmptrapd.conf with errors; ConfigError for a port or an engine file that cannot be had.
   */
  static async open(options: TrapDeskOptions): Promise<TrapDesk> {
    const { traps } = options.settings
    const policy = new PolicyFile<Configuration>({
      path: traps.configurationFile,
      parse: (bytes, { file }) => parseConfiguration(file, bytes, { daemon: 'snmptrapd' }),
    })
    const loaded = await policy.load()
    if (!loaded.loaded && loaded.code === 'policy-malformed') throw loaded.cause
    const desk = new TrapDesk(options, policy)
    await desk.#listen()
    return desk
  }

  /** Reads the snmptrapd.conf again; one with errors changes nothing. */
  async reload(): Promise<void> {
    const loaded = await this.#policy.load()
    this.#notReloaded = !loaded.loaded && loaded.kept ? loaded.code : undefined
  }

  /** Takes version 3 traps of an engine for a user from now on: it proved itself when this system was polled. */
  trust(user: string, engine: PeerClock, system: string): void {
    if (this.#receiver?.trust(user, engine.id, engine) !== true) return
    const key = Buffer.from(engine.id).toString('hex')
    const systems = this.#systemsOf.get(key) ?? new Set()
    this.#systemsOf.set(key, systems.add(system))
  }

  /** Traps that were taken, the newest first. */
  get events(): readonly TrapEvent[] {
    return this.#events
  }

  /** How it receives. */
  get view(): ReceiverView {
    const { configurationFile, versions } = this.#options.settings.traps
    const policy = this.#policy.current
    const dropped = this.#listening?.droppedByKernel()
    return {
      addresses: this.#listening?.addresses ?? [],
      versions,
      receiveBufferBytes: this.#listening?.receiveBufferBytes ?? 0,
      ...(dropped !== undefined && { droppedByKernel: dropped }),
      configurationFile,
      ...(isNoPolicy(policy) && { noPolicy: policy.noPolicy }),
      ...(this.#notReloaded !== undefined && { notReloaded: this.#notReloaded }),
      taken: this.#taken,
      refused: this.#refused,
      unrecorded: this.#unrecorded,
      socketFaults: this.#socketFaults,
      ...(this.#lastSocketFault !== undefined && { lastSocketFault: this.#lastSocketFault }),
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#listening?.close()
  }

  async #listen(): Promise<void> {
    const { settings } = this.#options
    const { port, addresses, versions, receiveBufferBytes, engineFile } = settings.traps
    const engine = await EngineFile.open(engineFile)
    const users = [...settings.users.values()]
    this.#receiver = new NotificationReceiver({
      policy: this.#policy,
      users: new UserTable(users.map(({ user }) => user)),
      trapEngines: new Map(users.map(({ user, engineIds }) => [user.name, engineIds])),
      engine: () => engine.clock(),
      versions,
      digestKey: randomBytes(DIGEST_KEY_OCTETS),
      onNotification: (notification) => this.#take(notification),
      onEvent: (event) => this.#tell(event),
    })
    const places = addresses.map((address) => ({ address, port }))
    const onError = (error: unknown): void => {
      this.#socketFaults += 1
      this.#lastSocketFault = String(error)
    }
    try {
      const options = { addresses: places, receiveBufferBytes, onError }
      this.#listening = await listen(this.#receiver, options)
    } catch (cause) {
      const what = `port ${port} for traps cannot be had: ${(cause as Error).message}`
      throw new ConfigError(`${what}; \`SnmpTrapPortAddress\` names another`, {
        source: { file: settings.file },
        cause,
      })
    }
  }

  #take(notification: ReceivedNotification): void {
    const { purposes } = notification
    const { onTaken } = this.#options
    const system = this.#senderOf(notification)
    if (!purposes.includes('log') && !purposes.includes('execute')) return
    this.#taken += 1
    if (purposes.includes('log')) {
      this.#events.unshift(eventOf(notification, system, this.#now()))
      this.#events.length = Math.min(this.#events.length, MAX_EVENTS)
    }
    onTaken(system)
  }

  /** Whose notification it is: by a digest, where the engine is known; by its address, which proves nothing. */
  #senderOf({ source, level, engineId }: ReceivedNotification): string | undefined {
    const atAddress = this.#options.systemAt(source)
    if (engineId === undefined || level === 'noAuthNoPriv') return atAddress
    const systems = this.#systemsOf.get(Buffer.from(engineId).toString('hex'))
    if (systems === undefined || (atAddress !== undefined && systems.has(atAddress))) {
      return atAddress
    }
    const [only] = systems
    return systems.size === 1 ? only : undefined
  }

  #tell(event: SnmpEvent): void {
    if (!REFUSALS.has(event.kind)) return
    this.#refused += 1 + event.leftOut
    void this.#record(event)
  }

  async #record(event: SnmpEvent): Promise<void> {
    try {
      await this.#options.record?.(refusalEvent(event))
    } catch {
      this.#unrecorded += 1
    }
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date()
  }
}

/** Kinds of events in which a notification is not taken. */
const REFUSALS: ReadonlySet<SnmpEventKind> = new Set<SnmpEventKind>([
  'not-admitted',
  'malformed',
  'version-off',
  'not-for-us',
  'unauthenticated',
  'refused',
  'too-big',
  'failed',
])

function eventOf(
  { source, version, user, level, pdu, trapOid, uptime, varbinds }: ReceivedNotification,
  system: string | undefined,
  at: Date,
): TrapEvent {
  return {
    at: at.toISOString(),
    source,
    ...(system !== undefined && { system }),
    kind: pdu,
    version,
    ...(user !== undefined && { user }),
    ...(level !== undefined && { level }),
    trapOid: formatOid(trapOid),
    uptime,
    varbinds: varbinds.slice(0, MAX_VARBINDS).map(stateVarbind),
    more: Math.max(0, varbinds.length - MAX_VARBINDS),
  }
}

/** What is recorded of a notification that is not taken: never its community. */
function refusalEvent(event: SnmpEvent): AuditEvent {
  const { kind, source, version, user, communityDigest, pdu, reasons = [], fault, leftOut } = event
  const place = reasons[0]?.source
  return {
    event: 'snmp.trap',
    outcome: 'deny',
    codes: reasons.length === 0 ? [fault ?? kind] : reasons.map(({ code }) => code),
    ...(place !== undefined && { source: formatSource(place) }),
    by: 'trap-receiver',
    peer: source,
    ...(user !== undefined && { claimedUser: user }),
    ...(pdu !== undefined && { operation: pdu }),
    facts: {
      kind,
      ...(version !== undefined && { version }),
      ...(communityDigest !== undefined && { communityDigest }),
      ...(leftOut > 0 && { leftOut: String(leftOut) }),
    },
  }
}
