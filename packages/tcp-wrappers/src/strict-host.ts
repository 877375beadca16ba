import { parseAddress } from '@gatehouse/address-set'
import type { LoadCode } from './codes.ts'
import { readDotQuad } from './c-numbers.ts'
import { isGlob } from './glob.ts'
import type { HostPattern, ReadHosts, SatisfiedBy } from './host-pattern.ts'
import { IPV6_BITS, readBracketed } from './ipv6.ts'
import { isHostName } from './request.ts'
import { foldCase, readTextPattern } from './text-pattern.ts'

/** Why a piece of a rule is refused. */
export interface Fault {
  readonly fault: LoadCode
}

/** The words that stand for hosts, and what they are. */
const WORDS: ReadonlyMap<string, HostPattern> = new Map<string, HostPattern>([
  ['all', { kind: 'text', pattern: { kind: 'all' }, satisfiedBy: 'either' }],
  ['known', { kind: 'known' }],
  ['local', { kind: 'local' }],
  ['unknown', { kind: 'text', pattern: readTextPattern('unknown'), satisfiedBy: 'either' }],
  ['paranoid', { kind: 'text', pattern: readTextPattern('paranoid'), satisfiedBy: 'either' }],
])

const MAPPED_UPPER_BITS = 0xffffn

/**
 * Reads an item of a client list strictly: it is about addresses or about names, never both, and it
 * matches what it says or is refused.
 */
export function readStrictHost(text: string, readHosts: ReadHosts): HostPattern | Fault {
  if (text.startsWith('#')) return { fault: 'trailing-comment' }
  if (text.startsWith('@')) {
    const group = text.slice(1)
    return /^[\w.-]+$/.test(group) ? { kind: 'netgroup', group } : { fault: 'netgroup-malformed' }
  }
  if (text.startsWith('/')) return { kind: 'list', path: text, hosts: readHosts(text) }
  const word = WORDS.get(foldCase(text))
  if (word !== undefined) return word
  const slash = text.indexOf('/')
  if (slash !== -1) return readStrictNet(text.slice(0, slash), text.slice(slash + 1))
  if (text.startsWith('[')) {
    const address = readStrictIpv6(text)
    return typeof address === 'bigint' ? asText(text, 'address') : address
  }
  if (isGlob(text)) return readStrictGlob(text)
  if (text.endsWith('.')) return readStrictPrefix(text)
  if (text.startsWith('.')) return readStrictName(text, text.slice(1))
  if (looksNumeric(text)) {
    return parseAddress(text) === undefined
      ? { fault: 'address-malformed' }
      : asText(text, 'address')
  }
  return readStrictName(text, text)
}

function readStrictNet(net: string, mask: string): HostPattern | Fault {
  if (net.startsWith('[')) return readStrictIpv6Net(net, mask)
  if (parseAddress(net)?.family !== 4) return { fault: 'address-malformed' }
  const isLength = /^(?:0|[1-9]\d?)$/.test(mask)
  if (!isLength && parseAddress(mask)?.family !== 4) return { fault: 'mask-malformed' }
  const length = Number(mask)
  if (isLength && length > 32) return { fault: 'mask-malformed' }
  const value = readDotQuad(net)
  const bits = isLength ? (-1 << (32 - length)) >>> 0 : readDotQuad(mask)
  if (value === undefined || bits === undefined || mask === '0') {
    return { fault: 'mask-never-matches' }
  }
  if ((value & bits) >>> 0 !== value) return { fault: 'host-bits-set' }
  return { kind: 'ipv4-net', net: value, mask: bits }
}

function readStrictIpv6Net(net: string, mask: string): HostPattern | Fault {
  const value = readStrictIpv6(net)
  if (typeof value !== 'bigint') return value
  const bits = Number(mask)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(mask) || bits > IPV6_BITS) return { fault: 'mask-malformed' }
  const open = (1n << BigInt(IPV6_BITS - bits)) - 1n
  if ((value & open) !== 0n) return { fault: 'host-bits-set' }
  return { kind: 'ipv6-net', net: value, bits }
}

function readStrictIpv6(text: string): bigint | Fault {
  const value = readBracketed(text)
  if (value === undefined) return { fault: 'address-malformed' }
  return value >> 32n === MAPPED_UPPER_BITS ? { fault: 'mapped-never-matches' } : value
}

/** Digits and dots around the wildcards mean addresses, a letter means names. */
function readStrictGlob(text: string): HostPattern | Fault {
  if (/^[\d.*?]*$/.test(text)) {
    return /\d/.test(text) ? asText(text, 'address') : { fault: 'pattern-ambiguous' }
  }
  const isName = /^[\w.*?-]*$/.test(text) && !/^\.|\.$|\.\./.test(text)
  return isName ? asText(text, 'known-name') : { fault: 'host-malformed' }
}

/** `10.1.`: whole octets. A name with a dot at its end would match whatever begins so. */
function readStrictPrefix(text: string): HostPattern | Fault {
  const octets = text.slice(0, -1).split('.')
  if (octets.length > 3 || !/^[\d.]*$/.test(text)) {
    return { fault: looksNumeric(text) ? 'address-malformed' : 'host-malformed' }
  }
  const isAddress = parseAddress([...octets, '0', '0', '0'].slice(0, 4).join('.')) !== undefined
  return isAddress ? asText(text, 'address') : { fault: 'address-malformed' }
}

function readStrictName(text: string, name: string): HostPattern | Fault {
  if (isHostName(name)) return asText(text, 'known-name')
  return { fault: looksNumeric(name) ? 'address-malformed' : 'host-malformed' }
}

function looksNumeric(text: string): boolean {
  return /^[\d.]*$/.test(text) || /(?:^|\.)(?:\d+|0[xX][\da-fA-F]*)\.?$/.test(text)
}

function asText(text: string, satisfiedBy: SatisfiedBy): HostPattern {
  return { kind: 'text', pattern: readTextPattern(text), satisfiedBy }
}
