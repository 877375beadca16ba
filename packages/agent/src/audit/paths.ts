import { join, parse, resolve } from 'node:path'
import type { LogService } from '@gatehouse/hawk-trusted'
import type { AgentConfig } from '../config/model.ts'
import type { VendorLogName } from '../log.ts'

/** Whether a process keeps its logs open, or a local command writes to logs beside those. */
export type Keeper = 'resident' | 'local'

/** Where decisions are recorded. */
export function auditPath({ audit, dataDir }: AgentConfig, keeper: Keeper): string {
  return ownPath(audit.file ?? join(dataDir, 'audit.jsonl'), keeper)
}

/** Where the lines of a log of the vendor's go; its folder is `dataDir` when the policy names none. */
export function vendorLogPath(
  { folder, dataDir }: AgentConfig,
  name: VendorLogName,
  { directory }: LogService,
  keeper: Keeper,
): string {
  const logDir = directory === undefined ? dataDir : resolve(folder, directory)
  return ownPath(join(logDir, `${name}.log`), keeper)
}

/** A log has one writer, and a resident agent never lets go of its own. */
export function ownPath(path: string, keeper: Keeper): string {
  if (keeper === 'resident') return path
  const { dir, name, ext } = parse(path)
  return join(dir, `${name}-local${ext}`)
}
