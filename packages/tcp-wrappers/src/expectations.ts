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
import type { Policy, Profile, Request } from './model.ts'
import { readSubject } from './request.ts'

/** The fields of an expectation, by the path in a request that each fills. */
const FIELDS: Readonly<Record<string, string>> = {
  daemon: 'daemon',
  'client.address': 'address',
  'client.name': 'name',
  'client.user': 'user',
  'server.address': 'server',
  'server.port': 'port',
}

function formOf(profile: Profile): ExpectationForm<Request> {
  return {
    required: ['daemon', 'address'],
    optional: ['name', 'user', 'server', 'port'],
    requestOf,
    malformed: (request) => {
      const subject = readSubject(request, profile)
      return 'malformed' in subject ? [FIELDS[subject.malformed] ?? subject.malformed] : []
    },
  }
}

/**
 * Answers expectations by a policy.
 *
 * The fields are `daemon` and `address`; `name`, the verified host name or `paranoid`, default none;
 * `user`, default unknown; `server` and `port`, the address and port that the caller connected to,
 * default unknown. There is no field for netgroups.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError as `answerExpectations` of the core.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  const profile = 'profile' in policy ? policy.profile : 'strict'
  return answerExpectations(expectations, formOf(profile), (request) => check(policy, request))
}

function requestOf(fields: ReadonlyMap<string, string>): Request {
  const user = fields.get('user')
  const address = fields.get('server')
  const port = fields.get('port')
  return {
    daemon: fields.get('daemon') ?? '',
    client: {
      address: fields.get('address') ?? '',
      name: fields.get('name') ?? null,
      user: user === undefined ? null : claimed(user),
    },
    server: {
      ...(address === undefined ? {} : { address }),
      ...(port === undefined ? {} : { port: /^\d{1,5}$/.test(port) ? Number(port) : -1 }),
    },
  }
}
