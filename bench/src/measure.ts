import { settle } from './garbage.ts'

/** How fast one subject is at one size. */
export interface Measurement {
  /** What was measured, such as `AddressSet.has`. */
  readonly subject: string
  /** Number of rules. */
  readonly size: number
  /** Operations per second of CPU time; `null`: left out, because it would take too long. */
  readonly perSecond: number | null
  /** How many of its answers were compared with those of the first subject. */
  readonly compared: number
}

/** Does some operations and returns how many. */
export type Work = () => number | Promise<number>

/** How long to measure. */
export interface RateOptions {
  /** How often to measure; the median counts. Default 5. */
  readonly rounds?: number
  /** CPU time of each round, in milliseconds. Default 100. */
  readonly milliseconds?: number
}

/** Work before the first round, in milliseconds of CPU time: until the compiler has made what it makes of hot code. */
const WARM_UP_MS = 500

/**
 * The median rate of some work, by CPU time, so that other programs on the machine matter little.
 *
 * @param prepare - Makes the work ready; what it takes is not counted.
 * @returns Operations per CPU-second.
 */
export async function rate(prepare: () => Work, options: RateOptions = {}): Promise<number> {
  const { rounds = 5, milliseconds = 100 } = options
  await oneRound(prepare, WARM_UP_MS * 1000)
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
    rates.push(await oneRound(prepare, milliseconds * 1000))
  }
  return median(rates)
}

async function oneRound(prepare: () => Work, microseconds: number): Promise<number> {
  let operations = 0
  let spent = 0
  while (spent < microseconds) {
    const work = prepare()
    settle()
    const before = process.cpuUsage()
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
    operations += await work()
    spent += cpuSince(before)
  }
  return (operations * 1_000_000) / spent
}

/** Microseconds of CPU time since an earlier reading. */
export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
