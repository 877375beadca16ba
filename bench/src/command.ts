import { parseArgs } from 'node:util'

/** Sizes of a whole run. */
const SIZES: readonly number[] = [100, 1_000, 10_000, 100_000]

/** What a run was asked for. */
export interface Options {
  /** Numbers of rules. */
  readonly sizes: readonly number[]
  /** Folder for tables, charts and figures; `null`: they are printed only. */
  readonly out: string | null
}

/** One of the benches that a run which names nothing consists of. */
export type Bench = (options: Options) => Promise<void>

/** Something with a command line of its own; answers with an exit code. */
export type Program = (args: readonly string[]) => Promise<number>

/** What the command line says. */
export interface Asked {
  readonly names: readonly string[]
  readonly options: Options
}

/**
 * Reads names of benches, `--sizes 100,1000` and `--out FOLDER`. A run of other sizes than
 * {@link SIZES} writes nothing unless it is told where.
 *
 * @param results - Where whole runs write.
 * @throws TypeError for anything else.
 */
export function readArguments(words: readonly string[], results: string): Asked {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { sizes: { type: 'string' }, out: { type: 'string' } },
  })
  const sizes = values.sizes?.split(',').map(Number) ?? SIZES
  if (!sizes.every((size) => SIZES.includes(size))) {
    throw new TypeError(`--sizes takes some of ${SIZES.join(',')}`)
  }
  const out = values.out ?? (values.sizes === undefined ? results : null)
  return { names: positionals, options: { sizes, out } }
}
