import { isDeepStrictEqual } from 'node:util'
import { FormError } from './form.ts'
import type { Kind } from './kind.ts'
import { readVectors, type Vector } from './vector.ts'

/** One field of one case that did not come out as expected. */
export interface Difference {
  /** Name of the case. */
  readonly vector: string
  /** Name of the field, or `error` when the implementation threw. */
  readonly field: string
  readonly expected: unknown
  readonly actual: unknown
}

/** What came of a vector file. A case agrees when every field of its `expect` does. */
export interface Report {
  readonly agree: number
  readonly differ: number
  readonly differences: readonly Difference[]
}

/**
 * Runs every case of a document through an implementation.
 *
 * @throws FormError when the document is in no known form, or holds no case.
 */
export function runVectors<Implementation extends object>(
  kind: Kind<Implementation>,
  document: unknown,
  implementation: Implementation = kind.ours,
): Report {
  const vectors = (kind.read ?? readVectors)(document)
  for (const { name, question = 'request' } of vectors) {
    if (question === 'request' || kind.asks?.includes(question) === true) continue
    throw new FormError(`${name}: ${kind.name} cannot be asked \`${question}\``)
  }
  const results = vectors.map((vector) => differencesOf(kind, implementation, vector))
  const differ = results.filter((differences) => differences.length > 0).length
  return { agree: results.length - differ, differ, differences: results.flat() }
}

function differencesOf<Implementation extends object>(
  kind: Kind<Implementation>,
  implementation: Implementation,
  { name, given, request, question = 'request', expect }: Vector,
): Difference[] {
  try {
    const answer = plain(kind.answer(implementation, given, request, question)) as Record<
      string,
      unknown
    >
    return Object.entries(expect)
      .filter(([field, expected]) => !isDeepStrictEqual(answer[field], expected))
      .map(([field, expected]) => ({ vector: name, field, expected, actual: answer[field] }))
  } catch (error) {
    return [{ vector: name, field: 'error', expected: undefined, actual: String(error) }]
  }
}

/** What JSON keeps of a value, so that prototypes and absent fields do not count. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
