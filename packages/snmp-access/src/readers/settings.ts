import type { LineSource } from '@gatehouse/core'

/** Who may send a community, as an ordered rule: the first that fits the source address counts. */
export interface SourceRule {
  readonly family: 'ipv4' | 'ipv6'
  /** `default`, an address, or an address and a mask behind a slash. */
  readonly source: string
  /** Whether whom it fits is refused, and no later rule is asked. */
  readonly negated: boolean
  /** Where it is written. */
  readonly origin: LineSource
}

/** One community as other systems set it: what it may do, for whom, and on what. */
export interface CommunityRule {
  readonly community: string
  /** `write` reads too. */
  readonly rights: 'none' | 'read' | 'write'
  /** Whom it is good for; nobody when no rule fits. */
  readonly sources: readonly SourceRule[]
  /** What it may read or write; `null`: everything. */
  readonly view: string | null
  /** Where it is written. */
  readonly origin: LineSource
}

/** One subtree of a view. */
export interface ViewRule {
  readonly view: string
  readonly included: boolean
  /** Sub-identifiers; `null` stands for any. */
  readonly subtree: readonly (number | null)[]
  /** Where it is written. */
  readonly origin: LineSource
}

/** Everybody, in both families. */
export function everybody(origin: LineSource): SourceRule[] {
  return (['ipv4', 'ipv6'] as const).map((family) => ({
    family,
    source: 'default',
    negated: false,
    origin,
  }))
}
