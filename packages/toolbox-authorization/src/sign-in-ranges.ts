import { AddressSet, formatPattern, parseAddress, parsePattern } from '@gatehouse/address-set'
import type { Code } from './codes.ts'
import { quoted, type TextPlaces } from './text-places.ts'

/** A range as a file writes it. */
export interface WrittenRange {
  /** Canonical text: an address, or two with `-`. */
  readonly text: string
  /** Its place in the text of the file. */
  readonly offset: number
  /** How many characters. */
  readonly width: number
}

/** Stands in a list for "nobody": no peer has this address. */
const NOWHERE = '0.0.0.0'

/**
 * Reads ranges: `;` between them, one address or two with `-` each, dotted decimal. Blanks around
 * `;` and `-` are ignored; inside an address there are none.
 */
export function readRanges(value: string, start: number, places: TextPlaces): WrittenRange[] {
  if (value.trim() === '') return []
  let offset = start
  return value.split(';').flatMap((part) => {
    const at = offset + part.length - part.trimStart().length
    offset += part.length + 1
    const text = part.trim()
    const { pattern, error } = parsePattern(text.replace(/ *- */, '-'), {
      forms: ['address', 'range'],
    })
    if (pattern?.family === 4)
      return [{ text: formatPattern(pattern), offset: at, width: text.length }]
    places.report('range-malformed', at, text.length, error?.message ?? quoted(text))
    return []
  })
}

/** Reports each range that overlaps one before it, in the order of their addresses. */
export function reportOverlaps(ranges: readonly WrittenRange[], places: TextPlaces): void {
  let reached = -1
  const ordered = ranges
    .map((range) => ({ range, ends: endsOf(range.text) }))
    .toSorted((a, b) => a.ends[0] - b.ends[0])
  for (const { range, ends } of ordered) {
    if (ends[0] <= reached) places.report('ranges-overlap', range.offset, range.width)
    reached = Math.max(reached, ends[1])
  }
}

function endsOf(text: string): readonly [number, number] {
  const [first = '', last = first] = text.split('-')
  return [numberOf(first), numberOf(last)]
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}

/** Where an account that has ranges may sign in from. */
export class SignInRanges {
  readonly #included: AddressSet | undefined
  readonly #excluded: AddressSet | undefined

  constructor(included: readonly string[], excluded: readonly string[]) {
    this.#included = setOf(included)
    this.#excluded = setOf(excluded)
  }

  /** Whether sign-in is limited to some ranges. */
  get hasInclusions(): boolean {
    return this.#included !== undefined
  }

  /** Why the address may not sign in; `undefined`: it may. Anything but IPv4 may not. */
  refuse(address: string): Code | undefined {
    const parsed = parseAddress(address)
    if (parsed?.family !== 4) return 'sign-in-address-not-ipv4'
    if (this.#excluded?.has(parsed) === true) return 'sign-in-address-excluded'
    return this.#included?.has(parsed) === false ? 'sign-in-address-not-included' : undefined
  }
}

function setOf(ranges: readonly string[]): AddressSet | undefined {
  if (ranges.length === 0) return undefined
  const patterns = ranges.flatMap((text) => {
    const { pattern } = parsePattern(text)
    return pattern === undefined || text === NOWHERE ? [] : [pattern]
  })
  return AddressSet.of(patterns)
}
