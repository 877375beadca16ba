import type { Reason } from './decision.ts'
import { formatSource } from './source-ref.ts'

/**
 * Makes the `describe` of a package from its table of codes.
 *
 * @returns A function from a reason to one line: the sentence of its code, and its source.
 */
export function describeWith<Code extends string>(
  table: Readonly<Record<Code, string>>,
): (reason: Reason<Code>) => string {
  return ({ code, source }) =>
    source === undefined ? table[code] : `${table[code]} (${formatSource(source)})`
}
