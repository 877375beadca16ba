import { parseAddress } from '@gatehouse/address-set'
import {
  answerExpectations,
  claimed,
  type Expectation,
  type ExpectationForm,
  type ExpectationResult,
  type NoPolicy,
} from '@gatehouse/core'
import { isAction } from './actions.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import { findUserNameFault, isHostName } from './names.ts'

const isYesOrNo = (text: string): boolean => text === 'yes' || text === 'no'

const IS_GOOD: Readonly<Record<string, (text: string) => boolean>> = {
  address: (text) => parseAddress(text) !== undefined,
  user: (text) => findUserNameFault(text) === -1,
  action: isAction,
  name: isHostName,
  own: isYesOrNo,
  others: isYesOrNo,
}

const FORM: ExpectationForm<Request> = {
  required: ['address', 'user', 'action'],
  optional: ['name', 'own', 'others'],
  requestOf: (fields) => ({
    peer: { address: fields.get('address') ?? '', verifiedName: fields.get('name') ?? null },
    claimedUser: claimed(fields.get('user') ?? ''),
    action: fields.get('action') ?? '',
    startedByCaller: fields.get('own') === 'yes',
    othersHaveRequests: fields.get('others') === 'yes',
  }),
  malformed: (_request, fields) =>
    [...fields].flatMap(([name, value]) => (IS_GOOD[name]?.(value) === true ? [] : [name])),
}

/**
 * Answers expectations by a policy.
 *
 * The fields are `address`, `user` and `action`; `name`, the verified host name, default none; `own`
 * and `others`, `yes` or `no`, default `no`: whether the caller started what it wants to stop, and
 * whether other users have requests running.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError as `answerExpectations` of the core.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  return answerExpectations(expectations, FORM, (request) => check(policy, request))
}
