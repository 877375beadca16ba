import { randomBytes, type KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import { constructed } from '../der/reader.ts'
import { parseCertificate } from '../input/parse.ts'
import type { PublicKeyInfo } from '../signature/public-key.ts'
import type { Signed } from '../signature/signed.ts'
import { checkSignature } from '../signature/signature.ts'
import { bits, encode, encoded, integer, integerOf, sequence, time, type Asn1 } from './asn1.ts'
import { IssuingError } from './codes.ts'
import { keyIdentifierOf, publicKeyOf, signerOf, type Signer } from './key.ts'

/** Who signs what is issued. */
export interface Issuer {
  /** Name as DER. */
  readonly name: Uint8Array
  readonly key: KeyObject
  readonly publicKey: PublicKeyInfo
  readonly keyIdentifier: Uint8Array
}

/** An issuer that signs for itself. */
export function selfIssuer(name: Uint8Array, key: KeyObject): Issuer {
  const publicKey = publicKeyOf(key)
  return { name, key, publicKey, keyIdentifier: keyIdentifierOf(publicKey) }
}

/** First and last second, since 1970, in which something is valid. */
export interface Validity {
  readonly from: number
  readonly until: number
}

const DAY = 24 * 60 * 60
/** Last second that a certificate can name: that of the year 9999. */
const LAST_SECOND = Date.UTC(10_000, 0) / 1000 - 1

/**
 * Whole days from an instant on, to the second before the same time of day.
 *
 * @throws RangeError when `at` is no date, or `days` is no whole number above 0 within the calendar.
 */
export function validityOf(at: Date, days: number): Validity {
  const from = secondsOf(at)
  const until = from + days * DAY - 1
  if (!Number.isSafeInteger(days) || days < 1 || until > LAST_SECOND) {
    throw new RangeError('`days` is no number of days')
  }
  return { from, until }
}

/** @throws RangeError when it is no date of certificates: they begin in 1950. */
export function secondsOf(at: Date): number {
  const seconds = Math.floor(at.getTime() / 1000)
  const isDate = seconds >= Date.UTC(1950, 0) / 1000 && seconds <= LAST_SECOND
  if (!isDate) throw new RangeError('`at` is no date that a certificate can name')
  return seconds
}

/** What is to stand in a certificate. */
export interface CertificateContents {
  readonly issuer: Issuer
  /** Name as DER. */
  readonly subject: Uint8Array
  readonly publicKey: PublicKeyInfo
  readonly validity: Validity
  readonly extensions: readonly Asn1[]
  /** Default: 20 random bytes. */
  readonly serialNumber?: Uint8Array | undefined
}

/** Signs a certificate, and reads it as everybody else will. */
export function issueCertificate(contents: CertificateContents): Certificate {
  const { issuer, validity } = contents
  const { key, publicKey } = issuer
  const serial = integerOf(serialNumberOf(contents.serialNumber))
  const der = sign(key, ({ algorithm }) =>
    sequence([
      sequence([integer(2)], constructed(0)),
      serial,
      algorithm,
      encoded(issuer.name),
      sequence([time(validity.from), time(validity.until)]),
      encoded(contents.subject),
      encoded(contents.publicKey.der),
      sequence([sequence(contents.extensions)], constructed(3)),
    ]),
  )
  const certificate = parseCertificate(der, { file: 'issued certificate' })
  requireSigned(certificate, publicKey)
  return certificate
}

/** A structure of three parts: what is signed, how, and the signature. */
export function sign(key: KeyObject, body: (signer: Signer) => Asn1): Uint8Array {
  const signer = signerOf(key)
  const signed = encode(body(signer))
  return encode(sequence([encoded(signed), signer.algorithm, bits(signer.sign(signed))]))
}

/** What was signed is checked before it is given away: keys and software fail. */
export function requireSigned(signed: Signed, publicKey: PublicKeyInfo): void {
  const fault = checkSignature(signed, publicKey, [])
  if (fault !== undefined) throw new IssuingError('key-refused', { facts: { cause: fault } })
}

/** Bytes of a serial number: as many as there may be (RFC 5280, 4.1.2.2). */
const SERIAL_BYTES = 20
const MIN_SERIAL_BYTES = 16

/** Random, positive and always of the same length; 158 bits that nobody can guess. */
function serialNumberOf(given: Uint8Array | undefined): Uint8Array {
  if (given === undefined) {
    const random = new Uint8Array(randomBytes(SERIAL_BYTES))
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x40
    return random
  }
  const [first = 0] = given
  const hasLength = given.length >= MIN_SERIAL_BYTES && given.length <= SERIAL_BYTES
  if (!hasLength || first === 0 || first > 0x7f) throw new IssuingError('serial-number-malformed')
  return given
}
