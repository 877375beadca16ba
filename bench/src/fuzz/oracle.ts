import { ParseError, type Decision } from '@gatehouse/core'
import { isDeepStrictEqual } from 'node:util'
import { Violation } from './format.ts'

/**
 * What a parser makes of an input.
 *
 * @param codes - Codes that its errors may have.
 * @returns `undefined` when it refuses the input with a ParseError that says where and why.
 * @throws Whatever else the parser throws.
 */
export function readOrRefused<Result>(
  parse: () => Result,
  codes: Readonly<Record<string, string>>,
): Result | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    for (const { code, source, width } of error.diagnostics) {
      ensure(Object.hasOwn(codes, code), `error code \`${code}\` is not in the table`)
      ensure(source.line >= 1 && source.column >= 1 && width >= 1, `\`${code}\` has no place`)
    }
    return undefined
  }
}

/** @throws Violation when it does not hold. */
export function ensure(holds: boolean, what: string): void {
  if (!holds) throw new Violation(what)
}

/** @throws Violation showing both when they differ. */
export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return
  throw new Violation(`${what}\n  is       ${shown(actual)}\n  and not  ${shown(expected)}`)
}

/** @throws Violation when a decision is not one, or has a code that no table has. */
export function ensureDecision(decision: Decision, codes: Readonly<Record<string, string>>): void {
  const { outcome, reasons } = decision as { outcome: unknown; reasons: Decision['reasons'] }
  ensure(outcome === 'allow' || outcome === 'deny', 'a decision is allow or deny')
  ensure(reasons.length > 0, 'a decision has a reason')
  for (const { code } of reasons) ensure(Object.hasOwn(codes, code), `reason \`${code}\` is known`)
}

/**
 * A value without the fields that formatting may change, such as line numbers.
 *
 * @returns JSON, so that it takes little time to compare.
 */
export function without(fields: ReadonlySet<string>, value: unknown): string {
  return JSON.stringify(value, (key, content: unknown) => (fields.has(key) ? undefined : content))
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return JSON.stringify(text.length > 2000 ? `${text.slice(0, 2000)}…` : text)
}

/** A text as a file can hold it: what is no character becomes U+FFFD. */
export function asFromFile(text: string): string {
  return Buffer.from(text).toString()
}
