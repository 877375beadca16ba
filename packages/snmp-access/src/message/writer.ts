import { MAX_SUB_IDENTIFIERS, type Oid } from '../oid.ts'
import { TAGS } from './tags.ts'

/** Enough for any message that fits into a packet of Ethernet. */
const INITIAL_OCTETS = 2048

/** Room that is kept after a larger message: enough for any packet of UDP. */
const MAX_KEPT_OCTETS = 65_536

const MAX_INTEGER = 2 ** 31 - 1
const MAX_UNSIGNED_64 = 2n ** 64n - 1n

/**
 * Writes BER from its end to its beginning, so that the length of an element is known when it comes
 * to be written. Its room is used again after {@link clear}.
 *
 * @throws RangeError from each method for what its type cannot hold.
 */
export class Writer {
  #octets: Uint8Array = new Uint8Array(INITIAL_OCTETS)
  #at = INITIAL_OCTETS

  /** Octets written. */
  get size(): number {
    return this.#octets.length - this.#at
  }

  /** Begins anew. */
  clear(): void {
    if (this.#octets.length > MAX_KEPT_OCTETS) this.#octets = new Uint8Array(INITIAL_OCTETS)
    this.#at = this.#octets.length
  }

  /** A copy of what is written. */
  copy(): Uint8Array {
    return this.#octets.slice(this.#at)
  }

  /** The head of an element, whose contents are what was written after the size was `since`. */
  head(tag: number, since: number): void {
    let length = this.size - since
    this.#makeRoom(6)
    const octets = this.#octets
    let at = this.#at - 1
    if (length < 0x80) {
      octets[at] = length
    } else {
      let count = 0
      for (; length > 0; length = Math.floor(length / 256)) {
        octets[at - count] = length % 256
        count += 1
      }
      at -= count
      octets[at] = 0x80 + count
    }
    octets[at - 1] = tag
    this.#at = at - 1
  }

  /** A signed number of 32 bits. */
  integer(value: number): void {
    if ((value | 0) !== value) throw new RangeError('no number of 32 bits with a sign')
    const since = this.size
    this.#makeRoom(4)
    let rest = value
    do {
      this.#octet(rest & 0xff)
      rest >>= 8
    } while (rest !== 0 && rest !== -1)
    this.#keepSign(value < 0)
    this.head(TAGS.integer, since)
  }

  /** A number from `least` to 2^31 - 1. */
  count(value: number, least = 0): void {
    if (!(value >= least && value <= MAX_INTEGER)) throw new RangeError('count out of its range')
    this.integer(value)
  }

  /** An unsigned number of 32 bits. */
  unsigned(tag: number, value: number): void {
    if (value >>> 0 !== value) throw new RangeError('no number of 32 bits without a sign')
    const since = this.size
    this.#makeRoom(5)
    this.#digits(value)
    this.#keepSign(false)
    this.head(tag, since)
  }

  /** An unsigned number of 64 bits. */
  unsigned64(tag: number, value: bigint): void {
    if (value < 0n || value > MAX_UNSIGNED_64) {
      throw new RangeError('no number of 64 bits without a sign')
    }
    const since = this.size
    this.#makeRoom(9)
    const high = Number(value >> 32n)
    const low = Number(value & 0xffffffffn)
    this.#digits(low)
    if (high > 0) {
      while (this.size - since < 4) this.#octet(0)
      this.#digits(high)
    }
    this.#keepSign(false)
    this.head(tag, since)
  }

  /** A string of octets. */
  string(tag: number, value: Uint8Array): void {
    const since = this.size
    this.raw(value)
    this.head(tag, since)
  }

  /** Octets as they are. */
  raw(value: Uint8Array): void {
    this.#makeRoom(value.length)
    this.#at -= value.length
    this.#octets.set(value, this.#at)
  }

  /** An element without contents. */
  empty(tag: number): void {
    this.head(tag, this.size)
  }

  /** 2 to 128 sub-identifiers: BER has no form for one alone. */
  oid(oid: Oid): void {
    const { length } = oid
    if (length < 2 || length > MAX_SUB_IDENTIFIERS) {
      throw new RangeError('not 2 to 128 sub-identifiers')
    }
    const [root, second] = oid as readonly [number, number]
    if (!isRoot(root, second)) throw new RangeError('no root of an object identifier')
    const since = this.size
    this.#makeRoom(5 * length)
    for (let index = length - 1; index >= 2; index -= 1) {
      const sub = oid[index] as number
      if (sub >>> 0 !== sub) throw new RangeError('no sub-identifier')
      this.#subIdentifier(sub)
    }
    this.#subIdentifier(root * 40 + second)
    this.head(TAGS.objectIdentifier, since)
  }

  #subIdentifier(value: number): void {
    this.#octet(value % 128)
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
      this.#octet(0x80 | (rest % 128))
    }
  }

  /** As few octets as hold a number without a sign of 32 bits. */
  #digits(value: number): void {
    let rest = value
    do {
      this.#octet(rest & 0xff)
      rest >>>= 8
    } while (rest !== 0)
  }

  /** One octet more where the first bit says another sign. */
  #keepSign(negative: boolean): void {
    const isNegative = (this.#octets[this.#at] as number) >= 0x80
    if (isNegative !== negative) this.#octet(negative ? 0xff : 0)
  }

  /** Where there is room for it. */
  #octet(octet: number): void {
    this.#at -= 1
    this.#octets[this.#at] = octet
  }

  #makeRoom(count: number): void {
    if (this.#at >= count) return
    const { size } = this
    const larger = new Uint8Array(Math.max(2 * this.#octets.length, size + count))
    larger.set(this.#octets.subarray(this.#at), larger.length - size)
    this.#octets = larger
    this.#at = larger.length - size
  }
}

function isRoot(first: number, second: number): boolean {
  if (first !== 0 && first !== 1 && first !== 2) return false
  return second >>> 0 === second && (first === 2 || second < 40)
}
