import { readDecimalQuad } from '../c-numbers.ts'
import type { HostPattern } from '../host-pattern.ts'
import { IPV6_BITS } from '../ipv6.ts'
import type { ClientPattern } from '../rule-match.ts'
import { UNKNOWN, type TextPattern } from '../text-pattern.ts'
import { NO_KEY, NumberTable } from './number-table.ts'
import { TextTable } from './text-table.ts'

/** Keys that are no value of a request. */
export const EVERYBODY = 0
export const LOCAL_NAMES = 1
export const KNOWN_NAMES = 2
/** Patterns for addresses that IPv4 addresses cannot satisfy and that are no nets. */
export const ODD_ADDRESSES = 3

/** The first key that is a value. */
export const FIRST_FREE_KEY = 4

/** Most different masks that are looked up; each costs a look at every request. */
const MOST_MASKS = 64

/** The IPv4 networks with one mask. */
export interface MaskedNets {
  readonly mask: number
  readonly nets: NumberTable
}

/** The IPv6 networks of one length, by their first bits. */
export interface Ipv6Nets {
  readonly bits: number
  readonly nets: Map<bigint, number>
}

/** Numbers for what a client has to have for an item of a list to match. */
export class ClientKeys {
  readonly addresses: NumberTable = new NumberTable()
  readonly nets: MaskedNets[] = []
  readonly ipv6: Ipv6Nets[] = []
  /** Whole names, and their ends from a dot on. */
  readonly names: TextTable = new TextTable()
  /** Beginnings of names up to a dot. */
  readonly namePrefixes: Map<string, number> = new Map()
  /** Ends of addresses from a dot on. */
  readonly addressEnds: TextTable = new TextTable()
  /** Whole texts of addresses other than IPv4. */
  readonly addressTexts: Map<string, number> = new Map()
  #count = FIRST_FREE_KEY

  /** How many keys there are. */
  get count(): number {
    return this.#count
  }

  /** The key of an IPv4 address, as an unsigned number. */
  ofAddress(address: number): number {
    return this.#inTable(this.addresses, address)
  }

  /** The key of an IPv4 network; {@link EVERYBODY} when there are too many masks. */
  ofNet(net: number, mask: number): number {
    if (mask >>> 0 === 0xffffffff) return this.ofAddress(net)
    let found = this.nets.find((each) => each.mask === mask >>> 0)
    if (found === undefined) {
      if (this.nets.length === MOST_MASKS) return EVERYBODY
      found = { mask: mask >>> 0, nets: new NumberTable() }
      this.nets.push(found)
    }
    return this.#inTable(found.nets, net)
  }

  /** Gives every key another number. */
  renumber(numbers: Int32Array): void {
    const tables = [
      this.addresses,
      this.names,
      this.addressEnds,
      ...this.nets.map(({ nets }) => nets),
    ]
    for (const table of tables) table.renumber(numbers)
    renumber(this.namePrefixes, numbers)
    renumber(this.addressTexts, numbers)
    for (const { nets } of this.ipv6) renumber(nets, numbers)
  }

