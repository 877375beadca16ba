import {
  answerExpectations,
  claimed,
  type Expectation,
  type ExpectationForm,
  type ExpectationResult,
  type NoPolicy,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Impact, Policy, Request, Scope } from './model.ts'
import { malformedField } from './request.ts'

const SCOPES: readonly string[] = ['point-to-point', 'group'] satisfies Scope[]
const IMPACTS: readonly string[] = ['INFO', 'ACTION', 'ACTION_INFO', 'VOID'] satisfies Impact[]

const FORM: ExpectationForm<Request> = {
  required: ['user', 'node', 'microagent', 'method'],
  optional: ['scope', 'impact'],
  requestOf: (fields) => {
    const [name = '', dns = 'none', domain = 'default'] = nodeParts(fields)
    return {
      user: claimed(fields.get('user') ?? ''),
      node: { name, dns, domain },
      scope: (fields.get('scope') ?? 'point-to-point') as Scope,
      microagent: fields.get('microagent') ?? '',
      method: fields.get('method') ?? '',
      impact: (fields.get('impact') ?? 'ACTION') as Impact,
    }
  },
  malformed: (request, fields) => {
    const named = [
      ...(SCOPES.includes(request.scope) ? [] : ['scope']),
      ...(IMPACTS.includes(request.impact) ? [] : ['impact']),
      ...(nodeParts(fields).length > 3 ? ['node'] : []),
    ]
    if (named.length > 0) return named
    const malformed = malformedField(request)
    return malformed === undefined ? [] : [malformed]
  },
}

/**
 * Asks a policy what is expected of it.
 *
 * Fields of an expectation: `user`; `node`, as `name`, `name:dns` or `name:dns:domain`, by default in
 * dns `none` and domain `default`; `microagent`, in full; `method`; `scope`, by default
 * `point-to-point`; `impact`, by default `ACTION`, which is what an unknown impact counts as.
 *
 * @param expectations - From `parseExpectations` of the core.
 * @returns One result for each expectation, in their order.
 * @throws ParseError as `answerExpectations` of the core.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  return answerExpectations(expectations, FORM, (request) => check(policy, request))
}

function nodeParts(fields: ReadonlyMap<string, string>): string[] {
  return fields.get('node')?.split(':') ?? []
}
