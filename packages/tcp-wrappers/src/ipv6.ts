import { formatAddress, parseAddress } from '@gatehouse/address-set'

/** How many bits an IPv6 address has. */
export const IPV6_BITS = 128

/** The first of the IPv4-mapped addresses, `::ffff:0:0/96`. */
export const MAPPED: bigint = 0xffffn << 32n

/** An IPv6 address as a number, less its zone, an IPv4-mapped one with its upper bits; else `undefined`. */
export function readIpv6(text: string): bigint | undefined {
  if (!text.includes(':')) return undefined
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const canonical = formatAddress(address)
  return address.family === 4 ? MAPPED | ipv4Of(canonical) : valueOf(canonical)
}

/** The IPv6 address of a rule in its brackets. A zone means something on one host only, so none is read. */
export function readBracketed(text: string): bigint | undefined {
  const isBracketed = text.startsWith('[') && text.endsWith(']') && !text.includes('%')
  return isBracketed ? readIpv6(text.slice(1, -1)) : undefined
}

function ipv4Of(canonical: string): bigint {
  return canonical.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

/** The value of the canonical text of RFC 5952: groups only, at most one `::`. */
function valueOf(canonical: string): bigint {
  const [head = '', tail] = canonical.split('::')
  const first = groupsOf(head)
  const last = tail === undefined ? [] : groupsOf(tail)
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0n)
  return [...first, ...zeros, ...last].reduce((value, group) => (value << 16n) | group, 0n)
}

/** The canonical text of an address. */
export function formatIpv6(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0')
  const address = parseAddress((digits.match(/.{4}/g) ?? []).join(':'))
  return address === undefined ? '' : formatAddress(address)
}

function groupsOf(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`))
}

/** Whether two addresses have the same first bits. */
export function samePrefix(a: bigint, b: bigint, bits: number): boolean {
  const rest = BigInt(IPV6_BITS - bits)
  return a >> rest === b >> rest
}
