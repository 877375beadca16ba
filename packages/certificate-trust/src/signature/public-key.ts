import { DerReader, TAG } from '../der/reader.ts'
import { encodingOf, wholeBitString } from '../der/values.ts'
import { readAlgorithm, type AlgorithmIdentifier } from './algorithm.ts'
import { examineKey, type ExaminedKey } from './keys.ts'

/** A key as a certificate or request holds it (RFC 5280, 4.1.2.7). */
export class PublicKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  /** The SubjectPublicKeyInfo as DER. */
  readonly der: Uint8Array
  /** The key itself, without what is around it. */
  readonly key: Uint8Array
  #examined: ExaminedKey | undefined

  /** @throws DerFault when it is not well-formed. */
  constructor(reader: DerReader) {
    const element = reader.element(TAG.sequence)
    const inside = DerReader.inside(element)
    this.algorithm = readAlgorithm(inside)
    this.key = wholeBitString(inside.element(TAG.bitString))
    inside.finish()
    this.der = encodingOf(element)
  }

  /** What is to be said of the key; looked at once. */
  get examined(): ExaminedKey {
    this.#examined ??= examineKey(this)
    return this.#examined
  }
}
