import { DerReader, TAG } from '../der/reader.ts'
import { encodingOf, wholeBitString } from '../der/values.ts'
import { readAlgorithm, type AlgorithmIdentifier } from './algorithm.ts'

/** A signed structure: what is signed, how, and the signature. */
export interface Signed {
  /** The signed bytes. */
  readonly signedBytes: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** A signed structure that was taken apart. */
interface ReadSigned {
  /** All of it. */
  readonly der: Uint8Array
  readonly signed: Signed
  /** First byte of what is signed. */
  readonly start: number
  /** What is signed, to be read. */
  readonly body: DerReader
}

/** Reads what certificates, requests and revocation lists are: SIGNED of X.509. */
export function readSigned(reader: DerReader): ReadSigned {
  const whole = reader.element(TAG.sequence)
  const inside = DerReader.inside(whole)
  const body = inside.element(TAG.sequence)
  const signed = {
    signedBytes: encodingOf(body),
    signatureAlgorithm: readAlgorithm(inside),
    signature: wholeBitString(inside.element(TAG.bitString)),
  }
  inside.finish()
  return { der: encodingOf(whole), signed, start: body.start, body: DerReader.inside(body) }
}
