import type { Reasons } from '@gatehouse/core'
import type { Code } from '../codes.ts'
import type { AnyPdu, MessageFault } from '../message/model.ts'
import type { Oid } from '../model.ts'
import type { Version } from '../request.ts'
import type { ErrorStatus } from '../verdict.ts'
import { RateLimit } from './rate-limit.ts'

/** What happened to a message. */
export type SnmpEventKind =
  /** The address may not send here; nothing of the message was read. */
  | 'not-admitted'
  /** No message, or one that nobody has to answer: see `fault`. */
  | 'malformed'
  /** Its version is not switched on. */
  | 'version-off'
  /** A PDU that nobody here takes: a notification at a responder, an answer that nobody waits for. */
  | 'not-for-us'
  /** Version 3: asks who we are, as every manager does first. */
  | 'discovery'
  /** Version 3: the user-based model refuses it; `reasons` say why. */
  | 'unauthenticated'
  /** Access control refuses all or some of it. */
  | 'refused'
  /** Read, or a SET that came to an error. */
  | 'answered'
  /** Set. */
  | 'changed'
  /** The answer was too large to be sent; `tooBig` went back, or nothing. */
  | 'too-big'
  /** A provider or a callback of ours threw: see `cause`. */
  | 'failed'

/** One message, for a log. A community never stands in it. */
export interface SnmpEvent {
  readonly kind: SnmpEventKind
  /** Address that it came from; UDP does not prove it. */
  readonly source: string
  readonly port: number
  readonly version?: Version
  /** Version 3: the user that is named; proven only above noAuthNoPriv, and when not `unauthenticated`. */
  readonly user?: string
  /** Versions 1 and 2c: `communityDigest` of the community. */
  readonly communityDigest?: string
  readonly context?: string
  readonly pdu?: AnyPdu['type']
  /** Names in the order of the message. */
  readonly objects?: readonly Oid[]
  /** Why access control or the user-based model decided so. */
  readonly reasons?: Reasons<Code>
  readonly errorStatus?: ErrorStatus
  readonly fault?: MessageFault
  /** What was thrown. */
  readonly cause?: unknown
  /** How many events of this kind were left out before this one because there were too many. */
  readonly leftOut: number
}

/** An event without what the sink adds. */
export type EventDetails = Omit<SnmpEvent, 'kind' | 'leftOut'>

interface Tally {
  readonly limit: RateLimit
  leftOut: number
}

/** Hands on as many events of each kind as its rate allows, and counts the others. */
export class EventSink {
  readonly #onEvent: ((event: SnmpEvent) => void) | undefined
  readonly #perSecond: number
  readonly #now: (() => number) | undefined
  readonly #tallies = new Map<SnmpEventKind, Tally>()
  /** All that were left out. */
  leftOut = 0

  constructor(
    onEvent: ((event: SnmpEvent) => void) | undefined,
    perSecond: number,
    now: (() => number) | undefined,
  ) {
    this.#onEvent = onEvent
    this.#perSecond = perSecond
    this.#now = now
  }

  /** @param details - Called only when the event is handed on. What it or the callback throws is dropped. */
  tell(kind: SnmpEventKind, details: () => EventDetails): void {
    if (this.#onEvent === undefined) return
    const tally = this.#tallyOf(kind)
    if (!tally.limit.take()) {
      tally.leftOut += 1
      this.leftOut += 1
      return
    }
    const { leftOut } = tally
    tally.leftOut = 0
    try {
      this.#onEvent({ kind, ...details(), leftOut })
    } catch {
      // A log that fails must not end the service.
    }
  }

  #tallyOf(kind: SnmpEventKind): Tally {
    const known = this.#tallies.get(kind)
    if (known !== undefined) return known
    const now = this.#now
    const limit = new RateLimit({ perSecond: this.#perSecond, ...(now !== undefined && { now }) })
    const tally = { limit, leftOut: 0 }
    this.#tallies.set(kind, tally)
    return tally
  }
}
