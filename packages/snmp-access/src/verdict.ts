import type { Reasons } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { AccessEntry, CommunityEntry, GroupEntry, Oid } from './model.ts'
import type { ObjectState, View } from './view/view.ts'

/** Error status of a response, by its name in RFC 3416; version 1 knows the first three and genErr. */
export type ErrorStatus =
  | 'noError'
  | 'noSuchName'
  | 'badValue'
  | 'genErr'
  | 'tooBig'
  | 'noAccess'
  | 'wrongType'
  | 'wrongLength'
  | 'wrongEncoding'
  | 'wrongValue'
  | 'noCreation'
  | 'inconsistentValue'
  | 'resourceUnavailable'
  | 'commitFailed'
  | 'undoFailed'
  | 'authorizationError'
  | 'notWritable'
  | 'inconsistentName'

/** How far access control came: where RFC 3415 section 3.2 stopped, `null` when it was not asked. */
export type AccessStatus = 'ok' | 'noSecurityName' | 'noSuchContext' | 'noGroup' | 'noAccessEntry'

/** Every entry that access control went by. */
export interface AccessPath {
  readonly status: AccessStatus | null
  /** Who the sender is taken for; of a community nothing is verified. */
  readonly securityName: string | null
  /** The context that the request is put in. */
  readonly context: string
  readonly community: CommunityEntry | null
  readonly group: GroupEntry | null
  readonly access: AccessEntry | null
}

/** What the snmp group counts of one message (RFC 3418). */
export interface Counters {
  /** snmpInBadCommunityNames: unknown community, or not from this address. */
  readonly inBadCommunityNames: number
  /** snmpInBadCommunityUses: in profile `net-snmp` one for each object of an excluded subtree. */
  readonly inBadCommunityUses: number
}

/** The counters of the user-based model and of contexts that a report carries. */
export type ReportName =
  | 'unsupportedSecLevels'
  | 'notInTimeWindows'
  | 'unknownUserNames'
  | 'unknownEngineIDs'
  | 'wrongDigests'
  | 'decryptionErrors'
  | 'unknownContexts'

/** What goes back to the sender. */
export interface Reply {
  /** Silence is not a lost packet: {@link Verdict.reasons} say why nothing is sent. */
  readonly reply: 'response' | 'report' | 'silence'
  /** Of a response; `noError` otherwise. */
  readonly errorStatus: ErrorStatus
  /** Of a response: the varbind at fault, from 1; 0 for none. */
  readonly errorIndex: number
  /** Which counter a report carries. */
  readonly report: ReportName | null
}

/** The decision on one message, what goes back, and what is counted. */
export interface Verdict extends Reply {
  /** `allow` when all that is asked may be had; a walk may still find nothing. */
  readonly outcome: 'allow' | 'deny'
  /** Why, the most specific first: rows of the view, else the entry that stopped the request. */
  readonly reasons: Reasons<Code>
  readonly counters: Counters
  /** Whether to send authenticationFailure. Limit the rate: one forged packet makes one for each sink. */
  readonly authFailureTrap: boolean
  /** The entries that access control went by. */
  readonly path: AccessPath
  /** The view that is asked, `null` when it does not exist or the request did not come so far. */
  readonly view: View | null
  /** One for each object of `get` and `set`; none for walks, which ask at every step. */
  readonly objects: readonly ObjectState[]
}

/** Instance that each report carries. */
export const REPORT_OIDS: Readonly<Record<ReportName, Oid>> = {
  unsupportedSecLevels: [1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0],
  notInTimeWindows: [1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0],
  unknownUserNames: [1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0],
  unknownEngineIDs: [1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0],
  wrongDigests: [1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0],
  decryptionErrors: [1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0],
  unknownContexts: [1, 3, 6, 1, 6, 3, 12, 1, 5, 0],
}

/** Nothing counted. */
export const NO_COUNT: Counters = Object.freeze({ inBadCommunityNames: 0, inBadCommunityUses: 0 })

/** No entry looked up. */
export const NO_PATH: AccessPath = Object.freeze({
  status: null,
  securityName: null,
  context: '',
  community: null,
  group: null,
  access: null,
})

/** Nothing is sent. */
export const SILENCE: Reply = Object.freeze({
  reply: 'silence',
  errorStatus: 'noError',
  errorIndex: 0,
  report: null,
})

/** A response. */
export function response(errorStatus: ErrorStatus, errorIndex: number): Reply {
  return { reply: 'response', errorStatus, errorIndex, report: null }
}

/** A report. */
export function reportOf(report: ReportName): Reply {
  return { reply: 'report', errorStatus: 'noError', errorIndex: 0, report }
}
