import { DerFault } from './fault.ts'
import { TAG, type DerElement } from './reader.ts'
import { contentsOf } from './values.ts'

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What each string type may hold, byte by byte; others are decoded below. */
const BYTES: Readonly<Record<number, RegExp>> = {
  [TAG.numericString]: /^[0-9 ]*$/,
  // `*`, `@`, `_` and `&` are not in the type, but in names of certificates that are in use.
  [TAG.printableString]: /^[A-Za-z0-9 '()+,\-./:=?*@_&]*$/,
  // eslint-disable-next-line no-control-regex -- IA5 is all of ASCII
  [TAG.ia5String]: /^[\0-\x7f]*$/,
  [TAG.visibleString]: /^[\x20-\x7e]*$/,
  // Read as ISO 8859-1, as everybody does.
  [TAG.teletexString]: /^[\0-\xff]*$/,
}

/** Whether a tag is one of a string type that a name may hold. */
export function isStringTag(tag: number): boolean {
  return (
    tag === TAG.utf8String || tag === TAG.bmpString || tag === TAG.universalString || tag in BYTES
  )
}

/** The text of a string of any type (RFC 5280, appendix A: DirectoryString and IA5String). */
export function textOf(element: DerElement): string {
  const { tag, start } = element
  const value = contentsOf(element)
  if (tag === TAG.utf8String) return utf8(value, start)
  if (tag === TAG.bmpString) return wide(value, 2, start)
  if (tag === TAG.universalString) return wide(value, 4, start)
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
  if (BYTES[tag]?.test(text) !== true) throw new DerFault('der-string-malformed', start)
  return text
}

/** Text of a value that is an IA5String by its place, whatever its tag. */
export function asciiOf(element: DerElement): string {
  return textOf({ ...element, tag: TAG.ia5String })
}

function utf8(value: Uint8Array, start: number): string {
  try {
    return UTF_8.decode(value)
  } catch {
    throw new DerFault('der-string-malformed', start)
  }
}

function wide(value: Uint8Array, width: 2 | 4, start: number): string {
  if (value.length % width !== 0) throw new DerFault('der-string-malformed', start)
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  let text = ''
  for (let at = 0; at < value.length; at += width) {
    const point = width === 2 ? view.getUint16(at) : view.getUint32(at)
    const isCharacter = point <= 0x10_ffff && (point < 0xd800 || point > 0xdfff)
    if (!isCharacter) throw new DerFault('der-string-malformed', start)
    text += String.fromCodePoint(point)
  }
  return text
}
