import { codeOfCharacter, type Fault } from './fault.ts'

const DOT = 0x2e
const ZERO = 0x30

const FAULT_CODES = [
  'octet-missing',
  'octet-out-of-range',
  'octet-count',
  'leading-zero',
  'hexadecimal',
  'blank',
  'zone-id',
  'unexpected-character',
] as const

/**
 * Reads dotted decimal octets without making an object, for the path of every request.
 *
 * @param octets - How many octets are asked for, 1 to 4.
 * @returns The octets as one unsigned number, or a negative number for {@link ipv4Fault}.
 */
export function readIpv4(
  text: string,
  start: number = 0,
  end: number = text.length,
  octets: number = 4,
): number {
  let value = 0
  let octet = -1
  let count = 1
  for (let at = start; at < end; at += 1) {
    const character = text.charCodeAt(at)
    if (character === DOT) {
      if (octet < 0) return refused('octet-missing', at)
      if (count === octets) return refused('octet-count', at)
      value = value * 256 + octet
      octet = -1
      count += 1
      continue
    }
    const digit = character - ZERO
    if (digit < 0 || digit > 9) return refusedCharacter(text, at, octet)
    if (octet === 0) return refused('leading-zero', at - 1)
    octet = octet < 0 ? digit : octet * 10 + digit
    if (octet > 255) return refused('octet-out-of-range', octetStart(text, start, at))
  }
  if (octet < 0) return refused('octet-missing', end)
  if (count !== octets) return refused('octet-count', end)
  return value * 256 + octet
}

function octetStart(text: string, start: number, at: number): number {
  return Math.max(start, text.lastIndexOf('.', at) + 1)
}

/** What a negative result of {@link readIpv4} says. */
export function ipv4Fault(result: number): Fault {
  const packed = -1 - result
  const code = FAULT_CODES[packed % FAULT_CODES.length] as (typeof FAULT_CODES)[number]
  return { code, offset: Math.floor(packed / FAULT_CODES.length) }
}

function refused(code: (typeof FAULT_CODES)[number], at: number): number {
  return -1 - (at * FAULT_CODES.length + FAULT_CODES.indexOf(code))
}

function refusedCharacter(text: string, at: number, octet: number): number {
  const character = text.charAt(at)
  if (octet === 0 && (character === 'x' || character === 'X')) return refused('hexadecimal', at)
  return refused(codeOfCharacter(character), at)
}