  /** Every key of an item: it matches only clients that have one of them. */
  of({ host }: ClientPattern): readonly number[] {
    switch (host.kind) {
      case 'netgroup':
      case 'list':
        return [EVERYBODY]
      case 'known':
        return [KNOWN_NAMES]
      case 'local':
        return [LOCAL_NAMES]
      case 'ipv4-net':
        return (host.net & ~host.mask) === 0 ? [this.ofNet(host.net, host.mask)] : []
      case 'ipv6-net':
        return [this.#ofIpv6(host.net, host.bits)]
      case 'never':
        return []
      case 'text':
        return this.#ofText(host)
    }
  }

  #ofText({ pattern, satisfiedBy }: HostPattern & { kind: 'text' }): readonly number[] {
    if (pattern.kind === 'all') return [EVERYBODY]
    const keys = [
      ...(satisfiedBy === 'known-name' ? [] : this.#ofAddressText(pattern)),
      ...(satisfiedBy === 'address' ? [] : this.#ofNameText(pattern)),
    ]
    return keys.includes(EVERYBODY) ? [EVERYBODY] : keys
  }

  #ofAddressText(pattern: TextPattern): readonly number[] {
    switch (pattern.kind) {
      case 'equals': {
        const value = readDecimalQuad(pattern.text)
        if (value !== -1) return [this.ofAddress(value)]
        const isOther = pattern.text === UNKNOWN || pattern.text.includes(':')
        return isOther ? [this.#inMap(this.addressTexts, pattern.text)] : []
      }
      case 'prefix':
        return this.#ofOctets(pattern.text) ?? (pattern.text.includes(':') ? [ODD_ADDRESSES] : [])
      case 'suffix':
        return isNumeric(pattern.text) ? [this.#inTexts(this.addressEnds, pattern.text)] : []
      case 'glob': {
        const { text } = pattern
        const octets = this.#ofOctets(
          text.slice(0, text.slice(0, wildcardIn(text)).lastIndexOf('.') + 1),
        )
        return octets ?? [/^[\d.*?]*$/.test(text) ? EVERYBODY : ODD_ADDRESSES]
      }
      case 'ipv6':
        return pattern.value === undefined ? [] : [this.#ofIpv6(pattern.value, IPV6_BITS)]
      case 'all':
      case 'known':
        return [EVERYBODY]
    }
  }

  #ofNameText(pattern: TextPattern): readonly number[] {
    switch (pattern.kind) {
      case 'equals':
      case 'suffix':
        return [this.#inTexts(this.names, pattern.text)]
      case 'prefix':
        return [this.#inMap(this.namePrefixes, pattern.text)]
      case 'glob':
        return [this.#ofNameGlob(pattern.text)]
      case 'ipv6':
        // A name that is an IPv6 address is looked up as one.
        return []
      case 'all':
      case 'known':
        return [EVERYBODY]
    }
  }

  /** What stands behind the last wildcard from a dot on, or before the first one up to a dot. */
  #ofNameGlob(text: string): number {
    const tail = text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?')) + 1)
    const dot = tail.indexOf('.')
    if (dot !== -1) return this.#inTexts(this.names, tail.slice(dot))
    const head = text.slice(0, wildcardIn(text))
    const end = head.lastIndexOf('.') + 1
    return end === 0 ? EVERYBODY : this.#inMap(this.namePrefixes, head.slice(0, end))
  }

  /** The key of one to three whole octets with a dot behind each. */
  #ofOctets(text: string): readonly number[] | undefined {
    const octets = text.split('.').length - 1
    if (octets < 1 || octets > 3 || !text.endsWith('.')) return undefined
    const value = readDecimalQuad(`${text}0.0.0`.split('.').slice(0, 4).join('.'))
    return value === -1 ? undefined : [this.ofNet(value, (-1 << (32 - 8 * octets)) >>> 0)]
  }

  #ofIpv6(net: bigint, bits: number): number {
    let found = this.ipv6.find((each) => each.bits === bits)
    if (found === undefined) {
      found = { bits, nets: new Map() }
      this.ipv6.push(found)
    }
    return this.#inMap(found.nets, net >> BigInt(IPV6_BITS - bits))
  }

  #inTable(table: NumberTable, value: number): number {
    const known = table.find(value)
    if (known !== NO_KEY) return known
    table.add(value, this.#count)
    return this.#next()
  }

  #inTexts(table: TextTable, text: string): number {
    const known = table.find(text)
    if (known !== NO_KEY) return known
    table.add(text, this.#count)
    return this.#next()
  }

  #inMap<Key>(map: Map<Key, number>, key: Key): number {
    const known = map.get(key)
    if (known !== undefined) return known
    map.set(key, this.#count)
    return this.#next()
  }

  #next(): number {
    this.#count += 1
    return this.#count - 1
  }
}

/**
 * Whether every client that has a key of an item matches it. If not, the item has to be asked.
 */
export function isCertain({ host, user }: ClientPattern): boolean {
  if (user !== undefined || host.kind === 'netgroup' || host.kind === 'list') return false
  return host.kind !== 'text' || host.pattern.kind !== 'glob'
}

function renumber<Key>(keys: Map<Key, number>, numbers: Int32Array): void {
  for (const [key, number] of keys) keys.set(key, numbers[number] as number)
}

function wildcardIn(text: string): number {
  return text.search(/[*?]/)
}

function isNumeric(text: string): boolean {
  return /^[\d.]*$/.test(text)
}
