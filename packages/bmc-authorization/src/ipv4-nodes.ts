import { HashSlots, NOTHING } from './hash-slots.ts'

/** The bits that so many octets fix, from none to all four. */
const MASKS: readonly number[] = [0, 0xff000000 | 0, 0xffff0000 | 0, 0xffffff00 | 0, -1]

/** Octets of an address. */
const ALL = 4

/** The computers that are IPv4 addresses, patterns, or `*`, which is the pattern of no octets. */
export class Ipv4Nodes {
  /** By how many octets they fix. */
  readonly #slots: readonly HashSlots[] = MASKS.map(() => new HashSlots())

  /**
   * Adds a computer.
   *
   * @param key - A canonical address, a pattern, or `*`.
   * @returns The computer that has the key already; then nothing is added. Else {@link NOTHING}.
   */
  add(key: string, node: number): number {
    const labels = key.split('.')
    const octets = key.endsWith('*') ? labels.length - 1 : ALL
    const hash = hashOf(valueOf(key) << (8 * (ALL - labels.length)))
    const slots = this.#slots[octets] as HashSlots
    const slot = slots.first(hash)
    const known = slots.at(slot)
    if (known === NOTHING) slots.insert(slot, hash, node)
    return known
  }

  /** The computer that is this very address; {@link NOTHING} when none is. */
  find(address: number): number {
    return this.#find(address, ALL)
  }

  /** The patterns around an address, the longest first, and `*`. */
  patternsAround(address: number): number[] {
    const found = MASKS.slice(0, ALL).map((_, octets) => this.#find(address, octets))
    return found.filter((node) => node !== NOTHING).toReversed()
  }

  /** The longest pattern around an address, `*` if there is no other; else {@link NOTHING}. */
  longestAround(address: number): number {
    for (let octets = ALL - 1; octets >= 0; octets -= 1) {
      const node = this.#find(address, octets)
      if (node !== NOTHING) return node
    }
    return NOTHING
  }

  /** The computer `*`; {@link NOTHING} when there is none. */
  get any(): number {
    return this.#find(0, 0)
  }

  #find(address: number, octets: number): number {
    const slots = this.#slots[octets] as HashSlots
    return slots.at(slots.first(hashOf(address & (MASKS[octets] as number))))
  }
}

/** The value of a canonical IPv4 address, as a signed number; of a pattern, with 0 for its `*`. */
export function valueOf(text: string): number {
  let value = 0
  let octet = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === DOT) {
      value = (value << 8) | octet
      octet = 0
    } else if (code !== STAR) {
      octet = octet * 10 + code - ZERO
    }
  }
  return (value << 8) | octet
}

const STAR = 0x2a
const DOT = 0x2e
const ZERO = 0x30

/** Final mix of MurmurHash3's 32-bit variant. No two numbers have one hash, so that none need be compared. */
function hashOf(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
