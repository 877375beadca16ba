import { join } from 'node:path'
import { openAuditLog, verifyLog } from '@gatehouse/audit-log'
import type { AuditWriter } from '../audit-writer.ts'
import { AUDIT_WRITERS } from '../peers/audit-writers.ts'

/** A way to keep records whose process is killed. */
export interface Contestant extends AuditWriter {
  /**
   * Opens the log after a kill as the next process would, and looks at it as a whole.
   *
   * @returns Whether half a record was found and cut off.
   * @throws Error when the log is not intact afterwards.
   */
  readonly recover?: (folder: string) => Promise<boolean>
}

const FILE = 'audit.jsonl'

/** Small, so that kills meet the change from one file to the next as well. */
const MAX_BYTES = 256 * 1024

/** Our log. */
export const OURS: Contestant = {
  name: 'audit-log',
  promise: 'on disk and chained',
  open: async (folder) => {
    const log = await openAuditLog({
      path: join(folder, FILE),
      onFull: 'refuse',
      maxBytes: MAX_BYTES,
    })
    return { append: (event) => log.append(event), close: async () => void (await log.close()) }
  },
  recover: async (folder) => {
    const path = join(folder, FILE)
    const log = await openAuditLog({ path, onFull: 'refuse', maxBytes: MAX_BYTES })
    await log.append({ event: 'reopened' })
    await log.close()
    const verification = await verifyLog(path, { from: 1 })
    if (!verification.intact) throw new Error(`not intact: ${JSON.stringify(verification.fault)}`)
    return log.opening.repairedBytes > 0
  },
}

/** Our log and what else records are kept with. */
export const CONTESTANTS: readonly Contestant[] = [OURS, ...AUDIT_WRITERS]
