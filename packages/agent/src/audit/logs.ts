import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  openAuditLog,
  openTextLog,
  sizeInBytes,
  type AuditEvent,
  type AuditLog,
  type ChainState,
  type Receipt,
  type TextLog,
} from '@gatehouse/audit-log'
import type { LogService } from '@gatehouse/hawk-trusted'
import type { AgentConfig } from '../config/model.ts'
import type { VendorLogName } from '../log.ts'
import { headOptions } from './heads.ts'
import { auditPath, vendorLogPath, type Keeper } from './paths.ts'

/** What the access control files in force say about the logs of the vendor's. */
export type LogServices = Readonly<Partial<Record<VendorLogName, LogService>>>

/** The logs of decisions. An append rejects when its record is not known to be on disk. */
export interface DecisionLogs {
  /** How the audit log is doing. */
  readonly status: AuditStatus
  /** Appends to the audit log. */
  audit(event: AuditEvent): Promise<Receipt<ChainState>>
  /** Appends to a log of the vendor's; nothing while its policy has no `<LogService>`. */
  vendor(name: VendorLogName, line: string): Promise<Receipt<null> | undefined>
  /** Keeps the vendor's logs as the policies say from now on, and opens anew what was moved away. */
  follow(services: LogServices): Promise<void>
  /** Writes what waits. */
  close(): Promise<void>
}

/** How an audit log is doing. */
export interface AuditStatus {
  /** Its path. */
  readonly file: string
  /** Records lost that the log does not tell of yet. */
  readonly lost: number
  /** Code of `@gatehouse/audit-log` for why the last write failed; nothing when it did not. */
  readonly failing: string | undefined
  /** Signed heads that are not in their file yet. */
  readonly headsWaiting: number
}

/** Opens the audit log. Makes its folder if need be. */
export async function openAudit(config: AgentConfig, keeper: Keeper): Promise<AuditLog> {
  const { onFull, maxSizeBytes, maxFiles, heads } = config.audit
  const path = auditPath(config, keeper)
  await makeFolder(path)
  return openAuditLog({
    path,
    onFull,
    ...(maxSizeBytes !== undefined && { maxBytes: maxSizeBytes }),
    ...(maxFiles !== undefined && { maxFiles }),
    ...(heads && { heads: await headOptions(heads, keeper) }),
  })
}

/** Opens a log of the vendor's as a policy says. Makes its folder if need be. */
export async function openVendorLog(
  config: AgentConfig,
  name: VendorLogName,
  service: LogService,
  keeper: Keeper,
): Promise<TextLog> {
  const { maxSize, maxFiles } = service
  const path = vendorLogPath(config, name, service, keeper)
  await makeFolder(path)
  return openTextLog({
    path,
    onFull: config.audit.onFull,
    ...(maxSize && { maxBytes: sizeInBytes(maxSize) }),
    ...(maxFiles !== undefined && { maxFiles }),
  })
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
}
