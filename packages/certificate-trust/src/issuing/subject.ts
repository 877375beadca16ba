import { OID } from '../der/oids.ts'
import { TAG } from '../der/reader.ts'
import { encode, objectIdentifier, sequence, setOf, text, type Asn1 } from './asn1.ts'
import { IssuingError } from './codes.ts'

/** Parts of a distinguished name, each once. Texts are composed (NFC). */
export interface SubjectAttributes {
  /** What people read; it never decides. */
  readonly commonName?: string
  /** Part of the organization. */
  readonly organizationalUnit?: string
  /** Who runs the system. */
  readonly organization?: string
  /** Town. */
  readonly locality?: string
  /** State or province, in full. */
  readonly stateOrProvince?: string
  /** Two letters (ISO 3166-1). */
  readonly country?: string
}

/** Order in which parts are written, and how long each may be (RFC 5280, appendix A.1, upper bounds). */
const PARTS = [
  ['country', 2],
  ['stateOrProvince', 128],
  ['locality', 128],
  ['organization', 64],
  ['organizationalUnit', 64],
  ['commonName', 64],
] as const satisfies readonly (readonly [keyof SubjectAttributes, number])[]

/** Longest common name in characters (RFC 5280, appendix A.1). */
export const MAX_COMMON_NAME = 64

/**
 * A Name as DER.
 *
 * @throws IssuingError for a part that is blank, too long, or has controls in it.
 */
export function encodeSubject(attributes: SubjectAttributes): Uint8Array {
  const parts = PARTS.flatMap(([name, longest]) => {
    const given = attributes[name]
    return given === undefined ? [] : [encodePart(name, given.normalize('NFC'), longest)]
  })
  return encode(sequence(parts))
}

function encodePart(name: keyof SubjectAttributes, value: string, longest: number): Asn1 {
  const isCountry = name === 'country'
  const isRight = isCountry ? /^[A-Z]{2}$/.test(value) : isReadable(value)
  if (!isRight || Array.from(value).length > longest) {
    throw new IssuingError('name-malformed', { facts: { part: name, name: value } })
  }
  const isPlain = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
  const tag = isPlain ? TAG.printableString : TAG.utf8String
  return setOf(sequence([objectIdentifier(OID[name]), text(value, tag)]))
}

/** Something that is not blank at its ends, and no character that is not one to read. */
function isReadable(value: string): boolean {
  return value !== '' && value.trim() === value && !/\p{C}/u.test(value)
}
