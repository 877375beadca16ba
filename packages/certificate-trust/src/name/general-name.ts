import { DerFault } from '../der/fault.ts'
import { constructed, DerReader, primitive, type DerElement } from '../der/reader.ts'
import { asciiOf, isStringTag, textOf } from '../der/strings.ts'
import { contentsOf, objectIdentifier } from '../der/values.ts'
import { TAG } from '../der/reader.ts'
import { formatAddressBytes } from './address-bytes.ts'
import { formatName, readName, type Name } from './name.ts'

/** A name of one of the forms of RFC 5280, 4.2.1.6. */
export type GeneralName =
  /** A name in a form of its own; nothing is decided by what it holds. */
  | { readonly kind: 'other'; readonly type: string }
  /** Mail address. */
  | { readonly kind: 'mail'; readonly value: string }
  /** Host name, as written. */
  | { readonly kind: 'dns'; readonly value: string }
  /** X.400 address, EDI party name or registered identifier; nothing is decided by them. */
  | { readonly kind: 'x400' | 'edi' | 'registered' }
  /** Distinguished name. */
  | { readonly kind: 'directory'; readonly value: Name }
  /** Uniform resource identifier, as written. */
  | { readonly kind: 'uri'; readonly value: string }
  /** Address of 4 or 16 bytes; in a constraint, address and mask: 8 or 32. */
  | { readonly kind: 'ip'; readonly value: Uint8Array }

/** Form of a general name. */
export type GeneralNameKind = GeneralName['kind']

/** A name as text, or its form where there is none. It may hold controls. */
export function formatGeneralName(name: GeneralName): string {
  if (!('value' in name)) return name.kind
  if (name.kind === 'directory') return formatName(name.value)
  if (name.kind !== 'ip') return name.value
  return formatAddressBytes(name.value) ?? `#${Buffer.from(name.value).toString('hex')}`
}

/** Reads one GeneralName. */
export function readGeneralName(reader: DerReader): GeneralName {
  const element = reader.any()
  switch (element.tag) {
    case constructed(0):
      return { kind: 'other', type: readOther(element) }
    case primitive(1):
      return { kind: 'mail', value: asciiOf(element) }
    case primitive(2):
      return { kind: 'dns', value: asciiOf(element) }
    case constructed(3):
      return { kind: 'x400' }
    case constructed(4):
      return { kind: 'directory', value: readDirectory(element) }
    case constructed(5):
      checkEdi(element)
      return { kind: 'edi' }
    case primitive(6):
      return { kind: 'uri', value: asciiOf(element) }
    case primitive(7):
      return { kind: 'ip', value: contentsOf(element) }
    case primitive(8):
      objectIdentifier(element)
      return { kind: 'registered' }
    default:
      throw new DerFault('der-tag-unexpected', element.start)
  }
}

/** Reads all that is left as general names; there must be one at least. */
export function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  const names: GeneralName[] = []
  if (reader.isAtEnd) throw new DerFault('extension-malformed', reader.offset)
  while (!reader.isAtEnd) names.push(readGeneralName(reader))
  return names
}

function readOther(element: DerElement): string {
  const inside = DerReader.inside(element)
  const type = objectIdentifier(inside.element(TAG.oid))
  inside.element(constructed(0))
  inside.finish()
  return type
}

/** EDIPartyName: who assigned the name, where it says so, and the name. */
function checkEdi(element: DerElement): void {
  const inside = DerReader.inside(element)
  for (const around of [inside.optionalInside(constructed(0)), inside.inside(constructed(1))]) {
    if (around === undefined) continue
    const text = around.any()
    if (!isStringTag(text.tag)) throw new DerFault('der-tag-unexpected', text.start)
    textOf(text)
    around.finish()
  }
  inside.finish()
}

function readDirectory(element: DerElement): Name {
  const inside = DerReader.inside(element)
  const name = readName(inside)
  inside.finish()
  return name
}
