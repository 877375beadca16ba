import type { Measurement } from './measure.ts'

/**
 * Measurements as a Markdown table: a row for each subject, a column for each size, and in the rows
 * of the peers how many times faster the first subject is.
 */
export function markdownTable(measurements: readonly Measurement[]): string {
  const sizes = [...new Set(measurements.map(({ size }) => size))]
  const subjects = [...new Set(measurements.map(({ subject }) => subject))]
  const at = (subject: string | undefined, size: number): number =>
    measurements.find((one) => one.subject === subject && one.size === size)?.perSecond ??
    Number.NaN
  const cell = (subject: string, size: number): string => {
    const own = at(subject, size)
    if (subject === subjects[0]) return `${short(own)}/s`
    return `${short(own)}/s (${short(at(subjects[0], size) / own)}×)`
  }
  return [
    `| per CPU-second | ${sizes.map((size) => `${size.toLocaleString('en')} rules`).join(' | ')} |`,
    `| --- | ${sizes.map(() => '---:').join(' | ')} |`,
    ...subjects.map((name) => `| ${name} | ${sizes.map((size) => cell(name, size)).join(' | ')} |`),
  ].join('\n')
}

/** Three digits: what the noise of a shared machine leaves of a figure. */
function short(value: number): string {
  if (value >= 999_500) return `${Number((value / 1_000_000).toPrecision(3))} M`
  return value >= 9_995
    ? `${Number((value / 1_000).toPrecision(3))} k`
    : String(Number(value.toPrecision(3)))
}
