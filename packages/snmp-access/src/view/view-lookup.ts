import type { Oid } from '../oid.ts'

/** A subtree with its mask, and what it stands for. */
export interface ViewFamily<Value> {
  readonly subtree: Oid
  /** First bit: first sub-identifier; 0 matches any number; bits beyond the mask are 1. */
  readonly mask: Uint8Array
  readonly value: Value
}

/**
 * Finds the longest family that matches an identifier, of equally long ones the lexicographically
 * greatest (RFC 3415, vacmViewTreeFamilyTable).
 */
export interface ViewLookup<Value> {
  /** The value of the family that decides, `undefined` when none matches. */
  find(oid: Oid): Value | undefined
}

/** Whether a sub-identifier must be the one of the subtree. */
export function isExact(mask: Uint8Array, position: number): boolean {
  const octet = mask[position >> 3] ?? 0xff
  return (octet & (0x80 >> (position & 7))) !== 0
}
