import { escapeControls } from '@gatehouse/core'
import { MAX_ADDRESS_CHARACTERS } from './address.ts'
import { PATTERN_CODES, type PatternCode } from './codes.ts'
import { codeOfCharacter, type Fault } from './fault.ts'
import { ipv4Fault, readIpv4 } from './ipv4.ts'
import { bigintOf, readIpv6 } from './ipv6.ts'
import { maskedPattern, rangePattern, type WrittenAddress } from './mapped.ts'
import { sealPattern, type AddressPattern, type PatternForm, type PatternValue } from './model.ts'

/** Longest text of a pattern: two IPv6 addresses of 45 characters and what joins them. */
export const MAX_PATTERN_CHARACTERS: number = 2 * MAX_ADDRESS_CHARACTERS + 1

/** How a pattern is read. */
export interface PatternOptions {
  /** The forms that the place takes. Default: all. */
  readonly forms?: readonly PatternForm[]
  /**
   * What becomes of an address with bits set outside its mask (`10.0.0.1/24`): refused, or read as
   * its network. Default `refuse`: half of those who write it mean the one address.
   */
  readonly hostBits?: 'refuse' | 'clear'
}

/** Why a text is no pattern. */
export interface PatternError {
  /** Stable cause, from {@link PATTERN_CODES}. */
  readonly code: PatternCode
  /** One lower-case fragment for people, with the input in backticks, escaped. */
  readonly message: string
  /** Index of the first character at fault; the length of the text when something is missing. */
  readonly offset: number
}

/** A pattern, or why there is none. */
export type PatternResult =
  | { readonly pattern: AddressPattern; readonly error?: never }
  | { readonly error: PatternError; readonly pattern?: never }

/**
 * Reads one rule about addresses. Never throws for what the text says.
 *
 * IPv4-mapped IPv6 becomes IPv4: `::ffff:10.0.0.0/104` is `10.0.0.0/8`. `::/0` is every IPv6 address
 * and no IPv4 address.
 *
 * @param text - One pattern without blanks around it.
 */
export function parsePattern(text: string, options: PatternOptions = {}): PatternResult {
  const read = readPattern(text, options)
  if (!('code' in read)) return { pattern: sealPattern(read) }
  const shown = escapeControls(text.slice(0, MAX_PATTERN_CHARACTERS))
  const message = `${PATTERN_CODES[read.code]} in \`${shown}\``
  return { error: { code: read.code, message, offset: read.offset } }
}

function readPattern(text: string, options: PatternOptions): PatternValue | Fault {
  if (text === '') return { code: 'empty', offset: 0 }
  if (text.length > MAX_PATTERN_CHARACTERS) {
    return { code: 'too-long', offset: MAX_PATTERN_CHARACTERS }
  }
  const { forms, hostBits = 'refuse' } = options
  const separator = text.search(/[-/*]/)
  const form = formOf(text, separator)
  if (forms !== undefined && !forms.includes(form)) {
    return { code: 'form-not-allowed', offset: Math.max(0, separator) }
  }
  switch (form) {
    case 'address':
      return readSingle(text)
    case 'wildcard':
      return readWildcard(text, separator)
    case 'range':
      return readRange(text, separator)
    case 'cidr':
    case 'mask':
      return readMasked(text, separator, form, hostBits)
  }
}

function formOf(text: string, separator: number): PatternForm {
  if (separator < 0) return 'address'
  if (text[separator] === '*') return 'wildcard'
  if (text[separator] === '-') return 'range'
  return /[.:]/.test(text.slice(separator)) ? 'mask' : 'cidr'
}

function readSingle(text: string): PatternValue | Fault {
  const address = readAddress(text, 0, text.length)
  return 'code' in address ? address : rangePattern('address', address, address, 0)
}

function readWildcard(text: string, star: number): PatternValue | Fault {
  const head = text.slice(0, Math.max(0, star - 1))
  const octets = head.split('.').length
  if (star !== text.length - 1 || text[star - 1] !== '.' || octets > 3) {
    return { code: 'wildcard-place', offset: star }
  }
  const value = readIpv4(head, 0, head.length, octets)
  if (value < 0) return ipv4Fault(value)
  const open = BigInt(8 * (4 - octets))
  const first = BigInt(value) << open
  return { family: 4, form: 'wildcard', first, last: first + (1n << open) - 1n, mask: undefined }
}

function readRange(text: string, dash: number): PatternValue | Fault {
  const first = readAddress(text, 0, dash)
  if ('code' in first) return first
  const last = readAddress(text, dash + 1, text.length)
  return 'code' in last ? last : rangePattern('range', first, last, dash + 1)
}

function readMasked(
  text: string,
  slash: number,
  form: 'cidr' | 'mask',
  hostBits: 'refuse' | 'clear',
): PatternValue | Fault {
  const network = readAddress(text, 0, slash)
  if ('code' in network) return network
  const start = slash + 1
  const mask =
    form === 'mask'
      ? readAddress(text, start, text.length)
      : readPrefixLength(text, start, network.written)
  return 'code' in mask ? mask : maskedPattern(form, network, mask, { start, hostBits })
}

function readPrefixLength(text: string, start: number, written: 4 | 6): WrittenAddress | Fault {
  const digits = text.slice(start)
  const wrong = digits.search(/\D/)
  if (wrong >= 0) {
    const code = codeOfCharacter(digits.charAt(wrong))
    return { code: code === 'blank' ? code : 'prefix-malformed', offset: start + wrong }
  }
  if (digits === '') return { code: 'prefix-malformed', offset: start }
  if (digits.length > 1 && digits.startsWith('0')) return { code: 'leading-zero', offset: start }
  const width = written === 4 ? 32 : 128
  const length = Number(digits)
  if (length > width) return { code: 'prefix-out-of-range', offset: start }
  const open = 1n << BigInt(width - length)
  return { written, value: (1n << BigInt(width)) - open }
}

function readAddress(text: string, start: number, end: number): WrittenAddress | Fault {
  const part = text.slice(start, end)
  if (!part.includes(':')) {
    const value = readIpv4(text, start, end)
    return value < 0 ? ipv4Fault(value) : { written: 4, value: BigInt(value) }
  }
  const words = readIpv6(part)
  if ('code' in words) return { code: words.code, offset: start + words.offset }
  return { written: 6, value: bigintOf(words) }
}
