import { DerFault } from './fault.ts'
import { TAG, type DerElement, type DerReader } from './reader.ts'

/** The bytes of a value without its header; a view, not a copy. */
export function contentsOf({ bytes, contents, end }: DerElement): Uint8Array {
  return bytes.subarray(contents, end)
}

/** The bytes of a value with its header; a view, not a copy. */
export function encodingOf({ bytes, start, end }: DerElement): Uint8Array {
  return bytes.subarray(start, end)
}

/** Whether two values are written with the same bytes. */
export function isSameEncoding(one: DerElement, other: DerElement): boolean {
  const length = one.end - one.start
  if (other.end - other.start !== length) return false
  for (let at = 0; at < length; at += 1) {
    if (one.bytes[one.start + at] !== other.bytes[other.start + at]) return false
  }
  return true
}

/** A BOOLEAN that is left out when it is false (X.690, 11.1 and 11.5). */
export function readFlag(reader: DerReader, tag: number = TAG.boolean): boolean {
  const element = reader.optional(tag)
  if (element === undefined) return false
  const { bytes, contents, end } = element
  if (end - contents !== 1) throw new DerFault('der-boolean-not-canonical', contents)
  const value = bytes[contents]
  if (value === 0x00) throw new DerFault('der-default-encoded', contents)
  if (value !== 0xff) throw new DerFault('der-boolean-not-canonical', contents)
  return true
}

/** The contents of an INTEGER or ENUMERATED, as short as can be (X.690, 8.3.2). */
export function integerBytes(element: DerElement): Uint8Array {
  const value = contentsOf(element)
  const [first = 0, second = 0] = value
  const hasPadding = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)
  if (value.length === 0 || (value.length > 1 && hasPadding)) {
    throw new DerFault('der-integer-malformed', element.start)
  }
  return value
}

/** A number that is not negative and fits 32 bits. */
export function smallInteger(element: DerElement): number {
  const value = integerBytes(element)
  if ((value[0] as number) >= 0x80 || value.length > 5) {
    throw new DerFault('der-integer-too-large', element.start)
  }
  const number = value.reduce((sum, byte) => sum * 256 + byte, 0)
  if (number > 0xffff_ffff) throw new DerFault('der-integer-too-large', element.start)
  return number
}

/** A bit string whose bits fill whole bytes, such as a signature or a key. */
export function wholeBitString(element: DerElement): Uint8Array {
  const { bytes, contents, end } = element
  if (end === contents || bytes[contents] !== 0) {
    throw new DerFault('der-bit-string-malformed', element.start)
  }
  return bytes.subarray(contents + 1, end)
}

/**
 * Named bits as a number: bit 0 of the type is the lowest. Trailing zeros are left out (X.690, 11.2.2).
 *
 * @param names - How many bits the type names; more are kept out of the number.
 */
export function namedBits(element: DerElement, names: number): number {
  const { bytes, contents, end } = element
  const unused = bytes[contents]
  const last = bytes[end - 1] as number
  const isEmpty = end - contents === 1
  if (unused === undefined || end === contents || unused > 7 || (isEmpty && unused !== 0)) {
    throw new DerFault('der-bit-string-malformed', element.start)
  }
  const isCanonical = isEmpty || (last & ((1 << unused) - 1)) === 0
  if (!isCanonical || (!isEmpty && (last & (1 << unused)) === 0)) {
    throw new DerFault('der-bit-string-malformed', element.start)
  }
  let bits = 0
  for (let bit = 0; bit < names; bit += 1) {
    const byte = contents + 1 + (bit >> 3)
    if (byte < end && ((bytes[byte] as number) & (0x80 >> (bit & 7))) !== 0) bits |= 1 << bit
  }
  return bits
}

/** An object identifier in dotted form (X.690, 8.19). */
export function objectIdentifier(element: DerElement): string {
  const { bytes, contents, end } = element
  let key = ''
  for (let at = contents; at < end; at += 1) key += String.fromCharCode(bytes[at] as number)
  let dotted = KNOWN.get(key)
  if (dotted === undefined) {
    dotted = dottedForm(element)
    if (KNOWN.size < MAX_KNOWN) KNOWN.set(key, dotted)
  }
  return dotted
}

/** Identifiers that were read before, by their bytes. Bounded: a peer chooses what is in it. */
const KNOWN = new Map<string, string>()
const MAX_KNOWN = 1024

/** Longest identifier in bytes: the longest in use have some 20. */
const MAX_OID_BYTES = 64

function dottedForm({ bytes, contents, end, start }: DerElement): string {
  const isTooLong = end - contents > MAX_OID_BYTES
  if (end === contents || isTooLong || (bytes[end - 1] as number) >= 0x80) {
    throw new DerFault('der-oid-malformed', start)
  }
  const arcs: bigint[] = []
  let arc = 0n
  let isFirst = true
  for (let at = contents; at < end; at += 1) {
    const byte = bytes[at] as number
    if (isFirst && byte === 0x80) throw new DerFault('der-oid-malformed', at)
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    isFirst = byte < 0x80
    if (!isFirst) continue
    if (arcs.length === 0) {
      const root = arc < 80n ? arc / 40n : 2n
      arcs.push(root, arc - root * 40n)
    } else {
      arcs.push(arc)
    }
    arc = 0n
  }
  return arcs.join('.')
}
