import type { Level } from '../../model.ts'
import type { UsmStatus } from '../../request.ts'
import { textOf } from '../cursor.ts'
import type { AnyPdu, MessageFault, ScopedPdu, SealedMessage } from '../model.ts'
import { readScopedPdu } from '../read-pdu.ts'
import { MAX_BOOTS, TIME_WINDOW_SECONDS, type EngineClock, type PeerClock } from './clock.ts'
import { hasRightDigest } from './digest.ts'
import type { LocalizedKeys } from './localized-keys.ts'
import { decrypt, SALT_OCTETS } from './privacy.ts'
import type { UserTable, UsmUser } from './user-table.ts'

/** What the user-based security model says of a message. */
export interface OpenedMessage {
  /** `accepted`, or the first step that refused it. */
  readonly status: UsmStatus
  /** The user that is named, as text; proven only when accepted, and above noAuthNoPriv. */
  readonly user: string
  /** How the message says that it is protected; proven only when accepted. */
  readonly level: Level
  /** What stands inside. Only when accepted, and without `fault`. */
  readonly scoped?: ScopedPdu
  /** Accepted, but what stands inside is no scoped PDU: to be counted and dropped like any such message. */
  readonly fault?: MessageFault
}

/** What the user-based security model says of a message of another engine. */
export interface OpenedFromPeer extends OpenedMessage {
  /** The new notion of the peer's clock, where the message proves one, accepted or not. */
  readonly clock?: PeerClock
}

/**
 * Decides a message of whose time we are the authority: a command, or an inform to us. The steps and
 * their order are those of RFC 3414 section 3.2.
 *
 * Whether the user may do what the message asks is not decided here.
 */
export function openMessage(
  message: SealedMessage,
  users: UserTable,
  engine: EngineClock,
): OpenedMessage {
  const { header } = message
  const { level } = header
  if (!isSame(header.engineId, engine.id)) return refused(message, 'unknown-engine')
  const user = users.get(header.user)
  if (user === undefined) return refused(message, 'unknown-user')
  if (!supports(user, level)) return refused(message, 'unsupported-level')
  if (level === 'noAuthNoPriv') return opened(message, message.payload)
  const keys = users.keysFor(user, engine.id)
  if (keys === undefined) return refused(message, 'unsupported-level')
  if (!hasRightDigest(message, keys.auth)) return refused(message, 'wrong-digest')
  if (!isInWindow(message, engine)) return refused(message, 'not-in-time-window')
  return level === 'authPriv' ? openPrivate(message, keys) : opened(message, message.payload)
}

/**
 * Decides a message of whose time the other engine is the authority: a response or a report to us,
 * or a trap.
 *
 * Whether the message answers a request of ours, and with its level, is not decided here.
 *
 * @param user - Whom the message must name. Without a digest it may also name nobody, as the report
 *   of an engine that is being discovered does.
 * @param keys - Those of the user for the engine.
 * @param known - What is known of the engine. With an empty id only messages without a digest are
 *   taken. Of an engine that was never heard: boots, time and latest 0.
 */
export function openAsPeer(
  message: SealedMessage,
  user: UsmUser,
  keys: LocalizedKeys | undefined,
  known: PeerClock,
): OpenedFromPeer {
  const { header } = message
  const { level } = header
  const isDiscovery = known.id.length === 0 && level === 'noAuthNoPriv'
  if (!isDiscovery && (known.id.length === 0 || !isSame(header.engineId, known.id))) {
    return refused(message, 'unknown-engine')
  }
  const isUnnamed = header.user.length === 0 && level === 'noAuthNoPriv'
  if (!isUnnamed && !isSame(header.user, Buffer.from(user.name))) {
    return refused(message, 'unknown-user')
  }
  if (!supports(user, level)) return refused(message, 'unsupported-level')
  if (level === 'noAuthNoPriv') return opened(message, message.payload)
  if (keys === undefined) return refused(message, 'unsupported-level')
  if (!hasRightDigest(message, keys.auth)) return refused(message, 'wrong-digest')

  const clock = newerClock(message, known)
  const proven = clock === known ? undefined : { clock }
  if (isBehind(message, clock)) return { ...refused(message, 'not-in-time-window'), ...proven }
  const content =
    level === 'authPriv' ? openPrivate(message, keys) : opened(message, message.payload)
  return { ...content, ...proven }
}

/**
 * The PDU of a message that is not encrypted, of which nothing is proven: for the request id of a
 * report, and whether its kind is one that may be reported on.
 */
export function unprovenPdu({ header, payload }: SealedMessage): AnyPdu | undefined {
  if (header.level === 'authPriv') return undefined
  const scoped = readScopedPdu(payload)
  return typeof scoped === 'string' ? undefined : scoped.pdu
}

function refused(message: SealedMessage, status: UsmStatus): OpenedMessage {
  const { level, user } = message.header
  return { status, user: textOf(user), level }
}

function opened(message: SealedMessage, payload: Uint8Array): OpenedMessage {
  const { level } = message.header
  const user = textOf(message.header.user)
  const scoped = readScopedPdu(payload)
  if (typeof scoped === 'string') return { status: 'accepted', user, level, fault: scoped }
  return { status: 'accepted', user, level, scoped }
}

/** What a wrong key gives is no scoped PDU; the cipher itself does not tell. */
function openPrivate(message: SealedMessage, { priv }: LocalizedKeys): OpenedMessage {
  const { header, privParameters, payload } = message
  if (priv === undefined) return refused(message, 'unsupported-level')
  if (privParameters.length !== SALT_OCTETS) return refused(message, 'decryption-error')
  const named = { boots: header.engineBoots, time: header.engineTime }
  const content = opened(message, decrypt(payload, priv, named, privParameters))
  return content.fault === 'malformed' ? refused(message, 'decryption-error') : content
}

function supports(user: UsmUser, level: Level): boolean {
  switch (level) {
    case 'noAuthNoPriv':
      return true
    case 'authNoPriv':
      return user.auth !== undefined
    case 'authPriv':
      return user.auth !== undefined && user.priv !== undefined
  }
}

/** RFC 3414 section 3.2 step 7 a. */
function isInWindow({ header }: SealedMessage, { boots, time }: EngineClock): boolean {
  return (
    boots < MAX_BOOTS &&
    header.engineBoots === boots &&
    Math.abs(header.engineTime - time) <= TIME_WINDOW_SECONDS
  )
}

/** RFC 3414 section 3.2 step 7 b 1. */
function newerClock({ header }: SealedMessage, known: PeerClock): PeerClock {
  const { engineBoots: boots, engineTime: time } = header
  const isNewer = boots > known.boots || (boots === known.boots && time > known.latest)
  return isNewer ? { id: known.id, boots, time, latest: time } : known
}

/** RFC 3414 section 3.2 step 7 b 2. */
function isBehind({ header }: SealedMessage, { boots, time }: PeerClock): boolean {
  if (boots >= MAX_BOOTS || header.engineBoots < boots) return true
  return header.engineTime < time - TIME_WINDOW_SECONDS
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
