import { MAX_SUB_IDENTIFIER, MAX_SUB_IDENTIFIERS, type Oid } from '../oid.ts'
import type { MessageFault } from './model.ts'
import { TAGS } from './tags.ts'

/** The first two sub-identifiers are one number, 40 * first + second, and the second of `2` has no bound of its own. */
const MAX_FIRST_NUMBER = MAX_SUB_IDENTIFIER + 80

/** Octets that the length of a length may have: more than any message needs. */
const MAX_LENGTH_OCTETS = 4

const NO_OCTETS = new Uint8Array(0)

/**
 * A place in octets of BER. After the first fault it stands at the end, whatever is read is empty,
 * and `fault` says what it was: no reader has to look for faults before it has come to its end.
 *
 * Lengths are definite. Lengths and integers may be longer than they must be, within their type: the
 * tools of net-snmp write lengths so, and many devices their request ids. Nothing else may.
 */
export class Cursor {
  readonly octets: Uint8Array
  /** Where the next element begins. */
  at: number
  /** Where the innermost element that was entered ends. */
  end: number
  /** The first fault. */
  fault: MessageFault | undefined = undefined

  constructor(octets: Uint8Array) {
    this.octets = octets
    this.at = 0
    this.end = octets.length
  }

  /** Whether the innermost element holds more. */
  get hasMore(): boolean {
    return this.at < this.end
  }

  /** First octet of the next element, -1 where there is none. */
  get tag(): number {
    return this.at < this.end ? (this.octets[this.at] as number) : -1
  }

  /** Notes a fault. @returns Where it stands then. */
  fail(fault: MessageFault = 'malformed'): number {
    this.fault ??= fault
    this.at = this.end
    return this.at
  }

  /** Steps on to the contents of an element. @returns Where they end. */
  contents(tag: number): number {
    const { octets, at, end } = this
    if (end - at < 2 || octets[at] !== tag) return this.fail()
    let length = octets[at + 1] as number
    let start = at + 2
    if (length >= 0x80) {
      const count = length - 0x80
      if (count === 0 || count > MAX_LENGTH_OCTETS || count > end - start) return this.fail()
      length = 0
      for (const stop = start + count; start < stop; start += 1) {
        length = length * 256 + (octets[start] as number)
      }
    }
    if (length > end - start) return this.fail()
    this.at = start
    return start + length
  }

  /** Steps into an element. @returns What {@link leave} needs. */
  enter(tag: number): number {
    const outer = this.end
    this.end = this.contents(tag)
    return outer
  }

  /** Steps out of an element, which must have been read to its end. */
  leave(outer: number): void {
    if (this.at !== this.end) this.fail()
    this.end = outer
    if (this.fault !== undefined) this.at = outer
  }

  /** A signed number of 32 bits. */
  integer(): number {
    const stop = this.contents(TAGS.integer)
    const { octets } = this
    let { at } = this
    if (stop === at || stop - at > 4) return this.#fault()
    let value = ((octets[at] as number) << 24) >> 24
    for (at += 1; at < stop; at += 1) value = (value << 8) | (octets[at] as number)
    this.at = stop
    return value
  }

  /** A number from `least` to 2^31 - 1. */
  count(least = 0): number {
    const value = this.integer()
    return value < least ? this.#fault() : value
  }

  /** An unsigned number of 32 bits. */
  unsigned(tag: number): number {
    const stop = this.contents(tag)
    const { octets } = this
    let { at } = this
    const first = octets[at] as number
    if (stop === at || first >= 0x80 || stop - at > (first === 0 ? 5 : 4)) return this.#fault()
    let value = 0
    for (; at < stop; at += 1) value = value * 256 + (octets[at] as number)
    this.at = stop
    return value
  }

  /** An unsigned number of 64 bits. */
  unsigned64(tag: number): bigint {
    const stop = this.contents(tag)
    const { octets } = this
    let { at } = this
    const first = octets[at] as number
    if (stop === at || first >= 0x80 || stop - at > (first === 0 ? 9 : 8)) {
      return BigInt(this.#fault())
    }
    let high = 0
    for (; at < stop - 4; at += 1) high = high * 256 + (octets[at] as number)
    let low = 0
    for (; at < stop; at += 1) low = low * 256 + (octets[at] as number)
    this.at = stop
    return (BigInt(high) << 32n) | BigInt(low)
  }

  /** A string of octets, as a view of them. */
  string(tag: number): Uint8Array {
    const stop = this.contents(tag)
    if (this.fault !== undefined) return NO_OCTETS
    const view = viewOf(this.octets, this.at, stop)
    this.at = stop
    return view
  }

  /** An element without contents. */
  empty(tag: number): void {
    if (this.contents(tag) !== this.at) this.fail()
  }

  /** 2 to 128 sub-identifiers. */
  oid(): Oid {
    const stop = this.contents(TAGS.objectIdentifier)
    const first = this.#subIdentifier(stop, MAX_FIRST_NUMBER)
    const root = first < 40 ? 0 : first < 80 ? 1 : 2
    const oid = [root, first - root * 40]
    while (this.at < stop && this.fault === undefined) {
      if (oid.length === MAX_SUB_IDENTIFIERS) this.fail()
      else oid.push(this.#subIdentifier(stop, MAX_SUB_IDENTIFIER))
    }
    return oid
  }

  /** Bits in groups of seven, the highest first, all but the last with the eighth bit set. */
  #subIdentifier(stop: number, most: number): number {
    const { octets } = this
    let { at } = this
    let value = 0
    // Not so long as it could be: a first group of zero bits adds nothing (X.690, 8.19.2).
    if (octets[at] === 0x80) return this.#fault()
    while (at < stop) {
      const octet = octets[at] as number
      at += 1
      value = value * 128 + (octet & 0x7f)
      if (value > most) return this.#fault()
      if (octet < 0x80) {
        this.at = at
        return value
      }
    }
    return this.#fault()
  }

  /** Notes a fault. @returns A number in the place of the one that could not be read. */
  #fault(): number {
    this.fail()
    return 0
  }
}

/** Octets of `octets` without a copy. */
export function viewOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(octets.buffer, octets.byteOffset + start, end - start)
}

/** The text of octets of UTF-8; unlike a TextDecoder it keeps a byte order mark. */
export function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString()
}
