import ipaddr from 'ipaddr.js'
import { codeOfCharacter, type Fault } from './fault.ts'
import { ipv4Fault, readIpv4 } from './ipv4.ts'
import type { Words } from './model.ts'

const MAX_GROUP_DIGITS = 4

/** IPv4-mapped addresses, `::ffff:0:0/96`: the value of their upper 96 bits (RFC 4291, 2.5.5.2). */
export const MAPPED_PREFIX = 0xffffn

/**
 * Reads IPv6 text, IPv4-mapped addresses as they are written. The caller bounds the length.
 *
 * ipaddr.js reads the groups. It sees only what passed here first, with a dotted tail turned into
 * groups, because it takes octal octets and reads `::1.2.3.4` as `::ffff:1.2.3.4`.
 *
 * @see RFC 4291, section 2.2
 */
export function readIpv6(text: string): Words | Fault {
  const groups = groupsOnly(text)
  if (typeof groups !== 'string') return groups
  try {
    return wordsOf(ipaddr.IPv6.parse(groups).parts)
  } catch {
    return { code: 'groups-malformed', offset: 0 }
  }
}

/** The text of an IPv6 address in its one canonical spelling (RFC 5952), without a dotted tail. */
export function formatIpv6([a, b, c, d]: Words): string {
  const parts = [a, b, c, d].flatMap((word) => [word >>> 16, word & 0xffff])
  return new ipaddr.IPv6(parts).toRFC5952String()
}

/** Four words as one number. */
export function bigintOf([a, b, c, d]: Words): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d)
}

/** One number as four words. */
export function wordsOfBigint(value: bigint): Words {
  const word = (shift: bigint): number => Number((value >> shift) & 0xffffffffn)
  return [word(96n), word(64n), word(32n), word(0n)]
}

function groupsOnly(text: string): string | Fault {
  let group = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === COLON) {
      group = at + 1
    } else if (character === DOT) {
      return withoutDottedTail(text, group)
    } else if (!isHexDigit(character)) {
      return { code: codeOfCharacter(text.charAt(at)), offset: at }
    } else if (at - group >= MAX_GROUP_DIGITS) {
      return { code: 'group-too-long', offset: group }
    }
  }
  return text
}

function withoutDottedTail(text: string, start: number): string | Fault {
  const value = readIpv4(text, start)
  if (value < 0) return ipv4Fault(value)
  return `${text.slice(0, start)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
}

const COLON = 0x3a
const DOT = 0x2e

function isHexDigit(character: number): boolean {
  const letter = character | 0x20
  return (character >= 0x30 && character <= 0x39) || (letter >= 0x61 && letter <= 0x66)
}

function wordsOf(parts: readonly number[]): Words {
  const word = (index: number): number =>
    (((parts[index] as number) << 16) | (parts[index + 1] as number)) >>> 0
  return [word(0), word(2), word(4), word(6)]
}
