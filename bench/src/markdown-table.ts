import type { Measurement } from './measure.ts'

/** A Markdown table with its columns aligned, the first to the left and the others to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join(' | ')} |`
  const rule = widths.map(
    (width, column) => '-'.repeat(width - Number(column > 0)) + (column > 0 ? ':' : ''),
  )
  const [header = [], ...body] = rows
  return [line(header), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n')
}

function padded(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

/**
 * Measurements as a Markdown table: a row for each subject, a column for each size, and in the rows
 * of the peers how many times faster the first subject is.
 *
 * @param unit - What a size counts, such as `lines`.
 */
export function ratesTable(measurements: readonly Measurement[], unit: string): string {
  const sizes = [...new Set(measurements.map(({ size }) => size))]
  const subjects = [...new Set(measurements.map(({ subject }) => subject))]
  const at = (subject: string | undefined, size: number): number | null =>
    measurements.find((one) => one.subject === subject && one.size === size)?.perSecond ?? null
  const cell = (subject: string, size: number): string => {
    const own = at(subject, size)
    if (own === null) return '–'
    const first = at(subjects[0], size)
    if (subject === subjects[0] || first === null) return `${short(own)}/s`
    return `${short(own)}/s (${short(first / own)}×)`
  }
  const header = sizes.map(
    (size, index) => size.toLocaleString('en') + (index === 0 ? ` ${unit}` : ''),
  )
  return markdownTable([
    ['per CPU-second', ...header],
    ...subjects.map((name) => [name, ...sizes.map((size) => cell(name, size))]),
  ])
}

/** Three digits: what the noise of a shared machine leaves of a figure. */
export function short(value: number): string {
  if (value >= 999_500) return `${Number((value / 1_000_000).toPrecision(3))} M`
  return value >= 9_995
    ? `${Number((value / 1_000).toPrecision(3))} k`
    : String(Number(value.toPrecision(3)))
}
