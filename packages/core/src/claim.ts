import type { Decision } from './decision.ts'

declare const standing: unique symbol

/** A value that the caller states about itself and that nobody has checked. */
export type Claimed<Value extends string> = Value & { readonly [standing]: 'claimed' }

/** A value that a guard which authenticates has confirmed. */
export type Verified<Value extends string> = Value & { readonly [standing]: 'verified' }

/** Marks a value as stated by the caller. Costs nothing at run time. */
export function claimed<Value extends string>(value: Value): Claimed<Value> {
  return value as Claimed<Value>
}

/**
 * Turns a claim into a verified value on the strength of a decision.
 *
 * @param by - Decision of the guard that authenticated this very value.
 * @throws TypeError when that decision is not an allow: such a claim must not go further.
 */
export function verified<Value extends string>(
  value: Claimed<Value>,
  by: Decision,
): Verified<Value> {
  if (by.outcome !== 'allow') throw new TypeError('a denied claim cannot become verified')
  return value as string as Verified<Value>
}
