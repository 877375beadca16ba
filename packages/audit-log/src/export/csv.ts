import { escapeControls } from '@gatehouse/core'
import { TEXT_FIELDS, type AuditRecord } from '../record.ts'

const COLUMNS = [
  'sequence',
  'time',
  'clockBack',
  'event',
  'outcome',
  'codes',
  ...TEXT_FIELDS,
  'facts',
  'previous',
  'hash',
] as const

/** How records become CSV. */
export interface CsvOptions {
  /**
   * What becomes of a cell that a spreadsheet would run as a formula: `neutralise` puts `'` before
   * it, which changes the value; `keep` leaves it, for programs that read the file. Default
   * `neutralise`.
   */
  readonly formulas?: 'neutralise' | 'keep'
}

/**
 * A first character that spreadsheets take for the beginning of a formula, in ASCII and in full
 * width.
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** The line with the names of the columns, CRLF included. */
export const CSV_HEADER: string = `${COLUMNS.join(',')}\r\n`

/**
 * A record as one line of CSV after RFC 4180, CRLF included.
 *
 * Meant for people: control characters are shown as `<U+000A>` and the like, so it cannot be
 * verified; the log itself can.
 */
export function formatCsv(record: AuditRecord, options: CsvOptions = {}): string {
  const { formulas = 'neutralise' } = options
  const cells = COLUMNS.map((column) => {
    const text = cellText(record[column])
    const safe = formulas === 'neutralise' && FORMULA.test(text) ? `'${text}` : text
    const printable = escapeControls(safe)
    return /[",]/.test(printable) ? `"${printable.replaceAll('"', '""')}"` : printable
  })
  return `${cells.join(',')}\r\n`
}

function cellText(value: AuditRecord[(typeof COLUMNS)[number]]): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
