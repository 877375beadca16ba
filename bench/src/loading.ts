import { spawnSync } from 'node:child_process'
import type { Options, Program } from './command.ts'
import { bytesInUse } from './garbage.ts'
import { markdownTable } from './markdown-table.ts'
import { cpuSince, median } from './measure.ts'
import type { Model } from './model.ts'
import { MODELS } from './models/index.ts'
import { PEERS } from './peers/index.ts'
import { report } from './report.ts'

/** What it took to load some rules. */
export interface Loaded {
  /** What was loaded, such as `hawk.parse`. */
  readonly subject: string
  /** Number of rules. */
  readonly size: number
  /** Time by the clock from text, or from rules in memory for peers, until decisions can be made. */
  readonly seconds: number
  /** CPU time of the same, that of the threads included in which the compiler and the collector work. */
  readonly cpuSeconds: number
  /** Memory that is held afterwards, divided by the number of rules. */
  readonly bytesPerRule: number
}

/** Processes for each subject; the median counts. */
const PROCESSES = 5

/** Figures at fewer rules are noise. */
const FEWEST_RULES = 10_000

/** The model whose rules the peers load as well. */
const COMPARED = 'hawk-trusted'

/** The scan holds nothing but the rules, and the cache nothing but casbin. */
const UNCOMPARED = new Set(['linear scan', 'casbin cached, hits only'])

/** Our package, where a subject is asked for. */
const OURS = 'ours'

/**
 * Time and memory of loading, each in a process of its own: the text of a file with each of our
 * packages, and the rules of the first with its peers, which are spared the reading of a text.
 */
export function benchLoading(options: Options): Promise<void> {
  const sizes = options.sizes.filter((size) => size >= FEWEST_RULES)
  const subjects = [
    ...Object.keys(MODELS).map((model) => [model, OURS] as const),
    ...PEERS.filter(({ name }) => !UNCOMPARED.has(name)).map(
      ({ name }) => [COMPARED, name] as const,
    ),
  ]
  const figures = sizes.flatMap((size) =>
    subjects
      .filter(([, subject]) => size <= mostRulesOf(subject))
      .map(([model, subject]) => inChildren(model, subject, size)),
  )
  if (figures.length > 0) report({ name: 'loading', body: tableOf(figures), figures }, options)
  return Promise.resolve()
}

function mostRulesOf(subject: string): number {
  return PEERS.find(({ name }) => name === subject)?.mostRules ?? Infinity
}

function inChildren(...args: Parameters<typeof inChild>): Loaded {
  const runs = Array.from({ length: PROCESSES }, () => inChild(...args))
  const medianOf = (figure: (run: Loaded) => number): number => median(runs.map(figure))
  return {
    ...(runs[0] as Loaded),
    seconds: medianOf(({ seconds }) => seconds),
    cpuSeconds: medianOf(({ cpuSeconds }) => cpuSeconds),
    bytesPerRule: medianOf(({ bytesPerRule }) => bytesPerRule),
  }
}

function inChild(...args: readonly [model: string, subject: string, size: number]): Loaded {
  const words = [process.argv[1] ?? '', 'load-one', ...args.map(String)]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`loading ${args.join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout) as Loaded
}

/** `load-one MODEL SUBJECT SIZE`: loads once and prints the figures as JSON. */
export const loadOne: Program = async ([name = '', subject = '', size = '']) => {
  const withModel = MODELS[name]
  if (withModel === undefined) throw new TypeError(`no model ${name}`)
  const figures = await withModel((model) => measure(model, subject, Number(size)))
  process.stdout.write(JSON.stringify(figures))
  return 0
}

async function measure<Request>(
  model: Model<Request>,
  subject: string,
  size: number,
): Promise<Loaded> {
  const game = model.generate(size)
  const peer = PEERS.find((one) => one.name === subject)
  if (peer === undefined && subject !== OURS) throw new TypeError(`no peer ${subject}`)
  const table = peer === undefined ? undefined : game.table()
  const before = bytesInUse()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const loaded = peer === undefined || table === undefined ? game.load() : await peer.load(table)
  const seconds = (performance.now() - start) / 1000
  const cpuSeconds = cpuSince(cpu) / 1_000_000
  const bytesPerRule = (bytesInUse() - before) / size
  keep(loaded, game, table)
  const name = peer?.name ?? `${model.name}, ours`
  return { subject: name, size, seconds, cpuSeconds, bytesPerRule }
}

/** What is held here counts as in use until then. */
function keep(...values: readonly unknown[]): void {
  if (values[0] === undefined) throw new TypeError('nothing was loaded')
}

function tableOf(figures: readonly Loaded[]): string {
  const sizes = [...new Set(figures.map(({ size }) => size))]
  const subjects = [...new Set(figures.map(({ subject }) => subject))]
  const cells = (subject: string, size: number): string[] => {
    const one = figures.find((figure) => figure.subject === subject && figure.size === size)
    if (one === undefined) return ['–', '–', '–']
    const { seconds, cpuSeconds, bytesPerRule } = one
    return [
      `${seconds.toFixed(3)} s`,
      `${cpuSeconds.toFixed(3)} s`,
      `${Math.round(bytesPerRule)} B`,
    ]
  }
  return markdownTable([
    ['', ...sizes.flatMap((size) => [size.toLocaleString('en'), 'CPU', 'a rule'])],
    ...subjects.map((subject) => [subject, ...sizes.flatMap((size) => cells(subject, size))]),
  ])
}
