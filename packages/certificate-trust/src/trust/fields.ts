import type { JsonText, JsonValue } from './json.ts'
import { MAX_NOTE, TRUSTED_ROLES, type TrustedRole } from './trust-list.ts'
import type { TRUST_TEXT_CODES } from './text-codes.ts'

/** A text about trust. */
export type TrustText = JsonText<keyof typeof TRUST_TEXT_CODES>

/** The fields of one object. */
export type Fields = ReadonlyMap<string, JsonValue>

/** Notes an error at a value. */
export function report(
  text: TrustText,
  { start, end }: JsonValue,
  code: keyof typeof TRUST_TEXT_CODES,
): void {
  text.report(code, start, end)
}

/** Fields of a value that must be an object with some fields, and may have others; all else is an error. */
export function fieldsOf(
  text: TrustText,
  value: JsonValue | undefined,
  required: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (value === undefined) return new Map()
  if (!(value.value instanceof Map)) {
    report(text, value, 'field-malformed')
    return new Map()
  }
  const fields = value.value as Fields
  for (const [name, field] of fields) {
    if (!required.includes(name) && !optional.includes(name)) report(text, field, 'field-unknown')
  }
  if (required.some((name) => !fields.has(name))) {
    text.report('field-missing', value.start)
  }
  return fields
}

/** Elements of a value that must be an array; none when it is not there. */
export function elementsOf(text: TrustText, value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return []
  if (Array.isArray(value.value)) return value.value as readonly JsonValue[]
  report(text, value, 'field-malformed')
  return []
}

/** A string that some test lets pass. */
export function stringOf(
  text: TrustText,
  value: JsonValue | undefined,
  isRight: (written: string) => boolean,
): string | undefined {
  if (value === undefined) return undefined
  if (typeof value.value === 'string' && isRight(value.value)) return value.value
  report(text, value, 'field-malformed')
  return undefined
}

/** `true` or `false`. */
export function booleanOf(text: TrustText, value: JsonValue | undefined): boolean | undefined {
  if (value === undefined) return undefined
  if (typeof value.value === 'boolean') return value.value
  report(text, value, 'field-malformed')
  return undefined
}

/** What an entry says of a certificate, wherever that stands. */
export interface Statement {
  readonly role: TrustedRole
  readonly sha256: string
  readonly until?: Date
  readonly note?: string
}

/** Reads what an entry says; `undefined` when something needed is missing or wrong. */
export function statementOf(text: TrustText, fields: Fields): Statement | undefined {
  const role = stringOf(text, fields.get('role'), isRole)
  const sha256 = stringOf(text, fields.get('sha256'), (one) => /^[0-9a-f]{64}$/.test(one))
  const until = stringOf(text, fields.get('until'), isInstant)
  const note = stringOf(text, fields.get('note'), (one) => one.length <= MAX_NOTE)
  if (role === undefined || sha256 === undefined) return undefined
  return {
    role: role as TrustedRole,
    sha256,
    ...(until === undefined ? {} : { until: new Date(until) }),
    ...(note === undefined ? {} : { note }),
  }
}

function isRole(text: string): boolean {
  return (TRUSTED_ROLES as readonly string[]).includes(text)
}

/** An instant in UTC, in whole seconds, from 1970 on; a day that exists. */
function isInstant(text: string): boolean {
  if (!/^(?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) return false
  return instant.toISOString() === text.replace('Z', '.000Z')
}
