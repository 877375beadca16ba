/** An object identifier as its sub-identifiers, each 0 to 2^32 - 1, 1 to {@link MAX_SUB_IDENTIFIERS} of them. */
export type Oid = readonly number[]

/** Most sub-identifiers of an object identifier (RFC 3416 section 4.1). */
export const MAX_SUB_IDENTIFIERS = 128

/** Largest sub-identifier (RFC 2578 section 3.5). */
export const MAX_SUB_IDENTIFIER: number = 2 ** 32 - 1

/** 128 numbers of ten digits, a dot before each. */
const MAX_OID_CHARACTERS = MAX_SUB_IDENTIFIERS * 11

/**
 * Reads the dotted decimal form, with or without a leading dot.
 *
 * Names of a MIB are not resolved.
 *
 * @param text - Any text; the work is bounded whatever its length.
 * @returns `undefined` for anything but 1 to 128 decimal numbers up to 2^32 - 1 joined by dots.
 */
export function parseOid(text: string): Oid | undefined {
  if (text.length > MAX_OID_CHARACTERS) return undefined
  const bare = text.startsWith('.') ? text.slice(1) : text
  if (!/^\d{1,10}(?:\.\d{1,10})*$/.test(bare)) return undefined
  const oid = bare.split('.').map(Number)
  const fits = oid.length <= MAX_SUB_IDENTIFIERS && oid.every((sub) => sub <= MAX_SUB_IDENTIFIER)
  return fits ? oid : undefined
}

/** The dotted decimal form without a leading dot. Parses to an equal one. */
export function formatOid(oid: Oid): string {
  return oid.join('.')
}

/** The order of a MIB walk: negative when `a` comes before `b`, 0 when they are equal. */
export function compareOids(a: Oid, b: Oid): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index += 1) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
