import type { Level } from '../../model.ts'
import type { ScopedPdu } from '../model.ts'
import { TAGS } from '../tags.ts'
import { writeScopedPdu } from '../write-pdu.ts'
import { Writer } from '../writer.ts'
import type { EngineClock } from './clock.ts'
import { digestOf } from './digest.ts'
import { isEngineId, MAX_USER_OCTETS, MIN_MAX_SIZE, USM_SECURITY_MODEL } from './header.ts'
import type { LocalizedKeys } from './localized-keys.ts'
import { encrypt, SALT_OCTETS } from './privacy.ts'
import { AUTH_ALGORITHMS } from './protocols.ts'

/** What a version 3 message says of itself. */
export interface MessageParts {
  /** 0 to 2^31 - 1. */
  readonly messageId: number
  /** Largest message that we take, 484 to 2^31 - 1. */
  readonly maxSize: number
  /** How it is protected. */
  readonly level: Level
  /** Whether a report is wanted: true for what is to be answered, false for traps, responses and reports. */
  readonly reportable: boolean
  /** The authoritative engine: our own for what we answer and for traps, the peer's for what we ask. */
  readonly engine: EngineClock
  /** At most 32 octets. A report gives back the octets that it received. */
  readonly user: string | Uint8Array
}

const LEVEL_FLAGS: Readonly<Record<Level, number>> = { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 }
const REPORTABLE_FLAG = 4

const NO_OCTETS = new Uint8Array(0)

const writer = new Writer()

/**
 * A version 3 message in octets.
 *
 * @param keys - Those of the user for the authoritative engine; needed above noAuthNoPriv.
 * @param salt - 8 octets, needed for authPriv: never the same twice with one key.
 * @throws RangeError for what cannot be written.
 * @throws TypeError for a level without its keys, or without salt.
 */
export function sealMessage(
  parts: MessageParts,
  scoped: ScopedPdu,
  keys?: LocalizedKeys,
  salt: Uint8Array = NO_OCTETS,
): Uint8Array {
  const { level, engine } = parts
  const auth = level === 'noAuthNoPriv' ? undefined : requireAuth(keys)
  const priv = level === 'authPriv' ? requirePriv(keys, salt) : undefined
  const user = typeof parts.user === 'string' ? Buffer.from(parts.user) : parts.user
  if (user.length > MAX_USER_OCTETS) throw new RangeError('user name of more than 32 octets')
  if (!isEngineId(engine.id)) throw new RangeError('no engine id')

  writer.clear()
  writeScopedPdu(writer, scoped)
  if (priv !== undefined) {
    const encrypted = encrypt(writer.copy(), priv, engine, salt)
    writer.clear()
    writer.string(TAGS.octetString, encrypted)
  }
  const sinceParameters = writer.size
  writer.string(TAGS.octetString, priv === undefined ? NO_OCTETS : salt)
  const sinceDigest = writer.size
  const digestLength = auth === undefined ? 0 : AUTH_ALGORITHMS[auth.protocol].digestLength
  writer.raw(new Uint8Array(digestLength))
  const digestFromEnd = writer.size
  writer.head(TAGS.octetString, sinceDigest)
  writer.string(TAGS.octetString, user)
  writer.count(engine.time)
  writer.count(engine.boots)
  writer.string(TAGS.octetString, engine.id)
  writer.head(TAGS.sequence, sinceParameters)
  writer.head(TAGS.octetString, sinceParameters)
  writeHeader(parts)
  writer.integer(3)
  writer.head(TAGS.sequence, 0)

  const octets = writer.copy()
  if (auth !== undefined) {
    const at = octets.length - digestFromEnd
    octets.set(digestOf(octets, at, auth), at)
  }
  return octets
}

function writeHeader({ messageId, maxSize, level, reportable }: MessageParts): void {
  const since = writer.size
  writer.integer(USM_SECURITY_MODEL)
  const flags = LEVEL_FLAGS[level] | (reportable ? REPORTABLE_FLAG : 0)
  writer.string(TAGS.octetString, Uint8Array.of(flags))
  writer.count(maxSize, MIN_MAX_SIZE)
  writer.count(messageId)
  writer.head(TAGS.sequence, since)
}

function requireAuth(keys: LocalizedKeys | undefined): LocalizedKeys['auth'] {
  if (keys === undefined) throw new TypeError('no keys for a digest')
  return keys.auth
}

function requirePriv(
  keys: LocalizedKeys | undefined,
  salt: Uint8Array,
): NonNullable<LocalizedKeys['priv']> {
  if (keys?.priv === undefined) throw new TypeError('no keys for privacy')
  if (salt.length !== SALT_OCTETS) throw new TypeError('salt is not of 8 octets')
  return keys.priv
}
