import type { SourceRef } from './source-ref.ts'

/** What a decision comes to. */
export type Outcome = 'allow' | 'deny'

/**
 * One ground of a decision: a stable code and the place that it comes from.
 *
 * The sentence for people is not stored: the package that owns the code has a `describe`.
 */
export interface Reason<Code extends string = string> {
  /** A code from the closed table of the package that decided; part of its interface. */
  readonly code: Code
  /** What made the reason: a line, a certificate, a key, a view, a field of the request. */
  readonly source?: SourceRef
  /** Short values that complete the sentence of the code, such as the level granted and the one needed. */
  readonly facts?: Readonly<Record<string, string>>
  /** Name of the guard that gave the reason; set by {@link compose}. */
  readonly guard?: string
}

/** Reasons of a decision, never none, the most specific first. */
export type Reasons<Code extends string = string> = readonly [Reason<Code>, ...Reason<Code>[]]

/** The decision to carry a request out. */
export interface Allow<Code extends string = string> {
  /** Discriminates {@link Decision}. */
  readonly outcome: 'allow'
  /** Why, the most specific reason first. */
  readonly reasons: Reasons<Code>
}

/** The decision to refuse a request. */
export interface Deny<Code extends string = string> {
  /** Discriminates {@link Decision}. */
  readonly outcome: 'deny'
  /** Why, the most specific reason first. */
  readonly reasons: Reasons<Code>
}

/**
 * An answer as data. Compare `outcome`; the object itself is always truthy.
 */
export type Decision<Code extends string = string> = Allow<Code> | Deny<Code>

/** A frozen {@link Allow} with the given reasons. */
export function allow<Code extends string>(...reasons: Reasons<Code>): Allow<Code> {
  return Object.freeze({ outcome: 'allow', reasons: frozen(reasons) })
}

/** A frozen {@link Deny} with the given reasons. */
export function deny<Code extends string>(...reasons: Reasons<Code>): Deny<Code> {
  return Object.freeze({ outcome: 'deny', reasons: frozen(reasons) })
}

function frozen<Code extends string>(reasons: Reasons<Code>): Reasons<Code> {
  if (reasons.length === 0) throw new TypeError('a decision needs at least one reason')
  for (const reason of reasons) Object.freeze(reason)
  return Object.freeze(reasons)
}
