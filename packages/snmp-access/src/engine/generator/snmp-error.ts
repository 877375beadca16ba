import type { ErrorStatus } from '../../verdict.ts'

/** Why a request, or a notification that we send, came to nothing: code, and a sentence for people. */
export const SNMP_ERROR_CODES = {
  /** Look whether the peer runs, lets us in, and knows the community: to a wrong one agents are silent. */
  timeout: 'the peer did not answer in time',
  /** Read `fault`: something came back that is not the answer of that peer to this request. */
  'answer-refused': 'what came back is not the answer to the request',
  /** Mend the clock or the boot counter of the peer; if it lost its counter for good, `forget` it. */
  'not-in-time-window': 'the time of the peer goes back, or it does not take the time that it told',
  /** Give the user keys for the level at the peer, or ask with a level that it has there. */
  'report:unsupportedSecLevels': 'the peer has no keys of the user for this level',
  /** Create the user at the peer, or mend the name. */
  'report:unknownUserNames': 'the peer does not know the user',
  /** Mend the engine id of the target, or leave it out. */
  'report:unknownEngineIDs': 'the peer has another engine id',
  /** Mend the passphrase or the protocol of the digest. */
  'report:wrongDigests': 'the peer finds the digest wrong',
  /** Mend the passphrase or the protocol of the cipher. */
  'report:decryptionErrors': 'the peer cannot decrypt the request',
  /** Mend the context. */
  'report:unknownContexts': 'the peer does not know the context',
  /** Look at the network of our own host; `cause` says what it objected to. */
  'send-failed': 'the message could not be sent',
  /** Mend the name of the host, or the name service. */
  'host-unknown': 'the host has no address',
  /** Mend the caller: the field named cannot be what it is. */
  'target-malformed': 'a field of the target is missing or not possible',
  /** Mend the caller: there is no such object, or no such value. */
  'request-malformed': 'the request cannot be written',
  /** Ask with version 2c or 3. */
  'not-for-version-1': 'version 1 cannot carry this',
  /** Read `errorStatus` and `errorIndex`. */
  'error-status': 'the peer answered with an error',
  /** Mend the agent: a walk of it would have no end. */
  'not-increasing': 'the objects of the peer are not in rising order',
  /** Walk a smaller subtree, or raise `maxVarbinds`. */
  'limit-reached': 'the walk came to the limit of objects',
  /** Wait for some answers before more is asked, or raise `maxPending`. */
  'too-many-pending': 'too many requests wait for their answers',
  /** Nothing to do: the caller ended it. */
  closed: 'the sockets are closed',
} as const

/** A code of {@link SNMP_ERROR_CODES}. */
export type SnmpErrorCode = keyof typeof SNMP_ERROR_CODES

/** In which respect a message was not the answer that it seemed to be. */
export type AnswerFault =
  /** From another address or port than was asked. */
  | 'source'
  | 'version'
  | 'community'
  | 'user'
  | 'engine'
  /** Less protected than the request. */
  | 'level'
  | 'digest'
  /** Older than what the peer proved before, by more than the time window. */
  | 'time'
  | 'encryption'
  /** No response, or nothing that can be read. */
  | 'pdu'
  | 'request-id'
  | 'context'
  | 'error-status'
  /** Not the objects that were asked for, or not values of them. */
  | 'varbinds'
  /** A report that needs to be authenticated, and is not. */
  | 'report'

/** What an {@link SnmpError} may carry besides its code. */
export interface SnmpErrorDetails {
  /** What completes the sentence: never a community, a passphrase, or text of the peer. */
  readonly message?: string
  /** As {@link SnmpError.fault}. */
  readonly fault?: AnswerFault
  /** As {@link SnmpError.errorStatus}. */
  readonly errorStatus?: ResponseStatus
  /** As {@link SnmpError.errorIndex}. */
  readonly errorIndex?: number
  /** The error behind this one. */
  readonly cause?: unknown
}

/** The error status of a response: those of RFC 3416, and version 1's `readOnly`. */
export type ResponseStatus = ErrorStatus | 'readOnly'

/** Why there is no answer. */
export class SnmpError extends Error {
  /** Tell errors apart by this, not by their class. */
  readonly code: SnmpErrorCode
  /** Of `answer-refused`: what was wrong with the last message that seemed to be the answer. */
  readonly fault?: AnswerFault
  /** Of `error-status`. */
  readonly errorStatus?: ResponseStatus
  /** Of `error-status`: the varbind at fault, from 1; 0 for none. As the peer says. */
  readonly errorIndex?: number

  constructor(code: SnmpErrorCode, details: SnmpErrorDetails = {}) {
    const sentence = SNMP_ERROR_CODES[code]
    const message = details.message === undefined ? sentence : `${sentence}: ${details.message}`
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'SnmpError'
    this.code = code
    if (details.fault !== undefined) this.fault = details.fault
    if (details.errorStatus !== undefined) this.errorStatus = details.errorStatus
    if (details.errorIndex !== undefined) this.errorIndex = details.errorIndex
  }
}
