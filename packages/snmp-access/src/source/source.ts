import { formatAddress, parseAddress, parsePattern, type Address } from '@gatehouse/address-set'
import type { SourceFamily, SourcePattern } from '../model.ts'

/** Addresses of host names, the names in lower case. */
export type ResolvedNames = ReadonlyMap<string, readonly string[]>

/** Why a source is refused. */
export type SourceFault =
  | 'example-not-edited'
  | 'source-malformed'
  | 'source-not-resolved'
  | 'ipv6-source-in-ipv4-list'
  | 'ipv4-source-in-ipv6-list'
  | 'mask-length'
  | 'mask-malformed'
  | 'host-bits-set'

/** A source of one list, or why there is none. */
export type SourceResult =
  | {
      /** One, or one for each address of a host name. */
      readonly patterns: readonly SourcePattern[]
      /** Whether it was written with `!`. */
      readonly negated: boolean
    }
  | { readonly fault: SourceFault }

const NO_NAMES: ResolvedNames = new Map()

/** Longest host name, and its mask. */
const MAX_SOURCE_CHARACTERS = 300

const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/i

/**
 * Reads a SOURCE: `default`, `[!]ADDRESS`, `[!]ADDRESS/` or `[!]ADDRESS/MASK`, where ADDRESS may be a
 * host name and MASK a length or a bit mask with holes.
 *
 * IPv4-mapped IPv6 addresses are refused: such a peer is an IPv4 peer here.
 *
 * @param family - The list that it stands in.
 * @param names - Addresses of host names; a name that is not in it is refused. Default: none.
 */
export function readSource(
  text: string,
  family: SourceFamily,
  names: ResolvedNames = NO_NAMES,
): SourceResult {
  if (text.startsWith('NETWORK')) return { fault: 'example-not-edited' }
  if (text.length > MAX_SOURCE_CHARACTERS) return { fault: 'source-malformed' }
  if (text === 'default') return patternsOf(text, [family === 'ipv4' ? '0.0.0.0/0' : '::/0'], false)
  const negated = text.startsWith('!')
  const [host, maskText] = splitMask(negated ? text.slice(1) : text)
  const addresses = readHost(host, family, names)
  if ('fault' in addresses) return addresses
  const mask = readMask(maskText, family)
  if ('fault' in mask) return mask
  const written = addresses.map((address) => `${formatAddress(address)}${mask.suffix}`)
  return patternsOf(negated ? text.slice(1) : text, written, negated)
}

function splitMask(body: string): [string, string] {
  const slash = body.indexOf('/')
  return slash < 0 ? [body, ''] : [body.slice(0, slash), body.slice(slash + 1)]
}

function readHost(
  host: string,
  family: SourceFamily,
  names: ResolvedNames,
): readonly Address[] | { readonly fault: SourceFault } {
  if (host.includes('%')) return { fault: 'source-malformed' }
  const literal = parseAddress(host)
  if (literal !== undefined) return ofFamily(literal, host, family)
  if (!HOST_NAME.test(host) || /^[\d.]+$/.test(host)) return { fault: 'source-malformed' }
  const found = (names.get(host.toLowerCase()) ?? [])
    .map((address) => parseAddress(address))
    .filter((address) => address?.family === (family === 'ipv4' ? 4 : 6)) as Address[]
  if (found.length === 0) return { fault: 'source-not-resolved' }
  return family === 'ipv4' ? found.slice(0, 1) : found
}

function ofFamily(
  literal: Address,
  host: string,
  family: SourceFamily,
): readonly Address[] | { readonly fault: SourceFault } {
  const colons = host.includes(':')
  if (family === 'ipv4') return colons ? { fault: 'ipv6-source-in-ipv4-list' } : [literal]
  if (!colons) return { fault: 'ipv4-source-in-ipv6-list' }
  return literal.family === 4 ? { fault: 'source-malformed' } : [literal]
}

function readMask(
  mask: string,
  family: SourceFamily,
): { readonly suffix: string } | { readonly fault: SourceFault } {
  if (mask === '') return { suffix: '' }
  const width = family === 'ipv4' ? 32 : 128
  if (/^[+-]?\d+$/.test(mask)) {
    const length = Number(mask)
    return length >= 0 && length <= width ? { suffix: `/${length}` } : { fault: 'mask-length' }
  }
  const fits = !mask.includes('%') && mask.includes(':') === (family === 'ipv6')
  return fits && parseAddress(mask) !== undefined
    ? { suffix: `/${mask}` }
    : { fault: 'mask-malformed' }
}

function patternsOf(text: string, written: readonly string[], negated: boolean): SourceResult {
  const patterns: SourcePattern[] = []
  for (const one of written) {
    const { pattern, error } = parsePattern(one, { forms: ['address', 'cidr', 'mask'] })
    if (error !== undefined) {
      return { fault: error.code === 'host-bits-set' ? error.code : 'source-malformed' }
    }
    patterns.push({ text, pattern })
  }
  return { patterns, negated }
}
