import { LEVELS, type UsmStatus } from '../../request.ts'
import {
  openAsPeer,
  reportNameOf,
  sealMessage,
  unprovenPdu,
  type EngineClock,
  type PeerClock,
  type PlainPdu,
  type ScopedPdu,
  type SealedMessage,
} from '../../message/index.ts'
import type { Level } from '../../model.ts'
import type { ReportName } from '../../verdict.ts'
import { pduOf, readAnswer, type Asked, type SnmpResponse } from './peer-answer.ts'
import { ignored } from './peer-community.ts'
import { PeerEngine, PeerEngines } from './peer-engine.ts'
import { keysFor } from './peer-keys.ts'
import type { Judgement, PeerLink } from './peer-link.ts'
import type { Milliseconds } from '../peer-time.ts'
import { salts } from '../salts.ts'
import { SnmpError, type AnswerFault } from './snmp-error.ts'
import { isEngineId, type Place, type UserTarget } from './target.ts'

/** The peer has another engine id than we hold it to have; said by nobody who had to prove it. */
const ENGINE_CHANGED = 'engine-changed'

/** Largest message that we take: what UDP over IPv4 carries. */
const MAX_SIZE = 65_507

const NO_ENGINE: EngineClock = { id: new Uint8Array(), boots: 0, time: 0 }

/** Nothing is asked while the peer's engine is looked for: whoever listens learns nothing from it. */
const NOTHING: PlainPdu = {
  type: 'get',
  requestId: 0,
  errorStatus: 0,
  errorIndex: 0,
  varbinds: [],
}

const FAULTS: Readonly<Record<Exclude<UsmStatus, 'accepted'>, AnswerFault>> = {
  'unknown-engine': 'engine',
  'unknown-user': 'user',
  'unsupported-level': 'level',
  'wrong-digest': 'digest',
  'not-in-time-window': 'time',
  'decryption-error': 'encryption',
}

/** One request of one user to one engine. */
interface Exchange {
  readonly target: UserTarget
  readonly level: Level
  readonly engine: PeerEngine
  /** Whose context it is about. */
  readonly contextEngineId: Uint8Array
  /** Clock to send with; asked for each try. */
  readonly clock: () => EngineClock
}

/** A message of the peer that has been opened. */
interface Heard {
  readonly level: Level
  readonly scoped: ScopedPdu
}

/** Asks as a user of the user-based security model, on the side that is not the authority (RFC 3414 section 4). */
export class UserAsker {
  readonly #link: PeerLink
  readonly #now: Milliseconds
  readonly #engines: PeerEngines

  constructor(link: PeerLink, options: { maxPeers: number; now: Milliseconds }) {
    this.#link = link
    this.#now = options.now
    this.#engines = new PeerEngines(options.maxPeers)
  }

  /** What is known of the engine at a place is forgotten: the next request begins with its discovery. */
  forget(target: UserTarget, to: Place): void {
    this.#engines.forget(keyOf(target, to))
  }

  /** The engine id that a peer has proven to the target's user; `undefined` before its first signed answer. */
  async provenEngine(target: UserTarget, to: Place): Promise<Uint8Array | undefined> {
    const engine = await this.#engines.known(keyOf(target, to), target.user)
    return engine?.time.isKnown === true ? engine.id : undefined
  }

  /** The clock of that engine as it must stand now; `undefined` where there is no proven engine. */
  async provenClock(target: UserTarget, to: Place): Promise<PeerClock | undefined> {
    const engine = await this.#engines.known(keyOf(target, to), target.user)
    return engine?.time.isKnown === true ? engine.time.reading() : undefined
  }

  /** @throws SnmpError by rejection. */
  async ask(target: UserTarget, to: Place, asked: Asked): Promise<SnmpResponse> {
    const first = await this.#askOnce(target, to, asked)
    if (first !== ENGINE_CHANGED) return first
    this.forget(target, to)
    const second = await this.#askOnce(target, to, asked)
    if (second !== ENGINE_CHANGED) return second
    this.forget(target, to)
    throw new SnmpError('report:unknownEngineIDs')
  }

