import { hash } from 'node:crypto'
import { DerReader, TAG } from '../der/reader.ts'
import { encodingOf, wholeBitString } from '../der/values.ts'
import { readAlgorithm, type AlgorithmIdentifier } from './algorithm.ts'

/** What certificates, requests and revocation lists are: SIGNED of X.509. */
export abstract class Signed {
  /** All of it, as DER. */
  readonly der: Uint8Array
  /** The signed bytes. */
  readonly signedBytes: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  #sha256: string | undefined

  constructor({ der, signedBytes, signatureAlgorithm, signature }: SignedParts) {
    this.der = der
    this.signedBytes = signedBytes
    this.signatureAlgorithm = signatureAlgorithm
    this.signature = signature
  }

  /** SHA-256 of the DER form, lower-case hexadecimal. */
  get sha256(): string {
    this.#sha256 ??= hash('sha256', this.der, 'hex')
    return this.#sha256
  }
}

/** A signed structure that was taken apart. */
interface SignedParts extends Pick<
  Signed,
  'der' | 'signedBytes' | 'signatureAlgorithm' | 'signature'
> {
  /** First byte of what is signed. */
  readonly start: number
  /** What is signed, to be read. */
  readonly body: DerReader
}

/** Takes a signed structure apart. */
export function readSigned(reader: DerReader): SignedParts {
  const whole = reader.element(TAG.sequence)
  const inside = DerReader.inside(whole)
  const body = inside.element(TAG.sequence)
  const parts = {
    der: encodingOf(whole),
    signedBytes: encodingOf(body),
    signatureAlgorithm: readAlgorithm(inside),
    signature: wholeBitString(inside.element(TAG.bitString)),
    start: body.start,
    body: DerReader.inside(body),
  }
  inside.finish()
  return parts
}
