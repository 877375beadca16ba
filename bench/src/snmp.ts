import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from './command.ts'
import { markdownTable, short } from './markdown-table.ts'
import { report } from './report.ts'
import { decisionRates, VIEWS } from './snmp/decisions.ts'
import { getTimes, walkTimes, type AgentTimes } from './snmp/agents.ts'
import { REPETITIONS, ROWS } from './snmp/fixture.ts'
import { RATES, trapLosses, type TrapLoss } from './snmp/receivers.ts'

/** What a run of this bench leaves for the goals. */
export interface SnmpFigures {
  readonly gets: readonly AgentTimes[]
  readonly walks: readonly AgentTimes[]
  readonly traps: readonly TrapLoss[]
  /** Decisions a second of CPU time. */
  readonly decisions: number
}

/** Length and number of rounds. */
export interface Effort {
  readonly rounds: number
  readonly milliseconds: number
}

const WHOLE: Effort = { rounds: 5, milliseconds: 1_500 }
/** A look whether it runs. */
const BRIEF: Effort = { rounds: 1, milliseconds: 200 }
/** Sizes of whole runs have this one. */
const WHOLE_SIZE = 100_000

/**
 * Agents and receivers of notifications beside net-snmp's daemons and plain npm net-snmp, each in a
 * process of its own, under the same load from one more process.
 */
export async function benchSnmp(options: Options): Promise<void> {
  const effort = options.sizes.includes(WHOLE_SIZE) ? WHOLE : BRIEF
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-snmp-'))
  try {
    const figures: SnmpFigures = {
      gets: await getTimes(effort),
      walks: await walkTimes(effort),
      traps: await trapLosses(effort, folder),
      decisions: await decisionRates(),
    }
    report({ name: 'snmp', body: bodyOf(figures), figures }, options)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function bodyOf({ gets, walks, traps, decisions }: SnmpFigures): string {
  return [
    'GET of one scalar, over UDP:',
    markdownTable([
      ['agent', 'under way', 'requests/s', 'CPU µs/request', 'of snmpd', 'lost'],
      ...gets.map((one) => [one.subject, String(one.outstanding), ...cellsOf(one)]),
    ]),
    `A walk of ${ROWS.toLocaleString('en')} rows, GETBULK with ${REPETITIONS} repetitions:`,
    markdownTable([
      ['agent', 'ms/walk', 'of snmpd', 'CPU ms/walk', 'of snmpd', 'lost'],
      ...walks.map(({ subject, perSecond, cpu, ratio, cpuRatio, lost }) => [
        subject,
        short(1000 / perSecond),
        `${ratio.toFixed(2)} ×`,
        short(cpu / 1000),
        `${cpuRatio.toFixed(2)} ×`,
        String(lost),
      ]),
    ]),
    `Traps with three varbinds, written to a file; lost of all that were sent, the median and the worst round:`,
    markdownTable([
      [
        'receiver',
        'receive buffer',
        ...RATES.map((rate) => `${rate.toLocaleString('en')}/s`),
        'CPU µs/trap',
      ],
      ...[...new Set(traps.map(({ subject }) => subject))].map((subject) => {
        const own = traps.filter((one) => one.subject === subject)
        const losses = own.map(
          ({ lost, worst, sent }) => `${percent(lost)} (${percent(worst)}) at ${short(sent)}/s`,
        )
        const buffer = own[0]?.receiveBufferBytes
        return [subject, bytes(buffer), ...losses, short(own.at(-1)?.cpu ?? Number.NaN)]
      }),
    ]),
    `\`check\` alone, of a GET, with ${VIEWS.toLocaleString('en')} communities and views: ${short(decisions)} a second of CPU time.`,
  ].join('\n\n')
}

function cellsOf({ perSecond, cpu, cpuRatio, lost }: AgentTimes): string[] {
  return [short(perSecond), cpu.toFixed(1), `${cpuRatio.toFixed(2)} ×`, String(lost)]
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`
}

function bytes(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en')
}
