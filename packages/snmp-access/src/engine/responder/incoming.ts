import type { NoPolicy } from '@gatehouse/core'
import type {
  AnyPdu,
  BulkPdu,
  CommunityMessage,
  OpenedMessage,
  PlainPdu,
} from '../../message/index.ts'
import type { Configuration } from '../../model.ts'
import type { Request } from '../../request.ts'
import type { Envelope } from './envelope.ts'
import type { EventDetails } from '../events.ts'

/** A PDU that a command responder takes. */
export type CommandPdu = BulkPdu | (PlainPdu & { readonly type: 'get' | 'getnext' | 'set' })

/** A command that came by, not decided yet. */
export interface Incoming {
  /** The policy that was in force when it came. */
  readonly policy: Configuration | NoPolicy
  readonly request: Request
  readonly pdu: CommandPdu
  /** How an answer goes back. */
  readonly envelope: Envelope
  /** What an event says of it. */
  readonly describe: () => EventDetails
  /** Version 3: a report, where the sender wants one. */
  readonly report?: (pdu: PlainPdu) => Uint8Array | undefined
}

/** Whether a PDU is a command. */
export function isCommand(pdu: AnyPdu): pdu is CommandPdu {
  const { type } = pdu
  return type === 'get' || type === 'getnext' || type === 'getbulk' || type === 'set'
}

/** The request that a message with a community makes. */
export function communityRequest(
  { version, community }: CommunityMessage,
  pdu: CommandPdu,
  source: string,
): Request {
  // Spelt out, as all objects of one form are quicker to make and to read than what a spread gives.
  const { nonRepeaters, maxRepetitions } = countsOf(pdu)
  const { type, varbinds } = pdu
  return { version, community, source, pdu: type, varbinds, nonRepeaters, maxRepetitions }
}

/** The request that an accepted message of version 3 makes. */
export function userRequest(
  { user, level }: OpenedMessage,
  context: string,
  pdu: CommandPdu,
  source: string,
): Request {
  const { nonRepeaters, maxRepetitions } = countsOf(pdu)
  const { type, varbinds } = pdu
  return {
    version: '3',
    user,
    level,
    context,
    usm: 'accepted',
    source,
    pdu: type,
    varbinds,
    nonRepeaters,
    maxRepetitions,
  }
}

const NO_COUNTS = { nonRepeaters: 0, maxRepetitions: 0 }

function countsOf(pdu: CommandPdu): Pick<BulkPdu, 'nonRepeaters' | 'maxRepetitions'> {
  return pdu.type === 'getbulk' ? pdu : NO_COUNTS
}
