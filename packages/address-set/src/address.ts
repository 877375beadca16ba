import { readIpv4 } from './ipv4.ts'
import { formatIpv6, MAPPED_PREFIX, readIpv6, wordsOfBigint } from './ipv6.ts'
import { openAddress, sealAddress, type Address, type Family } from './model.ts'

/** Longest text of an IPv6 address: eight groups, the last two as dotted octets. */
export const MAX_ADDRESS_CHARACTERS = 45

/** What follows the `%` of a zone: an interface name or number, as socket libraries print it. */
const ZONE = /^[!-~]{1,64}$/

const MAX_PEER_CHARACTERS = MAX_ADDRESS_CHARACTERS + 1 + 64

/**
 * Reads the one address that a socket names as its peer, or that an operator wrote.
 *
 * IPv4 takes four decimal octets without leading zeros and nothing else. An IPv4-mapped IPv6
 * address becomes its IPv4 address. The zone of an IPv6 address (`%eth0`) is dropped.
 *
 * @param text - Any text; the work is bounded whatever its length.
 * @returns `undefined` when the text is no address. Refuse then: a deny list would not match it.
 */
export function parseAddress(text: string): Address | undefined {
  const value = readIpv4(text)
  return value < 0 ? parseIpv6Peer(text) : sealAddress({ family: 4, value })
}

/** The second half of {@link parseAddress}: IPv6 text, with or without a zone. */
export function parseIpv6Peer(text: string): Address | undefined {
  if (text.length > MAX_PEER_CHARACTERS) return undefined
  const percent = text.indexOf('%')
  const bare = percent < 0 ? text : text.slice(0, percent)
  if (percent >= 0 && !ZONE.test(text.slice(percent + 1))) return undefined
  const words = readIpv6(bare)
  if ('code' in words) return undefined
  const [a, b, c, d] = words
  const mapped = a === 0 && b === 0 && c === Number(MAPPED_PREFIX)
  return sealAddress(mapped ? { family: 4, value: d } : { family: 6, words })
}

/** The canonical text of an address: dotted decimal, or RFC 5952 for IPv6. Parses to an equal one. */
export function formatAddress(address: Address): string {
  const value = openAddress(address)
  return value.family === 4 ? formatIpv4(value.value) : formatIpv6(value.words)
}

/** The canonical text of an address given as a number. */
export function formatNumber(family: Family, value: bigint): string {
  return family === 4 ? formatIpv4(Number(value)) : formatIpv6(wordsOfBigint(value))
}

function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}
