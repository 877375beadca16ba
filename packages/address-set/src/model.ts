declare const opaque: unique symbol

/** IP version of an address or pattern, after IPv4-mapped IPv6 became IPv4. */
export type Family = 4 | 6

/** One IP address, made by {@link parseAddress} only. Never IPv4-mapped, never with a zone. */
export interface Address {
  /** IP version. */
  readonly family: Family
  readonly [opaque]: 'address'
}

/**
 * How a pattern is written: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.5/255.0.0.255`, `10.*`,
 * `10.0.0.1-10.0.0.9`.
 */
export type PatternForm = 'address' | 'cidr' | 'mask' | 'wildcard' | 'range'

/** One rule about addresses of one family, made by {@link parsePattern} only. */
export interface AddressPattern {
  /** IP version of the addresses that it covers. */
  readonly family: Family
  /** The form that it was written in. */
  readonly form: PatternForm
  readonly [opaque]: 'pattern'
}

/** The 128 bits of an IPv6 address as four unsigned 32-bit words, the highest first. */
export type Words = readonly [number, number, number, number]

/** What an {@link Address} holds. */
export type AddressValue =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly words: Words }

/** What an {@link AddressPattern} holds. */
export interface PatternValue {
  readonly family: Family
  readonly form: PatternForm
  /** The lowest address covered. */
  readonly first: bigint
  /** The highest address covered. */
  readonly last: bigint
  /** Set when the mask has holes: covered is every address that equals `first` under it. */
  readonly mask: bigint | undefined
}

/** Hides the content of an address. */
export function sealAddress(value: AddressValue): Address {
  return value as unknown as Address
}

/** The content of an address. */
export function openAddress(address: Address): AddressValue {
  return address as unknown as AddressValue
}

/** Hides the content of a pattern, and freezes it. */
export function sealPattern(value: PatternValue): AddressPattern {
  return Object.freeze(value) as unknown as AddressPattern
}

/** The content of a pattern. */
export function openPattern(pattern: AddressPattern): PatternValue {
  return pattern as unknown as PatternValue
}
