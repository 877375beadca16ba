import type { NoPolicy } from '@gatehouse/core'
import { check } from '../../check.ts'
import {
  openMessage,
  reportPdu,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type EngineClock,
  type OpenedMessage,
  type PlainPdu,
  type SealedMessage,
  type ScopedPdu,
} from '../../message/index.ts'
import type { Configuration, Level } from '../../model.ts'
import type { Verdict } from '../../verdict.ts'
import { FAULT_COUNTERS, MPD_STATS, REPORT_COUNTERS, USM_COUNTERS } from '../counters.ts'
import type { SnmpCounters } from '../counters.ts'
import { sealedEnvelope, type Envelope } from './envelope.ts'
import type { EventDetails, EventSink } from '../events.ts'
import { isCommand, userRequest, type Incoming } from './incoming.ts'
import type { ResponderLimits } from './responder-options.ts'

/** What version 3 messages are opened with. */
export interface SealedReaderParts {
  readonly users: () => UserTable
  readonly engine: () => EngineClock
  readonly counters: SnmpCounters
  readonly events: EventSink
  readonly limits: ResponderLimits
  /** Told of each verdict on a message that does not become a request. */
  readonly note: (source: string, verdict: Verdict) => void
}

/** A message, and what it is looked at with. */
interface Sealed {
  readonly message: SealedMessage
  readonly opened: OpenedMessage
  readonly engine: EngineClock
  readonly users: UserTable
  readonly policy: Configuration | NoPolicy
  readonly source: string
  readonly describe: () => EventDetails
}

/** PDUs that nobody is to be told of (RFC 3412 section 7.1 step 3). */
const UNCONFIRMED: ReadonlySet<AnyPdu['type']> = new Set(['response', 'report', 'trap1', 'trap2'])

/** Opens messages of version 3 that are for this engine, and writes the reports on those that cannot be. */
export class SealedReader {
  readonly #parts: SealedReaderParts

  constructor(parts: SealedReaderParts) {
    this.#parts = parts
  }

  /** The request, or the report that goes back, or nothing. */
  read(
    message: SealedMessage,
    policy: Configuration | NoPolicy,
    peer: { readonly source: string; readonly port: number },
  ): Incoming | Uint8Array | undefined {
    const users = this.#parts.users()
    const engine = this.#parts.engine()
    const opened = openMessage(message, users, engine)
    const { source } = peer
    const { scoped, status, user } = opened
    const describe = (): EventDetails => ({ ...peer, version: '3', user })
    const sealed = { message, opened, engine, users, policy, source, describe }
    if (status !== 'accepted') return this.#refuse(sealed, status)
    if (scoped !== undefined) return this.#take(sealed, scoped)
    const { fault = 'malformed' } = opened
    this.#parts.counters.add(FAULT_COUNTERS[fault])
    this.#parts.events.tell('malformed', () => ({ ...describe(), fault }))
    return undefined
  }

  #refuse(sealed: Sealed, usm: keyof typeof USM_COUNTERS): Uint8Array | undefined {
    const { message, opened, policy, source, describe } = sealed
    const { counters, events, note } = this.#parts
    counters.add(USM_COUNTERS[usm])
    const { user, level } = opened
    const sender = { version: '3', user, level, usm, source } as const
    const verdict = check(policy, { ...sender, pdu: 'get', varbinds: [] })
    note(source, verdict)
    events.tell(isDiscovery(message, usm) ? 'discovery' : 'unauthenticated', () => {
      return { ...describe(), reasons: verdict.reasons }
    })
    if (verdict.report === null) return undefined
    const count = counters.get(REPORT_COUNTERS[verdict.report])
    const inner = unprovenPdu(message)
    const pdu = reportPdu(verdict.report, count, inner === undefined ? 0 : requestIdOf(inner))
    return this.#report(sealed, pdu, usm === 'not-in-time-window' ? 'authNoPriv' : 'noAuthNoPriv', {
      type: inner?.type,
      contextName: '',
    })
  }

  #take(sealed: Sealed, scoped: ScopedPdu): Incoming | Uint8Array | undefined {
    const { opened, engine, policy, source } = sealed
    const { level } = opened
    const { pdu, contextName, contextEngineId } = scoped
    const describe = (): EventDetails => ({
      ...sealed.describe(),
      context: contextName,
      pdu: pdu.type,
      objects: pdu.varbinds.map(({ oid }) => oid),
    })
    const report = (answer: PlainPdu): Uint8Array | undefined =>
      this.#report(sealed, answer, level, { type: pdu.type, contextName })
    const isOurs = Buffer.compare(contextEngineId, engine.id) === 0
    if (!isOurs || !isCommand(pdu)) {
      const count = this.#parts.counters.add('snmpUnknownPDUHandlers')
      this.#parts.events.tell('not-for-us', describe)
      return report(unknownHandlerPdu(count, requestIdOf(pdu)))
    }
    const request = userRequest(opened, contextName, pdu, source)
    const envelope = this.#envelope(sealed, level, contextName)
    return { policy, request, pdu, envelope, describe, report }
  }

  /** A report, unless the sender wants none. */
  #report(
    sealed: Sealed,
    pdu: PlainPdu,
    level: Level,
    on: { readonly type: AnyPdu['type'] | undefined; readonly contextName: string },
  ): Uint8Array | undefined {
    const isWanted = sealed.message.header.reportable
    if (!isWanted || (on.type !== undefined && UNCONFIRMED.has(on.type))) return undefined
    const envelope = this.#envelope(sealed, level, on.contextName)
    const octets = envelope.seal(pdu)
    return octets.length <= envelope.maxBytes ? octets : undefined
  }

  #envelope(sealed: Sealed, level: Level, contextName: string): Envelope {
    const { engine, users, opened, message } = sealed
    const { maxMessageBytes, maxResponseBytes } = this.#parts.limits
    const user = level === 'noAuthNoPriv' ? undefined : users.get(opened.user)
    const keys = user && users.keysFor(user, engine.id)
    const { header } = message
    const limits = { maxMessageBytes, maxResponseBytes }
    return sealedEnvelope({ header, engine, level, keys, contextName, ...limits })
  }
}

/** Somebody who does not know us yet: asks who we are or, signed, for our time (RFC 3414 section 4). */
function isDiscovery({ header }: SealedMessage, usm: keyof typeof USM_COUNTERS): boolean {
  if (usm === 'unknown-engine') return header.engineId.length === 0
  return usm === 'not-in-time-window' && header.engineBoots === 0 && header.engineTime === 0
}

function requestIdOf(pdu: AnyPdu): number {
  return pdu.type === 'trap1' ? 0 : pdu.requestId
}

/** RFC 3412 section 7.2 step 13. */
function unknownHandlerPdu(count: number, requestId: number): PlainPdu {
  const value = { type: 'Counter32', value: count % 2 ** 32 } as const
  const varbinds = [{ oid: [...MPD_STATS, 3, 0], value }]
  return { type: 'report', requestId, errorStatus: 0, errorIndex: 0, varbinds }
}
