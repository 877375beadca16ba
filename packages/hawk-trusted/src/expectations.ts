import {
  claimed,
  DiagnosticList,
  type Expectation,
  type ExpectationResult,
  type NoPolicy,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Impact, Policy, Request, Scope } from './model.ts'
import { malformedField } from './request.ts'

/** Why expectations cannot be asked of a file of this kind. */
export const EXPECTATION_FIELD_CODES = {
  /** The fields are `user`, `node`, `scope`, `microagent`, `method` and `impact`. */
  'expectation-field-unknown': 'not a field of a request',
  /** Add the field; only `scope` and `impact` can be left out. */
  'expectation-field-missing': 'field missing',
  /** Write one of the values that the field has, or a name that a request can have. */
  'expectation-value-malformed': 'not a value of the field',
} as const

/** A code of {@link EXPECTATION_FIELD_CODES}. */
export type ExpectationFieldCode = keyof typeof EXPECTATION_FIELD_CODES

const REQUIRED = ['user', 'node', 'microagent', 'method'] as const
const SCOPES: readonly Scope[] = ['point-to-point', 'group']
const IMPACTS: readonly Impact[] = ['INFO', 'ACTION', 'ACTION_INFO', 'VOID']
const FIELDS: readonly string[] = [...REQUIRED, 'scope', 'impact']

/**
 * Asks a policy what is expected of it.
 *
 * Fields of an expectation: `user`; `node`, as `name`, `name:dns` or `name:dns:domain`, by default in
 * dns `none` and domain `default`; `microagent`, in full; `method`; `scope`, by default
 * `point-to-point`; `impact`, by default `ACTION`, which is what an unknown impact counts as.
 *
 * @param expectations - From `parseExpectations` of the core, in one file.
 * @returns One result for each expectation, in their order.
 * @throws ParseError (`ERR_PARSE`) when a field is unknown, missing or malformed, with every such
 *   field and its line: a request that no caller can make would be refused, and prove nothing.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  const [first] = expectations
  if (first === undefined) return []
  const diagnostics = new DiagnosticList<ExpectationFieldCode>(first.source.file)
  const requests = expectations.map((expectation) => readRequest(expectation, diagnostics))
  diagnostics.throwIfAny()
  return expectations.map(({ source, expected }, index) => {
    const decision = check(policy, requests[index] as Request)
    return { source, expected, decision, holds: decision.outcome === expected }
  })
}

function readRequest(
  { source, expected, fields }: Expectation,
  diagnostics: DiagnosticList<ExpectationFieldCode>,
): Request {
  const text = [`expect ${expected}`, ...[...fields].map(([name, value]) => `${name}=${value}`)]
  const report = (code: ExpectationFieldCode, name: string): void => {
    const message = `${EXPECTATION_FIELD_CODES[code]}: \`${name}\``
    diagnostics.add(code, message, { line: source.line, column: 1 }, text.join(' '))
  }
  for (const name of fields.keys()) {
    if (!FIELDS.includes(name)) report('expectation-field-unknown', name)
  }
  const missing = REQUIRED.filter((name) => !fields.has(name))
  for (const name of missing) report('expectation-field-missing', name)
  const scope = SCOPES.find((each) => each === (fields.get('scope') ?? 'point-to-point'))
  if (scope === undefined) report('expectation-value-malformed', 'scope')
  const impact = IMPACTS.find((each) => each === (fields.get('impact') ?? 'ACTION'))
  if (impact === undefined) report('expectation-value-malformed', 'impact')
  const [name = '', dns = 'none', domain = 'default', ...more] =
    fields.get('node')?.split(':') ?? []
  if (more.length > 0) report('expectation-value-malformed', 'node')
  const request: Request = {
    user: claimed(fields.get('user') ?? ''),
    node: { name, dns, domain },
    scope: scope ?? 'point-to-point',
    microagent: fields.get('microagent') ?? '',
    method: fields.get('method') ?? '',
    impact: impact ?? 'ACTION',
  }
  const malformed = missing.length === 0 ? malformedField(request) : undefined
  if (malformed !== undefined) report('expectation-value-malformed', malformed)
  return request
}
