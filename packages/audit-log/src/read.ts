import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { TEXT_FIELDS, type AuditRecord } from './record.ts'

const TEXT = new Set<string>(['time', 'event', 'outcome', 'previous', 'hash', ...TEXT_FIELDS])
const NUMBERS = new Set(['sequence', 'clockBack'])
const REQUIRED = ['sequence', 'time', 'event', 'previous', 'hash']

/**
 * Reads one line of a log.
 *
 * The chain is not checked: that is {@link verifyLog}.
 *
 * @returns Nothing when it is no record: no JSON, a field too many, too few or of a wrong type.
 */
export function parseRecord(line: string): AuditRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const sound = Object.entries(value).every(([field, content]) => isSound(field, content))
  return sound && REQUIRED.every((field) => field in value) ? (value as AuditRecord) : undefined
}

function isSound(field: string, content: unknown): boolean {
  if (TEXT.has(field)) return typeof content === 'string'
  if (NUMBERS.has(field)) return Number.isSafeInteger(content)
  if (field === 'codes') return Array.isArray(content) && content.every(isText)
  return field === 'facts' && isRecordOfTexts(content)
}

function isRecordOfTexts(content: unknown): boolean {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return false
  return Object.values(content).every(isText)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** A line of a log, read. */
export interface ReadRecord {
  readonly file: string
  /** Line number, from 1. */
  readonly line: number
  /** Absent when the line is no record. */
  readonly record?: AuditRecord
}

/**
 * Reads the records of files one after the other, such as `logFiles` gives them.
 *
 * @throws The system's error when a file cannot be read.
 */
export async function* readRecords(files: Iterable<string>): AsyncGenerator<ReadRecord> {
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other
    const handle = await open(file, 'r')
    try {
      let line = 0
      for await (const text of createInterface({ input: handle.createReadStream() })) {
        line += 1
        const record = parseRecord(text)
        yield record === undefined ? { file, line } : { file, line, record }
      }
    } finally {
      await handle.close()
    }
  }
}
