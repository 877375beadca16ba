import { markdownTable } from '../markdown-table.ts'
import { HOSTILE_CERTIFICATES } from './hostile-certificates.ts'
import { HOSTILE_TRUST_TEXTS } from './hostile-trust-texts.ts'
import { HOSTILE_TEXTS, readHostile, type HostileText } from './hostile.ts'

const SIZES: readonly number[] = [2 ** 16, 2 ** 18, 2 ** 20, 2 ** 22]
/** Doublings from one size to the next. */
const DOUBLINGS = 2
const REPETITIONS = 3
/** Growth for a doubling that is still called linear, since caches, garbage and a shared machine are in it; quadratic is 4. */
const MOST_GROWTH = 3
/** Times below this say nothing of growth, in milliseconds of CPU time. */
const LEAST_MS = 5

/**
 * `growth`: reads hostile texts of growing size, and shows that the time grows as the size does.
 *
 * @returns Exit code: 1 when the time for a kind of text grows faster.
 */
export function growth(): Promise<number> {
  const rows = [...HOSTILE_TEXTS, ...HOSTILE_TRUST_TEXTS, ...HOSTILE_CERTIFICATES].map(
    (hostile) => {
      const times = SIZES.map((size) => best(hostile, size))
      return { name: hostile.name, times, growth: growthOf(times) }
    },
  )
  const header = ['CPU ms', ...SIZES.map((size) => `${size / 1024} Ki`), 'a doubling']
  const table = rows.map(({ name, times, growth: factor }) => [
    name,
    ...times.map((time) => time.toFixed(1)),
    factor === null ? '–' : `${factor.toFixed(2)}×`,
  ])
  process.stdout.write(`${markdownTable([header, ...table])}\n`)
  const tooFast = rows.filter((row) => (row.growth ?? 0) > MOST_GROWTH)
  for (const { name } of tooFast) process.stdout.write(`grows faster than linear: ${name}\n`)
  return Promise.resolve(tooFast.length === 0 ? 0 : 1)
}

function best(hostile: HostileText, size: number): number {
  const text = hostile.make(size)
  const times = Array.from({ length: REPETITIONS }, () => {
    const before = process.cpuUsage()
    readHostile(hostile, text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

/** Mean factor for a doubling, from the first size that takes long enough to the last; `null`: too few sizes do. */
function growthOf(times: readonly number[]): number | null {
  const last = times.at(-1) as number
  const from = times.findIndex((time) => time >= LEAST_MS)
  if (from === -1 || from > times.length - 3) return null
  return (last / (times[from] as number)) ** (1 / (DOUBLINGS * (times.length - 1 - from)))
}
