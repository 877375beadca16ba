import { parseAddress } from '@gatehouse/address-set'
import {
  claimed,
  DiagnosticList,
  type Expectation,
  type ExpectationResult,
  type NoPolicy,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Request, State } from './model.ts'
import { isName, isToolName } from './names.ts'

/** Why the fields of an expectation make no request. Part of the interface. */
export const EXPECTATION_FIELD_CODES = {
  /** Use user, groups, address, tool and targets. */
  'expectation-field-unknown': 'not a field of a request',
  /** Give user and tool. */
  'expectation-field-missing': 'field is missing',
  /** Mend the value: a request with it would be refused whatever the files say. */
  'expectation-value-malformed': 'value is not one that the field can have',
} as const

/** A code of {@link EXPECTATION_FIELD_CODES}. */
export type ExpectationFieldCode = keyof typeof EXPECTATION_FIELD_CODES

const FIELDS: Readonly<Record<string, { required: boolean; isGood: (text: string) => boolean }>> = {
  user: { required: true, isGood: isName },
  groups: { required: false, isGood: (text) => namesIn(text).every(isName) },
  address: { required: false, isGood: (text) => parseAddress(text) !== undefined },
  tool: { required: true, isGood: isToolName },
  targets: { required: false, isGood: (text) => namesIn(text).every(isName) },
}

/**
 * Answers expectations by a state.
 *
 * The fields are `user` and `tool`; `targets` and `groups`, names with `,` between them, default
 * none; `address`, where the user signed in from, default none.
 *
 * @returns A result for each expectation, in their order.
 * @throws ParseError with every field that is unknown, missing or has a value that no request can
 * have, each with a code of {@link EXPECTATION_FIELD_CODES} and the line, at column 1.
 */
export function test(
  state: State | NoPolicy,
  expectations: readonly Expectation[],
): ExpectationResult<Code>[] {
  reportFaults(expectations)
  return expectations.map(({ source, expected, fields }) => {
    const decision = check(state, requestOf(fields))
    return { source, expected, decision, holds: decision.outcome === expected }
  })
}

function requestOf(fields: ReadonlyMap<string, string>): Request {
  const address = fields.get('address')
  return {
    user: claimed(fields.get('user') ?? ''),
    groups: namesIn(fields.get('groups') ?? ''),
    tool: fields.get('tool') ?? '',
    targets: namesIn(fields.get('targets') ?? ''),
    ...(address === undefined ? {} : { signInAddress: address }),
  }
}

function namesIn(text: string): string[] {
  return text === '' ? [] : text.split(',')
}

function reportFaults(expectations: readonly Expectation[]): void {
  const files = new Set(expectations.map(({ source }) => source.file))
  for (const file of files) {
    const diagnostics = new DiagnosticList<ExpectationFieldCode>(file)
    for (const { source, fields } of expectations) {
      if (source.file !== file) continue
      for (const [code, detail] of faultsOf(fields)) {
        const message = `${EXPECTATION_FIELD_CODES[code]}: \`${detail}\``
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
    if (field === undefined) faults.push(['expectation-field-unknown', name])
    else if (!field.isGood(value)) faults.push(['expectation-value-malformed', `${name}=${value}`])
  }
  for (const [name, { required }] of Object.entries(FIELDS)) {
    if (required && !fields.has(name)) faults.push(['expectation-field-missing', name])
  }
  return faults
}
