export {
  openAuditLog,
  type AuditLog,
  type AuditLogOptions,
  type AuditLogStatus,
  type Closing,
} from './audit-log.ts'
export type { ChainState } from './chain.ts'
export { AUDIT_LOG_CODES, AuditLogError, type AuditLogCode } from './codes.ts'
export type { Gap } from './durable/form.ts'
export type { LogStatus, OnFull, Receipt } from './durable/group-commit.ts'
export type { LockOwner } from './durable/lock.ts'
export type { LogOptions, Opening } from './durable/open.ts'
export { CSV_HEADER, formatCsv, type CsvOptions } from './export/csv.ts'
export { OCSF_VERSION, toOcsf, type OcsfEvent, type OcsfProduct } from './export/ocsf.ts'
export {
  formatHead,
  isGenuineHead,
  parseHead,
  type HeadOptions,
  type HeadSink,
  type SignedHead,
} from './heads.ts'
export { parseMxLog, type MxEntry, type MxReadOptions } from './mx/read.ts'
export {
  MX_ACTIONS,
  MX_CATEGORIES,
  MX_LEVELS,
  MX_OBJECT_TYPES,
  MX_RESULTS,
  MX_VOCABULARIES,
  type MxRecord,
  type MxWordField,
  type ReadMxRecord,
} from './mx/record.ts'
export {
  formatMxRecord,
  formatMxTime,
  MX_SHAPE,
  mxGap,
  mxTaskMessage,
  type MxTask,
} from './mx/write.ts'
export { parseRecord, readRecords, type ReadRecord } from './read.ts'
export {
  contentHash,
  decisionEvent,
  LOG_EVENTS,
  type AuditEvent,
  type AuditRecord,
  type RecordedOutcome,
} from './record.ts'
export {
  HAWK_LOG_LIMITS,
  openTextLog,
  sizeInBytes,
  type RecordShape,
  type TextLog,
  type TextLogOptions,
} from './text-log.ts'
export {
  logFiles,
  VERIFY_CODES,
  verifyLog,
  type Fault,
  type Verification,
  type VerifyCode,
  type VerifyOptions,
} from './verify.ts'
