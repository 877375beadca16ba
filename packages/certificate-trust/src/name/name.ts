import { DerFault } from '../der/fault.ts'
import { DerReader, TAG, type DerElement } from '../der/reader.ts'
import { isStringTag, textOf } from '../der/strings.ts'
import { contentsOf, encodingOf, objectIdentifier } from '../der/values.ts'
import { OID } from '../der/oids.ts'

/** One attribute of a name. */
export interface NameAttribute {
  /** Dotted object identifier of its type. */
  readonly type: string
  /** Its text; of a value that is no string, the bytes in hexadecimal behind `#`. */
  readonly value: string
}

/** A distinguished name (RFC 5280, 4.1.2.4). */
export interface Name {
  /** Relative names, the most significant first; each has at least one attribute. */
  readonly parts: readonly (readonly NameAttribute[])[]
  /** How each part compares: two are the same when these are (RFC 5280, 7.1). */
  readonly keys: readonly string[]
  /** How the name as a whole compares. */
  readonly key: string
  /** The name as DER. */
  readonly der: Uint8Array
}

/** Most relative names and attributes of one: those in use have some ten. */
const MAX_ATTRIBUTES = 64

/** Reads a Name. */
export function readName(reader: DerReader): Name {
  const element = reader.element(TAG.sequence)
  const inside = DerReader.inside(element)
  const parts: NameAttribute[][] = []
  const keys: string[] = []
  let count = 0
  while (!inside.isAtEnd) {
    const { attributes, key } = readRelativeName(inside.element(TAG.set))
    count += attributes.length
    if (count > MAX_ATTRIBUTES) throw new DerFault('name-malformed', element.start)
    parts.push(attributes)
    keys.push(key)
  }
  return { parts, keys, key: keys.join(','), der: encodingOf(element) }
}

/** Reads a RelativeDistinguishedName, whatever its tag, and how it compares. */
export function readRelativeName(set: DerElement): { attributes: NameAttribute[]; key: string } {
  const inside = DerReader.inside(set)
  if (inside.isAtEnd) throw new DerFault('name-malformed', set.start)
  const attributes: NameAttribute[] = []
  const keys: string[] = []
  let before: DerElement | undefined
  while (!inside.isAtEnd) {
    const element = inside.element(TAG.sequence)
    if (before !== undefined && Buffer.compare(encodingOf(before), encodingOf(element)) > 0) {
      throw new DerFault('der-set-unsorted', element.start)
    }
    before = element
    const content = DerReader.inside(element)
    const type = objectIdentifier(content.element(TAG.oid))
    const value = content.any()
    content.finish()
    const text = isStringTag(value.tag) ? textOf(value) : undefined
    attributes.push({ type, value: text ?? `#${hex(encodingOf(value))}` })
    keys.push(`${type}=${text === undefined ? hex(contentsOf(value)) : prepare(text)}`)
  }
  return { attributes, key: keys.length === 1 ? (keys[0] as string) : keys.toSorted().join('+') }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

/**
 * Text prepared for comparison: composed, without case, blanks at the ends removed and inside made
 * one (RFC 4518, in the part that RFC 5280, 7.1 asks for). What separates keys is escaped.
 */
function prepare(text: string): string {
  // Most names need nothing but this.
  if (/^[\w.*@-]+(?: [\w.*@-]+)*$/.test(text)) return text.toLowerCase()
  // Most names are ASCII, and need no composing.
  // eslint-disable-next-line no-control-regex -- is it all ASCII?
  const composed = /^[\0-\x7f]*$/.test(text) ? text : text.normalize('NFKC')
  const folded = composed.toLowerCase().trim().replaceAll(/\s+/g, ' ')
  return /[,+=\\]/.test(folded) ? folded.replaceAll(/[,+=\\]/g, String.raw`\$&`) : folded
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  [OID.commonName]: 'CN',
  [OID.serialNumberAttribute]: 'SERIALNUMBER',
  [OID.country]: 'C',
  [OID.locality]: 'L',
  [OID.stateOrProvince]: 'ST',
  [OID.street]: 'STREET',
  [OID.organization]: 'O',
  [OID.organizationalUnit]: 'OU',
  [OID.domainComponent]: 'DC',
  [OID.userId]: 'UID',
  [OID.emailAddress]: 'emailAddress',
}

/** A name as text, the most specific part first (RFC 4514): `CN=web01,O=Example`. Controls are not escaped. */
export function formatName({ parts }: Pick<Name, 'parts'>): string {
  return parts
    .toReversed()
    .map((attributes) => attributes.map(formatAttribute).join('+'))
    .join(',')
}

function formatAttribute({ type, value }: NameAttribute): string {
  const isPlain = /^[A-Za-z0-9.][A-Za-z0-9. _-]*$/.test(value) && !value.endsWith(' ')
  const escaped = isPlain ? value : value.replaceAll(/[,+"\\<>;=]|^[ #]| $/g, String.raw`\$&`)
  return `${SHORT_NAMES[type] ?? type}=${escaped}`
}
