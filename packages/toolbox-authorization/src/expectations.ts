import { parseAddress } from '@gatehouse/address-set'
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
import type { Request, State } from './model.ts'
import { isName, isToolName } from './names.ts'

const areNames = (text: string): boolean => namesIn(text).every(isName)

const IS_GOOD: Readonly<Record<string, (text: string) => boolean>> = {
  user: isName,
  tool: isToolName,
  groups: areNames,
  targets: areNames,
  address: (text) => parseAddress(text) !== undefined,
}

const FORM: ExpectationForm<Request> = {
  required: ['user', 'tool'],
  optional: ['groups', 'address', 'targets'],
  requestOf: (fields) => {
    const address = fields.get('address')
    return {
      user: claimed(fields.get('user') ?? ''),
      groups: namesIn(fields.get('groups') ?? ''),
      tool: fields.get('tool') ?? '',
      targets: namesIn(fields.get('targets') ?? ''),
      ...(address === undefined ? {} : { signInAddress: address }),
    }
  },
  malformed: (_request, fields) =>
    [...fields].flatMap(([name, value]) => (IS_GOOD[name]?.(value) === true ? [] : [name])),
}

/**
 * Answers expectations by a state.
 *
 * The fields are `user` and `tool`; `targets` and `groups`, names with `,` between them, default
 * none; `address`, where the user signed in from, default none.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError as `answerExpectations` of the core.
 */
export function test(
  state: State | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  return answerExpectations(expectations, FORM, (request) => check(state, request))
}

function namesIn(text: string): string[] {
  return text === '' ? [] : text.split(',')
}
