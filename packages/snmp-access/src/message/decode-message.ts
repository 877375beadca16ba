import type { Level } from '../model.ts'
import { Cursor, viewOf } from './cursor.ts'
import type { CommunityMessage, MessageFault, SealedMessage } from './model.ts'
import { readPdu } from './read-pdu.ts'
import { TAGS } from './tags.ts'
import { isEngineId, MAX_USER_OCTETS, MIN_MAX_SIZE, USM_SECURITY_MODEL } from './usm/header.ts'

/** By the flags for authentication (1) and privacy (2). */
const LEVELS: readonly (Level | undefined)[] = ['noAuthNoPriv', 'authNoPriv', undefined, 'authPriv']
const LEVEL_FLAGS = 3
const REPORTABLE_FLAG = 4

/**
 * Reads a message of any version. Never throws.
 *
 * Nothing is copied: what it gives are views of `octets`, which must not change afterwards. Of a
 * version 3 message only the header is read: see `openMessage`.
 */
export function decodeMessage(octets: Uint8Array): CommunityMessage | SealedMessage | MessageFault {
  const cursor = new Cursor(octets)
  cursor.enter(TAGS.sequence)
  if (cursor.end !== octets.length) return 'malformed'
  const version = cursor.integer()
  if (cursor.fault !== undefined) return cursor.fault
  switch (version) {
    case 0:
      return readCommunityMessage(cursor, '1')
    case 1:
      return readCommunityMessage(cursor, '2c')
    case 3:
      return readSealedMessage(cursor)
    default:
      return 'version-unknown'
  }
}

function readCommunityMessage(
  cursor: Cursor,
  version: CommunityMessage['version'],
): CommunityMessage | MessageFault {
  const community = cursor.string(TAGS.octetString)
  const pdu = readPdu(cursor, version)
  if (cursor.hasMore) cursor.fail()
  if (cursor.fault !== undefined || pdu === undefined) return cursor.fault ?? 'malformed'
  return { version, community, pdu }
}

/** RFC 3412 sections 6 and 7.2, RFC 3414 section 2.4. */
function readSealedMessage(cursor: Cursor): SealedMessage | MessageFault {
  const message = cursor.enter(TAGS.sequence)
  const messageId = cursor.count()
  const maxSize = cursor.count(MIN_MAX_SIZE)
  const flags = cursor.string(TAGS.octetString)
  const securityModel = cursor.count(1)
  cursor.leave(message)
  if (cursor.fault !== undefined || flags.length !== 1) return 'malformed'
  if (securityModel !== USM_SECURITY_MODEL) return 'security-model-unknown'
  const flag = flags[0] as number
  const level = LEVELS[flag & LEVEL_FLAGS]
  if (level === undefined) return 'flags-invalid'

  const afterParameters = cursor.enter(TAGS.octetString)
  const parameters = cursor.enter(TAGS.sequence)
  const engineId = cursor.string(TAGS.octetString)
  const engineBoots = cursor.count()
  const engineTime = cursor.count()
  const user = cursor.string(TAGS.octetString)
  const authEnd = cursor.contents(TAGS.octetString)
  const authAt = cursor.at
  cursor.at = authEnd
  const privParameters = cursor.string(TAGS.octetString)
  cursor.leave(parameters)
  cursor.leave(afterParameters)
  const payload = readPayload(cursor, level)
  if (cursor.fault !== undefined) return cursor.fault
  if (!isEngineId(engineId) || user.length > MAX_USER_OCTETS) return 'malformed'

  const reportable = (flag & REPORTABLE_FLAG) !== 0
  return {
    version: '3',
    header: { messageId, maxSize, level, reportable, engineId, engineBoots, engineTime, user },
    octets: cursor.octets,
    authAt,
    authLength: authEnd - authAt,
    privParameters,
    payload,
  }
}

/** What is encrypted is a string, what is not a sequence; it ends the message. */
function readPayload(cursor: Cursor, level: Level): Uint8Array {
  const { at, octets } = cursor
  const stop = cursor.contents(level === 'authPriv' ? TAGS.octetString : TAGS.sequence)
  if (stop !== cursor.end) cursor.fail()
  return viewOf(octets, level === 'authPriv' ? cursor.at : at, cursor.end)
}
