import {
  encodeCommunityMessage,
  sealMessage,
  type CommunityMessage,
  type EngineClock,
  type LocalizedKeys,
  type PlainPdu,
  type UsmHeader,
} from '../../message/index.ts'
import type { Level } from '../../model.ts'
import { salts } from '../salts.ts'

/** How a PDU goes back to the sender of a message. */
export interface Envelope {
  /** Largest message that both sides take. */
  readonly maxBytes: number
  /** The PDU as a message. @throws RangeError for what cannot be written. */
  seal(pdu: PlainPdu): Uint8Array
}

/** Answers with the community of the request. */
export function communityEnvelope(
  { version, community }: CommunityMessage,
  maxBytes: number,
): Envelope {
  return { maxBytes, seal: (pdu) => encodeCommunityMessage({ version, community, pdu }) }
}

/** What an answer of version 3 is made with. */
export interface SealedEnvelope {
  readonly header: UsmHeader
  readonly engine: EngineClock
  readonly level: Level
  /** Above noAuthNoPriv. */
  readonly keys: LocalizedKeys | undefined
  readonly contextName: string
  /** Largest message that this engine takes, and sends. */
  readonly maxMessageBytes: number
  readonly maxResponseBytes: number
}

/** Answers as the request was protected, or as a report is to be. */
export function sealedEnvelope(parts: SealedEnvelope): Envelope {
  const { header, engine, level, keys, contextName, maxMessageBytes, maxResponseBytes } = parts
  const { messageId, user } = header
  const outer = { messageId, maxSize: maxMessageBytes, level, reportable: false, engine, user }
  const scope = { contextEngineId: engine.id, contextName }
  return {
    maxBytes: Math.min(maxResponseBytes, header.maxSize),
    seal: (pdu) => {
      const salt = level === 'authPriv' ? salts().next() : undefined
      return sealMessage(outer, { ...scope, pdu }, keys, salt)
    },
  }
}
