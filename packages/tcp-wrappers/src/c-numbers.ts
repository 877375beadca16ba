const MAX_SIGNED = (1n << 63n) - 1n
const MIN_SIGNED = -(1n << 63n)
const MAX_UNSIGNED = (1n << 64n) - 1n

/** A whole text as `scanf("%d")` reads it, cut to 32 bits as C does; `undefined` for anything else. */
export function readInteger(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  const bounded = value > MAX_SIGNED ? MAX_SIGNED : value < MIN_SIGNED ? MIN_SIGNED : value
  return Number(BigInt.asIntN(32, bounded))
}

/** A whole text as `scanf("%u")` reads it, cut to 32 bits as C does; `undefined` for anything else. */
export function readUnsigned(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  return cutUnsigned(BigInt(text.replace(/^[+-]/, '')), text.startsWith('-'))
}

/** As {@link readUnsigned}, for octal digits (`scanf("%o")`). */
export function readOctal(text: string): number | undefined {
  if (!/^[+-]?[0-7]+$/.test(text)) return undefined
  return cutUnsigned(BigInt(`0o${text.replace(/^[+-]/, '')}`), text.startsWith('-'))
}

/** The number at the start of a text, as `atoi` reads it: `24x` is 24, a text without one is 0. */
export function readLeadingInteger(text: string): number {
  const digits = /^[+-]?\d+/.exec(text)
  return digits === null ? 0 : (readInteger(digits[0]) as number)
}

function cutUnsigned(value: bigint, isNegative: boolean): number {
  if (value > MAX_UNSIGNED) return Number(BigInt.asUintN(32, MAX_UNSIGNED))
  return Number(BigInt.asUintN(32, isNegative ? -value : value))
}

/**
 * Four numbers joined by dots, as `inet_addr` reads them, octal and hexadecimal ones too.
 *
 * @returns The address as an unsigned number; `undefined` for anything else, and for
 *   `255.255.255.255`, which C cannot tell from an error.
 */
export function readDotQuad(text: string): number | undefined {
  const decimal = readDecimalQuad(text)
  const value = decimal === -1 ? readAnyBase(text) : decimal
  return value === 0xffffffff ? undefined : value
}

/**
 * Four decimal octets without leading zeros: the one spelling of the address.
 *
 * @returns The address as an unsigned number, -1 for anything else.
 */
export function readDecimalQuad(text: string): number {
  const { length } = text
  if (length > MAX_DOTTED_CHARACTERS) return -1
  let value = 0
  let dots = 0
  let octet = -1
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit === DOT) {
      if (octet === -1) return -1
      value = (value << 8) | octet
      dots += 1
      octet = -1
    } else if (digit < 0 || digit > 9 || octet === 0) {
      return -1
    } else {
      octet = octet === -1 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet !== -1 ? ((value << 8) | octet) >>> 0 : -1
}

const MAX_DOTTED_CHARACTERS = 15
const ZERO = 0x30
/** A dot, less the code of `0`. */
const DOT = -2

function readAnyBase(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0
  for (const part of parts) {
    const octet = readOctet(part)
    if (octet === undefined) return undefined
    value = value * 256 + octet
  }
  return value
}

function readOctet(text: string): number | undefined {
  let value
  if (/^0[xX][\da-fA-F]+$/.test(text)) value = Number(text)
  else if (/^0[0-7]*$/.test(text)) value = Number.parseInt(text, 8)
  else if (/^[1-9]\d*$/.test(text)) value = Number(text)
  return value !== undefined && value <= 255 ? value : undefined
}
