export {
  communityDigest,
  communityOctets,
  MAX_COMMUNITY_OCTETS,
  sameCommunity,
} from './community.ts'
export { answer, resultOf, type Answer, type AnswerVarbind } from './answer.ts'
export { check } from './check.ts'
export { CODES, describe, type Code } from './codes.ts'
export { FAULT_CODES, SILENT_FAULTS, type FaultCode } from './configuration/codes.ts'
export { format } from './configuration/format.ts'
export { parse, type ParseOptions } from './configuration/parse.ts'
export type { Absence, Instance, Mib } from './mib.ts'
export type {
  AccessEntry,
  CommunityEntry,
  Configuration,
  ConfigurationLine,
  Daemon,
  EntryModel,
  GroupEntry,
  Level,
  Oid,
  Origin,
  Profile,
  SecurityModel,
  SourceFamily,
  SourcePattern,
  TrapSink,
  UserEntry,
  ViewEntry,
  ViewType,
} from './model.ts'
export { compareOids, formatOid, MAX_SUB_IDENTIFIER, MAX_SUB_IDENTIFIERS, parseOid } from './oid.ts'
export {
  readSource,
  type ResolvedNames,
  type SourceFault,
  type SourceResult,
} from './source/source.ts'
export {
  checkNotification,
  type NotificationVerdict,
  type Purpose,
} from './notification/check-notification.ts'
export type { Notification, NotificationPdu } from './notification/notification.ts'
export type { Pdu, Request, Sender, UsmStatus, Version } from './request.ts'
export {
  REPORT_OIDS,
  type AccessPath,
  type AccessStatus,
  type Counters,
  type ErrorStatus,
  type Reply,
  type ReportName,
  type Verdict,
} from './verdict.ts'
export type { Membership, ObjectState, Tally, View, ViewRow } from './view/view.ts'
export type { WalkLimits } from './walk.ts'
export { diff, type ChangedRegion, type RegionSender } from './diff.ts'
export { explain, type ExplainedEntry, type ExplainedObject, type Explanation } from './explain.ts'
export { guard, OPENINGS } from './guard.ts'
export { describeFinding, LINT_CODES, type LintCode } from './lint-codes.ts'
export { lint } from './lint.ts'
export { readCiscoConfiguration } from './readers/cisco.ts'
export { READER_CODES, type ReaderCode } from './readers/codes.ts'
export {
  listTries,
  MAX_TRIES,
  readHpSimSettings,
  type CommunityTry,
  type HpSimSettings,
  type HpSimSystem,
} from './readers/hp-sim.ts'
export { readWindowsSettings, type WindowsOptions } from './readers/windows.ts'
export { whoCan, type CommunityClause, type UserClause, type WhoCan } from './who-can.ts'
