import { parseAddress } from '@gatehouse/address-set'
import {
  claimed,
  DiagnosticList,
  type Expectation,
  type ExpectationResult,
  type NoPolicy,
} from '@gatehouse/core'
import { isAction } from './actions.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import { findUserNameFault, isHostName } from './names.ts'

/** Why the fields of an expectation make no request. Part of the interface. */
export const EXPECTATION_FIELD_CODES = {
  /** Use address, name, user, action, own and others. */
  'expectation-field-unknown': 'not a field of a request',
  /** Give address, user and action. */
  'expectation-field-missing': 'field is missing',
  /** Mend the value: a request with it would be refused whatever the file says. */
  'expectation-value-malformed': 'value is not one that the field can have',
} as const

/** A code of {@link EXPECTATION_FIELD_CODES}. */
export type ExpectationFieldCode = keyof typeof EXPECTATION_FIELD_CODES

const isYesOrNo = (text: string): boolean => text === 'yes' || text === 'no'

/** The fields of an expectation; those with a default may be left out. */
const FIELDS: Readonly<Record<string, { default?: string; isGood: (text: string) => boolean }>> = {
  address: { isGood: (text) => parseAddress(text) !== undefined },
  name: { default: '', isGood: isHostName },
  user: { isGood: (text) => findUserNameFault(text) === -1 },
  action: { isGood: isAction },
  own: { default: 'no', isGood: isYesOrNo },
  others: { default: 'no', isGood: isYesOrNo },
}

/**
 * Answers expectations by a policy.
 *
 * The fields are `address`, `user` and `action`; `name`, the verified host name, default none; `own`
 * and `others`, `yes` or `no`, default `no`: whether the caller started what it wants to stop, and
 * whether other users have requests running.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError with every field that is unknown, missing or has a value that no request can
 * have, each with a code of {@link EXPECTATION_FIELD_CODES} and the line, at column 1.
 */
export function test(
  policy: Policy | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  reportFaults(expectations)
  return expectations.map(({ source, expected, fields }) => {
    const decision = check(policy, requestOf(fields))
    return { source, expected, decision, holds: decision.outcome === expected }
  })
}

function requestOf(fields: ReadonlyMap<string, string>): Request {
  const textOf = (field: string): string => fields.get(field) ?? FIELDS[field]?.default ?? ''
  return {
    peer: { address: textOf('address'), verifiedName: fields.get('name') ?? null },
    claimedUser: claimed(textOf('user')),
    action: textOf('action'),
    startedByCaller: textOf('own') === 'yes',
    othersHaveRequests: textOf('others') === 'yes',
  }
}

function reportFaults(expectations: readonly Expectation[]): void {
  const files = new Set(expectations.map(({ source }) => source.file))
  for (const file of files) {
    const diagnostics = new DiagnosticList<ExpectationFieldCode>(file)
    for (const { source, fields } of expectations) {
      if (source.file !== file) continue
      for (const [code, detail] of faultsOf(fields)) {
        const message = `${EXPECTATION_FIELD_CODES[code]}: ${detail}`
        diagnostics.add(code, message, { line: source.line, column: 1 }, '')
      }
    }
    diagnostics.throwIfAny()
  }
}

function faultsOf(fields: ReadonlyMap<string, string>): [ExpectationFieldCode, string][] {
  const faults: [ExpectationFieldCode, string][] = []
  for (const [name, value] of fields) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
    if (field === undefined) faults.push(['expectation-field-unknown', `\`${name}\``])
    else if (!field.isGood(value)) {
      faults.push(['expectation-value-malformed', `\`${name}=${value}\``])
    }
  }
  for (const [name, field] of Object.entries(FIELDS)) {
    if (field.default === undefined && !fields.has(name)) {
      faults.push(['expectation-field-missing', `\`${name}\``])
    }
  }
  return faults
}
