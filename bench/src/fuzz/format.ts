import type { Random } from '../random.ts'

/** What a parser is given. */
export type Input = string | Uint8Array

/** One text format under test: how its texts are made up, and what must hold for any input. */
export interface FuzzFormat {
  /** Name on the command line and of its folder of seeds. */
  readonly name: string
  /** Whether the parser reads bytes as well as text. */
  readonly takesBytes: boolean
  /** Pieces that mean something in the format; put anywhere by mutations. */
  readonly words: readonly string[]
  /** Makes a text that is more or less a file of the format. */
  readonly compose: (random: Random) => string
  /**
   * Examines one input, the same way for the same numbers.
   *
   * @returns Whether the parser took the input.
   * @throws Anything at all: what had to hold does not.
   */
  readonly examine: (input: Input, random: Random) => boolean
}

/** Something that had to hold does not. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** One of some values. */
export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random(values.length)] as Value
}

/** Up to `most` values made one after the other. */
export function several<Value>(random: Random, most: number, make: () => Value): Value[] {
  return Array.from({ length: random(most + 1) }, make)
}
