import { allow, deny, type Decision } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { readRanges, reportOverlaps, SignInRanges } from './sign-in-ranges.ts'
import { TextPlaces } from './text-places.ts'

/** Sign-in ranges of one system, as its settings write them: `;` between ranges. */
export interface SignInFields {
  /** Where sign-in is permitted from; when it is empty, from wherever it is not restricted. */
  readonly permitted: string
  /** Where it is restricted from. */
  readonly restricted: string
}

/** Where people may sign in to one system from, whoever they are. */
export class SignInAddresses {
  readonly #ranges: SignInRanges | undefined

  /** Use {@link parseSignInAddresses}. */
  constructor(permitted: readonly string[], restricted: readonly string[]) {
    const isOpen = permitted.length + restricted.length === 0
    this.#ranges = isOpen ? undefined : new SignInRanges(permitted, restricted)
  }

  /** Whether an address makes any difference. */
  get isOpen(): boolean {
    return this.#ranges === undefined
  }

  /**
   * Decides about an address: where ranges are permitted only those may sign in, else all but the
   * restricted ones. Without any range every address may; with some, none that is not IPv4.
   *
   * @param address - Of the peer. What is no address is refused as one that is not IPv4.
   * @returns `allow` with `sign-in-permitted`, or `deny` with `sign-in-address-not-included`,
   *   `sign-in-address-excluded` or `sign-in-address-not-ipv4`.
   */
  check(address: string): Decision<Code> {
    const code = this.#ranges?.refuse(address)
    return code === undefined ? allow({ code: 'sign-in-permitted' }) : deny({ code })
  }
}

/**
 * Reads the sign-in ranges of one system. They have the form of those of accounts: an IPv4 address, or
 * two with `-`; `0.0.0.0` stands for nobody. No two may overlap, so that none is permitted and restricted.
 *
 * @param options.file - Label in errors; of each, line 1 is `permitted` and line 2 `restricted`.
 * @throws ParseError with `range-malformed` and `ranges-overlap`.
 */
export function parseSignInAddresses(
  { permitted, restricted }: SignInFields,
  options: { readonly file: string },
): SignInAddresses {
  const places = new TextPlaces(`${permitted}\n${restricted}`, options)
  const included = readRanges(permitted, 0, places)
  const excluded = readRanges(restricted, permitted.length + 1, places)
  reportOverlaps([...included, ...excluded], places)
  places.diagnostics.throwIfAny()
  return new SignInAddresses(
    included.map(({ text }) => text),
    excluded.map(({ text }) => text),
  )
}
