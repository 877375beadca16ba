import {
  encodeCommunityMessage,
  ERROR_STATUSES,
  sealMessage,
  type CommunityMessage,
  type EngineClock,
  type LocalizedKeys,
  type PlainPdu,
  type ScopedPdu,
  type SealedMessage,
} from '../../message/index.ts'
import type { Level } from '../../model.ts'
import { salts } from '../salts.ts'

/** How a PDU goes back to the sender of a message. */
export type Seal = (pdu: PlainPdu) => Uint8Array

/** What an answer of version 3 is protected with. */
export interface Protection {
  readonly engine: EngineClock
  readonly level: Level
  /** Above noAuthNoPriv. */
  readonly keys: LocalizedKeys | undefined
  /** Largest message that we take. */
  readonly maxSize: number
}

/** The context of an answer: that of the message, which for an inform is one of its sender's engine. */
export type Scope = Omit<ScopedPdu, 'pdu'>

/** What UDP over IPv4 carries. */
const MAX_DATAGRAM = 65_507
const TOO_BIG = ERROR_STATUSES.get('tooBig') ?? 1

/** Answers with the community of the message. */
export function sealForCommunity({ version, community }: CommunityMessage): Seal {
  return (pdu) => encodeCommunityMessage({ version, community, pdu })
}

/** Answers to the user of the message. */
export function sealForUser(
  { header }: SealedMessage,
  { engine, level, keys, maxSize }: Protection,
  { contextEngineId, contextName }: Scope,
): Seal {
  const { messageId, user } = header
  return (pdu) => {
    const salt = level === 'authPriv' ? salts().next() : undefined
    const parts = { messageId, maxSize, level, reportable: false, engine, user }
    return sealMessage(parts, { contextEngineId, contextName, pdu }, keys, salt)
  }
}

/**
 * The acknowledgement of an inform (RFC 3416 section 4.2.7).
 *
 * @param most - Largest message that its sender takes.
 * @returns `undefined` when not even tooBig fits, whose context is as long as that of the inform.
 */
export function acknowledgementOf(
  { requestId, varbinds }: PlainPdu,
  seal: Seal,
  most: number = MAX_DATAGRAM,
): Uint8Array | undefined {
  const response = { type: 'response', requestId, errorStatus: 0, errorIndex: 0, varbinds } as const
  const whole = seal(response)
  const limit = Math.min(most, MAX_DATAGRAM)
  if (whole.length <= limit) return whole
  const tooBig = seal({ ...response, errorStatus: TOO_BIG, varbinds: [] })
  return tooBig.length <= limit ? tooBig : undefined
}
