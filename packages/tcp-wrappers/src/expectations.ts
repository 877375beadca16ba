import {
  claimed,
  DiagnosticList,
  type Expectation,
  type ExpectationResult,
  type NoPolicy,
  type Outcome,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Profile, Request } from './model.ts'
import { readSubject } from './request.ts'

/** Why the fields of an expectation make no request. Part of the interface. */
export const EXPECTATION_FIELD_CODES = {
  /** Use daemon, address, name, user, server and port. */
  'expectation-field-unknown': 'not a field of a request',
  /** Give daemon and address. */
  'expectation-field-missing': 'field is missing',
  /** Mend the value: a request with it would be refused whatever the files say. */
  'expectation-value-malformed': 'value is not one that the field can have',
} as const

/** A code of {@link EXPECTATION_FIELD_CODES}. */
export type ExpectationFieldCode = keyof typeof EXPECTATION_FIELD_CODES

/** The fields of an expectation, and the path in a request that each fills. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ['daemon', 'daemon'],
  ['address', 'client.address'],
  ['name', 'client.name'],
  ['user', 'client.user'],
  ['server', 'server.address'],
  ['port', 'server.port'],
])

const REQUIRED = ['daemon', 'address']

/**
 * Answers expectations by a policy.
 *
 * The fields are `daemon` and `address`; `name`, the verified host name or `paranoid`, default none;
 * `user`, default unknown; `server` and `port`, the address and port that the caller connected to,
 * default unknown. There is no field for netgroups.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError with every field that is unknown, missing or has a value that no request can
 * have, each with a code of {@link EXPECTATION_FIELD_CODES} and the line, at column 1.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  const profile = 'profile' in policy ? policy.profile : 'strict'
  reportFaults(expectations, profile)
  return expectations.map(({ source, expected, fields }) => {
    const decision = check(policy, requestOf(fields))
    const outcome: Outcome = decision.outcome
    return { source, expected, decision, holds: outcome === expected }
  })
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

function reportFaults(expectations: readonly Expectation[], profile: Profile): void {
  for (const file of new Set(expectations.map(({ source }) => source.file))) {
    const diagnostics = new DiagnosticList<ExpectationFieldCode>(file)
    for (const { source, fields } of expectations) {
      if (source.file !== file) continue
      for (const [code, detail] of faultsOf(fields, profile)) {
        const message = `${EXPECTATION_FIELD_CODES[code]}: \`${detail}\``
        diagnostics.add(code, message, { line: source.line, column: 1 }, '')
      }
    }
    diagnostics.throwIfAny()
  }
}

function faultsOf(
  fields: ReadonlyMap<string, string>,
  profile: Profile,
): [ExpectationFieldCode, string][] {
  const names = [...fields.keys()]
  const faults: [ExpectationFieldCode, string][] = [
    ...names
      .filter((name) => !PATHS.has(name))
      .map((name): [ExpectationFieldCode, string] => ['expectation-field-unknown', name]),
    ...REQUIRED.filter((name) => !fields.has(name)).map((name): [ExpectationFieldCode, string] => [
      'expectation-field-missing',
      name,
    ]),
  ]
  if (faults.length > 0) return faults
  const subject = readSubject(requestOf(fields), profile)
  if (!('malformed' in subject)) return []
  const bad = names.find((name) => PATHS.get(name) === subject.malformed) ?? subject.malformed
  return [['expectation-value-malformed', `${bad}=${fields.get(bad) ?? ''}`]]
}
