import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ratesChart } from './chart.ts'
import type { Options } from './command.ts'
import { ratesTable } from './markdown-table.ts'
import type { Measurement } from './measure.ts'

/** What one bench leaves behind. */
export interface Report {
  /** Name of the bench, and of its files. */
  readonly name: string
  /** Markdown below the headline. */
  readonly body: string
  /** The figures that goals are computed from; read again by {@link readFigures}. */
  readonly figures: unknown
  /** A chart. */
  readonly svg?: string
}

/** Prints a report, and writes it as `NAME.md`, `NAME.json` and `NAME.svg` where a folder is given. */
export function report({ name, body, figures, svg }: Report, { out }: Options): void {
  process.stdout.write(`\n## ${name}\n\n${body}\n`)
  if (out === null) return
  mkdirSync(out, { recursive: true })
  const image = svg === undefined ? '' : `![${name}](./${name}.svg)\n\n`
  writeFileSync(join(out, `${name}.md`), `# ${name}\n\n${image}${body}\n`)
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`)
  if (svg !== undefined) writeFileSync(join(out, `${name}.svg`), svg)
}

/** Reports rates over sizes: the table, how many answers were compared, and the chart. */
export function reportRates(
  name: string,
  unit: string,
  measurements: readonly Measurement[],
  options: Options,
): void {
  const body = `${ratesTable(measurements, unit)}\n\n${comparedLine(measurements)}`
  const svg = ratesChart(measurements, unit)
  report({ name, body, figures: measurements, svg }, options)
}

function comparedLine(measurements: readonly Measurement[]): string {
  const subjects = [...new Set(measurements.map(({ subject }) => subject))].slice(1)
  const counts = subjects.map((name) => {
    const own = measurements.filter(({ subject }) => subject === name)
    return `${name} ${own.map(({ compared }) => countOf(compared)).join(' / ')}`
  })
  return `Answers compared with ours, all equal: ${counts.join('; ')}.`
}

function countOf(compared: number): string {
  return compared === 0 ? '–' : compared.toLocaleString('en')
}

/** The figures that a bench left in a folder; `undefined`: none. */
export function readFigures(out: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
