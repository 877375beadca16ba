import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FuzzFormat } from '../bench/src/fuzz/format.ts'
import { FORMATS } from '../bench/src/fuzz/formats.ts'
import { formatSeed, parseSeed, type Seed } from '../bench/src/fuzz/seeds.ts'
import { examineSeed, minimise, seedOf, type Failure } from '../bench/src/fuzz/session.ts'
import { root } from './run-script.ts'

const INPUTS = 2_000
const RUN = 20_260_102
const SEEDS = join(root, 'test-fixtures/fuzz-seeds')

const FOLDERS: readonly string[] = readdirSync(SEEDS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

interface StoredSeed {
  readonly file: string
  readonly seed: Seed
}

function storedSeeds(name: string): StoredSeed[] {
  if (!FOLDERS.includes(name)) return []
  const folder = join(SEEDS, name)
  return readdirSync(folder).map((file) => {
    return { file, seed: parseSeed(readFileSync(join(folder, file), 'utf8')) }
  })
}

/** What fails, ready to be stored. */
function shown(format: FuzzFormat, result: boolean | Failure): string | undefined {
  if (typeof result === 'boolean') return undefined
  const smallest = minimise(format, result)
  return formatSeed(smallest, smallest.why)
}

describe.each(FORMATS)('$name', (format) => {
  test(`holds for ${INPUTS.toLocaleString('en')} inputs, of which some are taken and some are not`, () => {
    const results = Array.from({ length: INPUTS }, (_, index) =>
      examineSeed(format, seedOf(format, RUN, index)),
    )
    const failure = results.find((result) => typeof result === 'object')
    expect(failure === undefined ? undefined : shown(format, failure)).toBeUndefined()
    expect(new Set(results)).toEqual(new Set([true, false]))
  })

  const seeds = storedSeeds(format.name)
  if (seeds.length === 0) return
  test.each(seeds)('holds for the stored input $file', ({ seed }) => {
    expect(shown(format, examineSeed(format, seed))).toBeUndefined()
  })
})

test('every folder of stored inputs belongs to a format', () => {
  const names = FORMATS.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining([...FOLDERS]))
})

/** A format whose parser has a fault: it fails for `a` and later `b`. */
const FAULTY: FuzzFormat = {
  name: 'faulty',
  takesBytes: true,
  words: ['a', 'b'],
  compose: (random) => 'xxabxxx'.slice(random(4)),
  examine: (input) => {
    if (/a.*b/s.test(Buffer.from(input).toString('latin1'))) throw new RangeError('a and b')
    return true
  },
}

test('a fault is found and its input made as small as can be', () => {
  const results = Array.from({ length: 100 }, (_, index) =>
    examineSeed(FAULTY, seedOf(FAULTY, RUN, index)),
  )
  const failures = results.filter((result) => typeof result === 'object')
  expect(failures.length).toBeGreaterThan(0)
  for (const failure of failures) {
    const smallest = minimise(FAULTY, failure)
    expect(Buffer.from(smallest.input).toString()).toBe('ab')
    expect(smallest.why).toBe('RangeError: a and b')
  }
})

test('a seed is read as it was written, whatever its input', () => {
  for (const input of ['', 'a\r\n\0\ud800"\u2028', Buffer.from([0, 255, 10])]) {
    const text = formatSeed({ numbers: -7, input }, 'Violation: x\ny')
    expect(parseSeed(text)).toEqual({ numbers: -7, input })
  }
})

test('the same run makes the same inputs', () => {
  for (const format of FORMATS) {
    expect(seedOf(format, 3, 5)).toEqual(seedOf(format, 3, 5))
    expect(seedOf(format, 3, 5)).not.toEqual(seedOf(format, 3, 6))
  }
})
