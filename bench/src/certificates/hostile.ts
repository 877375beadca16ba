import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Options } from '../command.ts'
import { markdownTable, short } from '../markdown-table.ts'
import { report } from '../report.ts'
import type { Outcome } from './hostile-child.ts'
import { HOSTILE_INPUTS } from './hostile-inputs.ts'
import { VERIFIERS } from './verifiers.ts'

/** What one verifier does with one hostile input. */
export interface HostileFigure {
  readonly input: string
  readonly verifier: string
  /** CPU time for 1,000 of what is offered, in milliseconds; `null`: it did not come to an end. */
  readonly perThousand: number | null
  /** How it ended: with answers, killed for want of one, out of memory or stack; or it does not read such. */
  readonly end: 'answers' | 'hangs' | 'fails' | 'not-read'
  /** Whether it trusts the certificate; `null`: there is no answer. */
  readonly accepted: boolean | null
}

/** Name of our own among the verifiers. */
export const OURS: string = VERIFIERS[0].name

const CHILD = fileURLToPath(new URL('./hostile-child.js', import.meta.url))
/** Longest time for one input, the making of it included, in milliseconds by the clock. */
const BUDGET_MS = 30_000

/**
 * Certificates made to keep a verifier busy: ours and the libraries, each input in a process of its
 * own, which is killed when it does not end.
 *
 * @throws Error when ours does not end.
 */
export async function benchHostile(options: Options): Promise<void> {
  const figures: HostileFigure[] = []
  for (const { name: input } of HOSTILE_INPUTS) {
    for (const { name: verifier } of VERIFIERS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      const figure = await inChild(verifier, input)
      const isOurs = verifier === OURS
      if (isOurs && figure.end !== 'answers') throw new Error(`${input}: ours ${figure.end}`)
      figures.push(figure)
    }
  }
  report({ name: 'certificate-hostile', body: tableOf(figures), figures }, options)
}

async function inChild(verifier: string, input: string): Promise<HostileFigure> {
  const options = { timeout: BUDGET_MS, killSignal: 'SIGKILL' } as const
  const figure = { input, verifier, perThousand: null, accepted: null }
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CHILD, verifier, input],
      options,
    )
    const { milliseconds, offered, accepted } = JSON.parse(stdout) as Outcome
    if (accepted === null) return { ...figure, end: 'not-read' }
    const perThousand = (milliseconds * 1000) / offered
    return { ...figure, end: 'answers', perThousand, accepted }
  } catch (error) {
    const isKilled = (error as { killed?: boolean }).killed === true
    return { ...figure, end: isKilled ? 'hangs' : 'fails' }
  }
}

function tableOf(figures: readonly HostileFigure[]): string {
  const names = VERIFIERS.map(({ name }) => name)
  const cell = (input: string, verifier: string): string => {
    const found = figures.find((one) => one.input === input && one.verifier === verifier)
    if (found === undefined || found.end === 'not-read') return '–'
    if (found.perThousand === null) return `**${found.end}**`
    return short(found.perThousand)
  }
  return markdownTable([
    ['ms for 1,000', 'of', ...names],
    ...HOSTILE_INPUTS.map(({ name, unit }) => [
      name,
      unit ?? 'certificates',
      ...names.map((verifier) => cell(name, verifier)),
    ]),
  ])
}
