import { LimitError } from '@gatehouse/core'
import { parseIpv6Peer } from './address.ts'
import { NO_RULE, type Span } from './intervals.ts'
import { readIpv4 } from './ipv4.ts'
import { Ipv4Intervals } from './ipv4-intervals.ts'
import { wordsOfBigint } from './ipv6.ts'
import { Ipv6Intervals } from './ipv6-intervals.ts'
import {
  openAddress,
  openPattern,
  type Address,
  type AddressPattern,
  type Family,
  type PatternValue,
  type Words,
} from './model.ts'

/**
 * Most different masks with holes in one set or index, of each family: 64. Every one costs a search
 * at each request; rule files have a handful.
 */
export const MAX_DISTINCT_MASKS = 64

/** A pattern and its precedence. */
export interface RankedPattern {
  readonly pattern: AddressPattern
  /** The lowest wins. */
  readonly rank: number
}

/** Finds the best rule for an address. Masks with holes have one table for each distinct mask. */
export class RuleTable {
  readonly #ipv4: Ipv4Intervals
  readonly #ipv6: Ipv6Intervals
  readonly #ipv4Masks: readonly { readonly mask: number; readonly networks: Ipv4Intervals }[]
  readonly #ipv6Masks: readonly { readonly mask: Words; readonly networks: Ipv6Intervals }[]

  /**
   * @param rules - The best rank first.
   * @throws `LimitError` for more than {@link MAX_DISTINCT_MASKS} masks with holes in a family.
   */
  constructor(rules: readonly RankedPattern[]) {
    const ipv4 = spansByMask(rules, 4)
    const ipv6 = spansByMask(rules, 6)
    this.#ipv4 = new Ipv4Intervals(ipv4.whole.map(narrow))
    this.#ipv6 = new Ipv6Intervals(ipv6.whole)
    this.#ipv4Masks = Array.from(ipv4.masked, ([mask, spans]) => ({
      mask: Number(mask),
      networks: new Ipv4Intervals(spans.map(narrow)),
    }))
    this.#ipv6Masks = Array.from(ipv6.masked, ([mask, spans]) => ({
      mask: wordsOfBigint(mask),
      networks: new Ipv6Intervals(spans),
    }))
  }

  /** The rank of the best rule that covers an address; `NO_RULE` too for text that is no address. */
  find(address: string | Address): number {
    if (typeof address !== 'string') return this.#findParsed(address)
    const value = readIpv4(address)
    if (value >= 0) return this.#findIpv4(value)
    const parsed = parseIpv6Peer(address)
    return parsed === undefined ? NO_RULE : this.#findParsed(parsed)
  }

  #findParsed(address: Address): number {
    const value = openAddress(address)
    return value.family === 4 ? this.#findIpv4(value.value) : this.#findIpv6(value.words)
  }

  #findIpv4(address: number): number {
    let best = this.#ipv4.find(address)
    for (const { mask, networks } of this.#ipv4Masks) {
      best = Math.min(best, networks.find((address & mask) >>> 0))
    }
    return best
  }

  #findIpv6(address: Words): number {
    let best = this.#ipv6.find(address)
    for (const { mask, networks } of this.#ipv6Masks) {
      best = Math.min(best, networks.find(masked(address, mask)))
    }
    return best
  }
}

interface SpansByMask {
  /** Of the patterns that cover one unbroken stretch. */
  readonly whole: Span<bigint>[]
  /** Of the masks with holes: the networks, each as a span of one address. */
  readonly masked: Map<bigint, Span<bigint>[]>
}

function spansByMask(rules: readonly RankedPattern[], family: Family): SpansByMask {
  const spans: SpansByMask = { whole: [], masked: new Map() }
  for (const { pattern, rank } of rules) {
    const value = openPattern(pattern)
    if (value.family === family) add(spans, value, rank)
  }
  return spans
}

function add({ whole, masked: byMask }: SpansByMask, value: PatternValue, rank: number): void {
  const { first, last, mask } = value
  if (mask === undefined) {
    whole.push({ first, end: last + 1n, rank })
    return
  }
  const spans = byMask.get(mask) ?? []
  if (spans.length === 0 && byMask.size === MAX_DISTINCT_MASKS) {
    throw new LimitError(`more than ${MAX_DISTINCT_MASKS} different masks with holes`)
  }
  spans.push({ first, end: first + 1n, rank })
  byMask.set(mask, spans)
}

function narrow({ first, end, rank }: Span<bigint>): Span<number> {
  return { first: Number(first), end: Number(end), rank }
}

function masked([a, b, c, d]: Words, mask: Words): Words {
  return [(a & mask[0]) >>> 0, (b & mask[1]) >>> 0, (c & mask[2]) >>> 0, (d & mask[3]) >>> 0]
}
