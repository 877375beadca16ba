import { randomNumbers } from '../random.ts'
import type { FuzzFormat, Input } from './format.ts'
import { makeInput, numbersOf } from './inputs.ts'
import type { Seed } from './seeds.ts'

/** An input for which something that had to hold does not. */
export interface Failure extends Seed {
  /** What was wrong, as one text. */
  readonly why: string
}

/** The seed of the input at a place of a run. */
export function seedOf(format: FuzzFormat, run: number, index: number): Seed {
  const random = numbersOf(run, index)
  const numbers = random(0x7fffffff)
  return { numbers, input: makeInput(format, random) }
}

/** What came of an input: taken or refused, or what was wrong. */
export function examineSeed(format: FuzzFormat, { numbers, input }: Seed): boolean | Failure {
  try {
    return format.examine(input, randomNumbers(numbers))
  } catch (error) {
    return { numbers, input, why: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/**
 * Makes a failing input smaller for as long as it fails in the same way: pieces taken out, large
 * ones first.
 *
 * @param budget - Most examinations.
 */
export function minimise(format: FuzzFormat, failure: Failure, budget = 4_000): Failure {
  let smallest = failure
  let left = budget
  const kind = kindOf(failure)
  for (let width = failure.input.length; width >= 1; width = Math.floor(width / 2)) {
    for (let at = 0; at < smallest.input.length && left > 0; left -= 1) {
      const input = cutOut(smallest.input, at, at + width)
      const result = examineSeed(format, { numbers: failure.numbers, input })
      if (typeof result === 'object' && kindOf(result) === kind) smallest = result
      else at += width
    }
  }
  return smallest
}

/** The first words of what was wrong: the rest repeats the input. */
function kindOf({ why }: Failure): string {
  return why.split('\n', 1)[0]?.slice(0, 60) ?? ''
}

function cutOut(input: Input, from: number, to: number): Input {
  if (typeof input === 'string') return input.slice(0, from) + input.slice(to)
  return Buffer.concat([input.subarray(0, from), input.subarray(to)])
}
