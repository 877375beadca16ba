import { parseAddress } from '@gatehouse/address-set'
import type { LineSource } from '@gatehouse/core'
import type { SourceRule } from './settings.ts'

/** Whether a name is the number of a standard access list. */
export function isStandardNumber(name: string): boolean {
  const number = Number(name)
  return /^\d{1,4}$/.test(name) && ((number >= 1 && number <= 99) || isExpanded(number))
}

function isExpanded(number: number): boolean {
  return number >= 1300 && number <= 1999
}

/**
 * Reads one entry of a standard access list.
 *
 * @param words - From `permit` or `deny` on.
 * @returns `undefined` for anything else than the documented forms.
 */
export function readListEntry(
  words: readonly string[],
  origin: LineSource,
): SourceRule | undefined {
  const [action, ...rest] = words.at(-1) === 'log' ? words.slice(0, -1) : words
  if (action !== 'permit' && action !== 'deny') return undefined
  const source = readListSource(rest)
  if (source === undefined) return undefined
  return { family: 'ipv4', source, negated: action === 'deny', origin }
}

function readListSource([first, second, ...more]: readonly string[]): string | undefined {
  if (first === undefined || more.length > 0) return undefined
  if (first === 'any') return second === undefined ? 'default' : undefined
  if (first === 'host') return readIpv4(second) && second
  const address = readIpv4(first)
  if (address === undefined || second === undefined) return address && first
  const wildcard = readIpv4(second)
  if (wildcard === undefined) return undefined
  const mask = wildcard.map((octet) => 255 - octet)
  const net = address.map((octet, index) => octet & (mask[index] as number))
  return mask.every((octet) => octet === 0) ? 'default' : `${net.join('.')}/${mask.join('.')}`
}

function readIpv4(text: string | undefined): number[] | undefined {
  if (text === undefined || text.includes(':') || parseAddress(text) === undefined) return undefined
  return text.split('.').map(Number)
}
