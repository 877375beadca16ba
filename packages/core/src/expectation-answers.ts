import { DiagnosticList } from './diagnostics.ts'
import type { Decision } from './decision.ts'
import type { Expectation } from './expectations.ts'
import type { ExpectationResult } from './review.ts'

/** Why the fields of an expectation make no request. */
export const EXPECTATION_FIELD_CODES = {
  /** Use the fields that the model names. */
  'expectation-field-unknown': 'not a field of a request',
  /** Add the field. */
  'expectation-field-missing': 'field is missing',
  /** Mend the value: a request with it would be refused whatever the policy says. */
  'expectation-value-malformed': 'value is not one that the field can have',
} as const

/** A code of {@link EXPECTATION_FIELD_CODES}. */
export type ExpectationFieldCode = keyof typeof EXPECTATION_FIELD_CODES

/** How a model makes requests of the fields of expectations. */
export interface ExpectationForm<Request> {
  /** Fields that must be there. */
  readonly required: readonly string[]
  /** Fields that may be left out. */
  readonly optional: readonly string[]
  /** The request that the fields ask. All that are required are there, and no others than known ones. */
  readonly requestOf: (fields: ReadonlyMap<string, string>) => Request
  /** Names of fields with values that no request of a caller can have. */
  readonly malformed: (request: Request, fields: ReadonlyMap<string, string>) => readonly string[]
}

/**
 * Asks a policy what is expected of it.
 *
 * @param check - The model's decision.
 * @returns A result for each expectation, in their order.
 * @throws ParseError with every field that is unknown, missing or malformed, at column 1 of its line:
 * a request that no caller can make would be refused, and prove nothing.
 */
export function answerExpectations<Request, Code extends string>(
  expectations: readonly Expectation[],
  form: ExpectationForm<Request>,
  check: (request: Request) => Decision<Code>,
): ExpectationResult<Code>[] {
  for (const file of new Set(expectations.map(({ source }) => source.file))) {
    const diagnostics = new DiagnosticList<ExpectationFieldCode>(file)
    for (const expectation of expectations) {
      if (expectation.source.file === file) report(expectation, form, diagnostics)
    }
    diagnostics.throwIfAny()
  }
  return expectations.map(({ source, expected, fields }) => {
    const decision = check(form.requestOf(fields))
    return { source, expected, decision, holds: decision.outcome === expected }
  })
}

function report<Request>(
  { source, expected, fields }: Expectation,
  form: ExpectationForm<Request>,
  diagnostics: DiagnosticList<ExpectationFieldCode>,
): void {
  const text = [`expect ${expected}`, ...[...fields].map(([name, value]) => `${name}=${value}`)]
  for (const [code, name] of faultsOf(fields, form)) {
    const message = `${EXPECTATION_FIELD_CODES[code]}: \`${name}\``
    diagnostics.add(code, message, { line: source.line, column: 1 }, text.join(' '))
  }
}

function faultsOf<Request>(
  fields: ReadonlyMap<string, string>,
  { required, optional, requestOf, malformed }: ExpectationForm<Request>,
): (readonly [ExpectationFieldCode, string])[] {
  const unknown = [...fields.keys()].filter(
    (name) => !required.includes(name) && !optional.includes(name),
  )
  const missing = required.filter((name) => !fields.has(name))
  if (unknown.length === 0 && missing.length === 0) {
    return malformed(requestOf(fields), fields).map((name) => ['expectation-value-malformed', name])
  }
  return [
    ...unknown.map((name) => ['expectation-field-unknown', name] as const),
    ...missing.map((name) => ['expectation-field-missing', name] as const),
  ]
}
