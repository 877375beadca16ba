import { formatAddress, parseAddress } from '@gatehouse/address-set'

/** The addresses that begin with the same bits. */
export interface Network {
  readonly family: 4 | 6
  /** The lowest address. */
  readonly value: bigint
  /** How many bits are fixed. */
  readonly bits: number
  /** Whether other programs read the same text as another network: `10.0.0.010`, `10.1`, `0x0a.0.0.1`. */
  readonly ambiguous: boolean
}

/** One address as a number. An IPv4-mapped one keeps its family here. */
export interface NumberedAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** What is wrong with a text that is meant for a network. */
export type NetworkFault = 'mask-malformed' | 'host-bits-set' | 'zone'

/**
 * Reads an address, or an address and the number of its fixed bits, as sshd does.
 *
 * Not what `@gatehouse/address-set` reads: sshd takes the number forms of inet_aton(3), and keeps
 * IPv4-mapped IPv6 apart from IPv4.
 *
 * @returns `null` when the text is no address, so that sshd takes it for a pattern of characters.
 */
export function readNetwork(text: string): Network | NetworkFault | null {
  const slash = text.indexOf('/')
  const written = slash < 0 ? text : text.slice(0, slash)
  const mask = slash < 0 ? undefined : text.slice(slash + 1)
  if (mask !== undefined && (!/^\d+$/u.test(mask) || Number(mask) > 128)) return null
  if (written.includes(':') && written.includes('%')) return 'zone'
  const address = written.includes(':') ? readIpv6(written) : readIpv4(written)
  if (address === null) return null
  const width = address.family === 4 ? 32 : 128
  const bits = mask === undefined ? width : Number(mask)
  if (bits > width) return 'mask-malformed'
  const low = (1n << BigInt(width - bits)) - 1n
  if ((address.value & low) !== 0n) return 'host-bits-set'
  const plain = address.family === 6 || parseAddress(written) !== undefined
  const plainMask = mask === undefined || !/^0./u.test(mask)
  return { ...address, bits, ambiguous: !plain || !plainMask }
}

/** Whether an address lies in a network of its own family. */
export function isInNetwork(address: NumberedAddress, network: Network): boolean {
  if (address.family !== network.family) return false
  const open = BigInt((network.family === 4 ? 32 : 128) - network.bits)
  return address.value >> open === network.value >> open
}

/** Reads the address of a peer: strictly, IPv4-mapped as IPv4, without its zone. */
export function readPeer(text: string): (NumberedAddress & { readonly text: string }) | null {
  const address = parseAddress(text)
  if (address === undefined) return null
  const plain = formatAddress(address)
  const number = address.family === 4 ? readIpv4(plain) : readIpv6(plain)
  return number && { ...number, text: plain }
}

const MAPPED = 0xffffn << 32n

function readIpv6(text: string): NumberedAddress | null {
  const address = parseAddress(text)
  if (address === undefined) return null
  const plain = formatAddress(address)
  const mapped = address.family === 4 ? readIpv4(plain) : null
  return { family: 6, value: mapped === null ? numberOfGroups(plain) : MAPPED | mapped.value }
}

function numberOfGroups(canonical: string): bigint {
  const [head = '', tail] = canonical.split('::')
  const before = head.split(':').filter((group) => group !== '')
  const after = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  )
}

const OCTAL = /^0[0-7]*$/u
const DECIMAL = /^[1-9]\d*$/u
const HEXADECIMAL = /^0x[\da-f]+$/iu

/** One to four numbers, decimal, octal or hexadecimal; the last one fills what is left of 32 bits. */
function readIpv4(text: string): NumberedAddress | null {
  const parts = text.split('.')
  if (parts.length > 4 || text.length > 60) return null
  const values = parts.map((part) => {
    if (DECIMAL.test(part) || HEXADECIMAL.test(part)) return BigInt(part)
    return OCTAL.test(part) ? BigInt(`0o0${part}`) : -1n
  })
  const last = values.pop() ?? -1n
  const room = BigInt(8 * (4 - values.length))
  if (last < 0n || last >> room !== 0n || values.some((value) => value < 0n || value > 255n)) {
    return null
  }
  const head = values.reduce((value, octet) => (value << 8n) | octet, 0n)
  return { family: 4, value: (head << room) | last }
}
