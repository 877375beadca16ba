/** How fast one subject is at one size. */
export interface Measurement {
  /** What was measured, such as `AddressSet.has`. */
  readonly subject: string
  /** Number of rules. */
  readonly size: number
  /** Operations per second of CPU time. */
  readonly perSecond: number
}

/** How long to measure. */
export interface RateOptions {
  /** How often to measure; the median counts. Default 5. */
  readonly rounds?: number
  /** CPU time of each round, in milliseconds. Default 300. */
  readonly milliseconds?: number
}

/**
 * The median rate of some work, by CPU time, so that other programs on the machine matter little.
 *
 * @param work - Does some operations and returns how many.
 * @returns Operations per CPU-second.
 */
export function rate(work: () => number, options: RateOptions = {}): number {
  const { rounds = 5, milliseconds = 300 } = options
  const rates = Array.from({ length: rounds }, () => oneRound(work, milliseconds * 1000))
  return rates.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

function oneRound(work: () => number, microseconds: number): number {
  const before = process.cpuUsage()
  let operations = 0
  let spent = 0
  while (spent < microseconds) {
    operations += work()
    const { user, system } = process.cpuUsage(before)
    spent = user + system
  }
  return (operations * 1_000_000) / spent
}
