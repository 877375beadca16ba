import type { Reason } from './decision.ts'
import { escapeControls } from './escape.ts'
import { formatSource } from './source-ref.ts'

/**
 * Makes the `describe` of a package from its table of codes.
 *
 * @returns A function from a reason to one line: the sentence of its code, its facts and its source.
 */
export function describeWith<Code extends string>(
  table: Readonly<Record<Code, string>>,
): (reason: Reason<Code>) => string {
  return ({ code, facts = {}, source }) => {
    const values = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
    const sentence = values.length === 0 ? table[code] : `${table[code]}: ${values.join(', ')}`
    const place = source === undefined ? '' : ` (${formatSource(source)})`
    return `${escapeControls(sentence)}${place}`
  }
}
