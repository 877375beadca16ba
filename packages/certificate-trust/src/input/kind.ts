import { DerFault } from '../der/fault.ts'
import { constructed, DerReader, TAG } from '../der/reader.ts'

/** What some DER is, told by how it begins. */
export type FileKind =
  'certificate' | 'request' | 'list' | 'bundle' | 'key-store' | 'private-key' | 'encrypted-key'

/**
 * Tells by the first values what some DER is meant to be; nothing about it is checked.
 *
 * @returns `undefined` for what is none of them.
 */
export function kindOf(der: Uint8Array): FileKind | undefined {
  try {
    const inside = new DerReader(der).inside(TAG.sequence)
    const first = inside.any()
    const second = inside.nextTag
    // ContentInfo.
    if (first.tag === TAG.oid) return 'bundle'
    if (first.tag === TAG.integer) {
      const isStore = inside.any().tag === TAG.sequence && inside.nextTag !== TAG.octetString
      // PFX has its contents behind the version, PKCS#8 an algorithm and the key; PKCS#1 and SEC1 no sequence.
      return isStore ? 'key-store' : 'private-key'
    }
    if (first.tag !== TAG.sequence) return undefined
    return second === TAG.octetString ? 'encrypted-key' : kindOfSigned(DerReader.inside(first))
  } catch (error) {
    if (error instanceof DerFault) return undefined
    throw error
  }
}

/** What is signed: each kind has another value at its third or fourth place. */
function kindOfSigned(body: DerReader): FileKind | undefined {
  if (body.nextTag === constructed(0)) return 'certificate'
  const number = body.optional(TAG.integer)
  const first = DerReader.inside(body.element(TAG.sequence))
  body.element(TAG.sequence)
  if (body.nextTag === TAG.utcTime || body.nextTag === TAG.generalizedTime) return 'list'
  if (number === undefined) return undefined
  // A certificate of version 1 has an algorithm here, a request a name.
  return first.nextTag === TAG.oid ? 'certificate' : 'request'
}
