import { formatSource, type Decision } from '@gatehouse/core'
import { createHash } from 'node:crypto'

/** What came of the thing recorded. */
export type RecordedOutcome = 'allow' | 'deny' | 'success' | 'failure'

/**
 * What a caller records. Every text may come from a peer: it is escaped, and no field can forge a
 * record.
 */
export interface AuditEvent {
  /**
   * Name of the kind of event: lower-case words, digits, `.` and `-`. `log.` is kept for the log
   * itself.
   */
  readonly event: string
  /** What came of it. */
  readonly outcome?: RecordedOutcome
  /** Codes of the reasons, the most specific first. */
  readonly codes?: readonly string[]
  /** The file and line, certificate, key or table that decided, as `formatSource` prints it. */
  readonly source?: string
  /** Which part of the system records, such as `daemon`. */
  readonly by?: string
  /** Address of the peer, from the socket. */
  readonly peer?: string
  /** Confirmed host name of the peer. */
  readonly peerName?: string
  /** Name that the caller states; nobody checked it. */
  readonly claimedUser?: string
  /** Name that a guard has authenticated. */
  readonly verifiedUser?: string
  /** What was asked for, such as `collect.start` or a microagent and its method. */
  readonly operation?: string
  /** What it was asked of, such as the name of a node. */
  readonly target?: string
  /** SHA-256 of the policy that decided, see {@link contentHash}. */
  readonly policy?: string
  /** A sentence for people. */
  readonly message?: string
  /** Further short values by name. */
  readonly facts?: Readonly<Record<string, string>>
}

/** One record of the log. */
export interface AuditRecord extends AuditEvent {
  /** Position in the whole log, from 1; orders the records whatever the clock did. */
  readonly sequence: number
  /** When it was appended by the caller's clock, ISO 8601 in UTC with milliseconds. */
  readonly time: string
  /** Milliseconds by which the clock stands behind the record before; absent when it does not. */
  readonly clockBack?: number
  /** `hash` of the record before, 64 zeros for the first. */
  readonly previous: string
  /** SHA-256 of the line up to this field, lower-case hexadecimal. */
  readonly hash: string
}

/** The fields of an event that hold one text, in the order in which they stand in a line. */
export const TEXT_FIELDS = [
  'source',
  'by',
  'peer',
  'peerName',
  'claimedUser',
  'verifiedUser',
  'operation',
  'target',
  'policy',
  'message',
] as const

/** Names of the events that the log writes of itself. */
export const LOG_EVENTS = {
  /** Records were lost before this one: `facts` holds `lost`, `from`, `to` and `cause`. */
  gap: 'log.gap',
  /** A half-written record was cut off when the log was opened: `facts` holds `bytes`. */
  repaired: 'log.repaired',
} as const

/**
 * Makes the event of a decision: outcome, codes, and the source of the first reason.
 *
 * @param about - Who asked for what, and the hash of the policy.
 */
export function decisionEvent(
  decision: Decision,
  about: Omit<AuditEvent, 'event' | 'outcome' | 'codes' | 'source'>,
): AuditEvent {
  const { source } = decision.reasons[0]
  return {
    event: 'decision',
    outcome: decision.outcome,
    codes: decision.reasons.map((reason) => reason.code),
    ...(source === undefined ? {} : { source: formatSource(source) }),
    ...about,
  }
}

/** SHA-256 of a policy text, lower-case hexadecimal: what stands in the field `policy`. */
export function contentHash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
