import { logFiles, readRecords, type AuditRecord } from '@gatehouse/audit-log'

/** All records of an audit log, the oldest first. Throws for a line that holds none. */
export async function auditRecords(path: string): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const { record } of readRecords(await logFiles(path))) {
    if (record === undefined) throw new Error('a line of the audit log is no record')
    records.push(record)
  }
  return records
}