  async #askOnce(
    target: UserTarget,
    to: Place,
    asked: Asked,
  ): Promise<SnmpResponse | typeof ENGINE_CHANGED> {
    const key = keyOf(target, to)
    const engine = await this.#engines.get(key, target.user, () => this.#discover(target, to))
    const { level } = target
    if (level !== 'noAuthNoPriv' && !(await this.#isSynchronised(target, to, engine))) {
      return ENGINE_CHANGED
    }
    const requestId = this.#link.newId()
    const contextEngineId = 'contextEngineId' in asked ? asked.contextEngineId : engine.id
    const clock = (): EngineClock => clockFor(level, engine)
    const exchange: Exchange = { target, level, engine, contextEngineId, clock }
    return this.#link.askByMessage<SnmpResponse | typeof ENGINE_CHANGED>({
      to,
      timeoutMs: target.timeoutMs,
      retries: target.retries,
      make: (id) => this.#seal(exchange, id, pduOf(asked, requestId)),
      judge: (message) =>
        judge<SnmpResponse>(message, exchange, ({ level: heardLevel, scoped }) => {
          if (LEVELS[heardLevel] < LEVELS[level]) return ignored('level')
          if (!isInContext(scoped, exchange)) return ignored('context')
          const answer = readAnswer(scoped.pdu, asked, requestId)
          return typeof answer === 'string' ? ignored(answer) : { kind: 'answer', result: answer }
        }),
    })
  }

  /** The engine id of a peer, which nothing proves yet. */
  async #discover(target: UserTarget, to: Place): Promise<PeerEngine> {
    const id = target.engineId ?? (await this.#askForEngineId(target, to))
    return new PeerEngine(id, keysFor(target.user, id), this.#now)
  }

  #askForEngineId({ timeoutMs, retries }: UserTarget, to: Place): Promise<Uint8Array> {
    return this.#link.askByMessage<Uint8Array>({
      to,
      timeoutMs,
      retries,
      make: (messageId) => {
        const scoped = { contextEngineId: NO_ENGINE.id, contextName: '', pdu: NOTHING }
        const parts = { level: 'noAuthNoPriv', reportable: true, engine: NO_ENGINE } as const
        return sealMessage({ ...parts, messageId, maxSize: MAX_SIZE, user: '' }, scoped)
      },
      judge: (message) => {
        const { engineId } = message.header
        if (unprovenReport(message) !== 'unknownEngineIDs') return ignored('report')
        if (!isEngineId(engineId)) return ignored('engine')
        return { kind: 'answer', result: Uint8Array.from(engineId) }
      },
    })
  }

  /** Makes sure that the time of the peer is known and proven. @returns `false`: the engine is another one. */
  async #isSynchronised(target: UserTarget, to: Place, engine: PeerEngine): Promise<boolean> {
    engine.synchronised ??= this.#synchronise(target, to, engine)
    try {
      return await engine.synchronised
    } catch (error) {
      engine.synchronised = undefined
      // An engine id that was a lie must not stand in the way of the true one.
      this.forget(target, to)
      throw error
    }
  }

  /**
   * Asks for nothing, with time 0 of boots 0, which no engine accepts: its report proves its time
   * (RFC 3414 section 4). What the discovery said of the time is not believed: with it somebody
   * could have us sign a request for a time to come.
   */
  async #synchronise(target: UserTarget, to: Place, engine: PeerEngine): Promise<boolean> {
    const start = { ...NO_ENGINE, id: engine.id }
    const exchange: Exchange = {
      target,
      level: 'authNoPriv',
      engine,
      contextEngineId: engine.id,
      clock: () => start,
    }
    const outcome = await this.#link.askByMessage<'known' | typeof ENGINE_CHANGED>({
      to,
      timeoutMs: target.timeoutMs,
      retries: target.retries,
      make: (id) => this.#seal(exchange, id, NOTHING),
      judge: (message) => {
        const judgement = judge<never>(message, exchange, () => ignored('pdu'))
        return engine.time.isKnown ? { kind: 'answer', result: 'known' } : judgement
      },
    })
    return outcome === 'known'
  }

  #seal(
    { target, level, engine, contextEngineId, clock }: Exchange,
    messageId: number,
    pdu: ScopedPdu['pdu'],
  ): Uint8Array {
    const scoped = { contextEngineId, contextName: target.context, pdu }
    const parts = { messageId, maxSize: MAX_SIZE, level, reportable: true, engine: clock() }
    const salt = level === 'authPriv' ? salts().next() : undefined
    return sealMessage({ ...parts, user: target.user.name }, scoped, engine.keys, salt)
  }
}

/**
 * What a message is to a request. A report that nobody signed is believed only where it can do no
 * more than a lost answer: that the request failed, or that the engine has to be looked for anew.
 */
function judge<Result>(
  message: SealedMessage,
  { target, engine }: Exchange,
  onHeard: (heard: Heard) => Judgement<Result>,
): Judgement<Result | typeof ENGINE_CHANGED> {
  const unproven = unprovenReport(message)
  if (unproven === 'unknownEngineIDs') return CHANGED
  if (unproven !== undefined && !isSame(message.header.engineId, engine.id)) {
    return ignored('engine')
  }
  if (unproven === 'notInTimeWindows') return ignored('report')
  if (unproven !== undefined) return failed(unproven)
  const opened = openAsPeer(message, target.user, engine.keys, engine.time.reading())
  if (opened.clock !== undefined) engine.time.set(opened.clock)
  if (opened.status !== 'accepted') return ignored(FAULTS[opened.status])
  const { level, scoped } = opened
  if (scoped === undefined) return ignored('pdu')
  if (scoped.pdu.type !== 'report') return onHeard({ level, scoped })
  const name = reportNameOf(scoped.pdu)
  if (name === undefined || name === 'unknownEngineIDs') return ignored('report')
  return name === 'notInTimeWindows' ? { kind: 'again' } : failed(name)
}

const CHANGED = { kind: 'answer', result: ENGINE_CHANGED } as const

function failed(
  name: Exclude<ReportName, 'notInTimeWindows' | 'unknownEngineIDs'>,
): Judgement<never> {
  return { kind: 'failure', error: new SnmpError(`report:${name}`) }
}

/** The report in a message that nobody signed. */
function unprovenReport(message: SealedMessage): ReportName | undefined {
  if (message.header.level !== 'noAuthNoPriv') return undefined
  const pdu = unprovenPdu(message)
  return pdu === undefined ? undefined : reportNameOf(pdu)
}

function isInContext({ contextEngineId, contextName }: ScopedPdu, asked: Exchange): boolean {
  return contextName === asked.target.context && isSame(contextEngineId, asked.contextEngineId)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function clockFor(level: Level, engine: PeerEngine): EngineClock {
  return level === 'noAuthNoPriv' ? { ...NO_ENGINE, id: engine.id } : engine.time.reading()
}

function keyOf({ user }: UserTarget, { key, port }: Place): string {
  return `${key} ${port} ${user.name}`
}
