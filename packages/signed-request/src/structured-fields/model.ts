/** A value of a structured field (RFC 9651) of one of the kinds that signatures need. */
export type BareItem = string | number | boolean | Uint8Array

/** Parameters in their order; no name twice. */
export type Parameters = ReadonlyMap<string, BareItem>

/** A value with its parameters. */
export interface Item {
  readonly value: BareItem
  readonly parameters: Parameters
}

/** Values in parentheses, with the parameters of the whole. */
export interface InnerList {
  readonly items: readonly Item[]
  readonly parameters: Parameters
}

/** Members by name, in their order. */
export type Dictionary = ReadonlyMap<string, Item | InnerList>
