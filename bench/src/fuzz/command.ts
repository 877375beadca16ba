import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { FuzzFormat } from './format.ts'
import { FORMATS } from './formats.ts'
import { formatSeed } from './seeds.ts'
import { minimise, seedOf, type Failure } from './session.ts'
import type { Outcome, Run, Task } from './worker.ts'

/** Most CPU time that one input may take, in milliseconds: more than collecting garbage takes on a busy machine. */
const MAX_INPUT_MS = 10_000
const HANGS = `took more than ${MAX_INPUT_MS} ms of CPU time`
const PROGRESS_MS = 10_000
const WATCH_MS = 250

/**
 * `fuzz [FORMAT …] [--from N] [--inputs N] [--seed S]`: examines inputs of each format in a thread of its own. An
 * input hangs on the seed and its place alone: a run that was broken off goes on `--from` there.
 *
 * @param args - Command line after `fuzz`. Default: every format, the first 100,000 inputs, seed 1.
 * @returns Exit code: 1 after the first input for which something does not hold, 2 for a wrong call.
 */
export async function fuzz(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      from: { type: 'string', default: '0' },
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
    },
  })
  const numbers = [values.from, values.inputs, values.seed].map(Number)
  const [from = 0, inputs = 0, seed = 0] = numbers
  const unknown = positionals.filter((name) => !FORMATS.some((format) => format.name === name))
  if (unknown.length > 0 || !numbers.every(Number.isSafeInteger)) {
    const names = FORMATS.map(({ name }) => name).join(', ')
    say(`usage: fuzz [FORMAT …] [--from N] [--inputs N] [--seed S]; formats: ${names}`)
    return 2
  }
  const asked = FORMATS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  for (const format of asked) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, each with the whole core
    const failure = await fuzzFormat(format, { from, inputs, seed })
    if (failure !== undefined) {
      const small = failure.why === HANGS ? failure : minimise(format, failure)
      say(`${format.name}: ${failure.why}\nsmallest:\n${formatSeed(small, small.why)}`)
      return 1
    }
  }
  return 0
}

async function fuzzFormat(format: FuzzFormat, run: Run): Promise<Failure | undefined> {
  const { from, seed } = run
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const task: Task = { format: format.name, run, progress }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task })
  const started = performance.now()
  const report = (): void => say(lineOf(format, from, progress, performance.now() - started))
  const reporting = setInterval(report, PROGRESS_MS)
  const watch = watchOver(progress)
  const failed = (index: number, why: string): Outcome => {
    return { failure: { ...seedOf(format, seed, index), why }, index }
  }
  const outcome = await Promise.race([
    once(worker, 'message').then(
      ([message]) => message as Outcome,
      (error: unknown) => failed(Atomics.load(progress, 0), `the worker ended: ${String(error)}`),
    ),
    watch.stuck.then((index) => failed(index, HANGS)),
  ])
  clearInterval(reporting)
  watch.stop()
  await worker.terminate()
  report()
  if ('done' in outcome) return undefined
  say(`${format.name}: input ${outcome.index} of seed ${seed} fails`)
  return outcome.failure
}

/** Notices when the same input is at work for too long; a machine with no time for us is no matter. */
function watchOver(progress: Int32Array): { stuck: Promise<number>; stop: () => void } {
  let last = -1
  let since = spent()
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<number>((resolve) => {
    timer = setInterval(() => {
      const index = Atomics.load(progress, 0)
      const isBusy = index === last && index > 0
      if (!isBusy) since = spent()
      last = index
      if (spent() - since > MAX_INPUT_MS) resolve(index)
    }, WATCH_MS)
  })
  return { stuck, stop: () => clearInterval(timer) }
}

/** CPU time of all threads until now, in milliseconds. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function lineOf(
  { name }: FuzzFormat,
  from: number,
  progress: Int32Array,
  milliseconds: number,
): string {
  const inputs = Math.max(0, Atomics.load(progress, 0) - from)
  const taken = Atomics.load(progress, 1)
  const share = inputs === 0 ? 0 : Math.round((taken / inputs) * 100)
  const rate = Math.round((inputs / milliseconds) * 1000)
  return `${name}: ${inputs.toLocaleString('en')} inputs, ${share} % taken, ${rate.toLocaleString('en')}/s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
