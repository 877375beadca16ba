/** The five promises that a guard can make about a request, in the order in which statements list them. */
export const GUARANTEES = [
  'authentication',
  'integrity',
  'authorization',
  'privacy',
  'freshness',
] as const

/**
 * A promise about a request:
 * - `authentication`: the caller is who it says it is,
 * - `integrity`: the request was not changed on the way,
 * - `authorization`: only permitted operations are carried out,
 * - `privacy`: nobody else can read the request,
 * - `freshness`: an old request cannot be played again.
 */
export type Guarantee = (typeof GUARANTEES)[number]

/**
 * A guarantee that a guard gives: alone it holds for the whole request, with `of` for that part of it
 * and no other. A console's certificate authenticates the console, not the user that it speaks for.
 */
export type Provision = Guarantee | Reliance

/** A guarantee that a guard needs from somebody else for its own answer to mean anything. */
export interface Reliance {
  /** What has to be guaranteed. */
  readonly guarantee: Guarantee
  /** The part of the request that it has to hold for, a noun phrase such as `user name`. */
  readonly of: string
}
