import { DerFault } from '../der/fault.ts'
import { constructed, primitive, TAG, type DerReader } from '../der/reader.ts'
import { readTime } from '../der/time.ts'
import { integerBytes, isSameEncoding, smallInteger } from '../der/values.ts'
import { readExtensions, type Extensions, type ReadExtensions } from './extensions.ts'
import { readName, type Name } from '../name/name.ts'
import { readAlgorithm } from '../signature/algorithm.ts'
import { PublicKeyInfo } from '../signature/public-key.ts'
import { readSigned, Signed } from '../signature/signed.ts'

/** What can be understood, but is not as RFC 5280 wants it written. */
export type Deviation = 'serial-number-not-positive' | 'serial-number-too-long' | 'time-type-wrong'

/** A certificate that was read. Nothing about it has been checked but its form. */
export class Certificate extends Signed {
  readonly version: 1 | 2 | 3
  /** Lower-case hexadecimal, as the contents of its INTEGER. */
  readonly serialNumber: string
  readonly issuer: Name
  readonly subject: Name
  /** First second that it is valid in, since 1970. */
  readonly notBefore: number
  /** Last second that it is valid in, since 1970. */
  readonly notAfter: number
  readonly publicKey: PublicKeyInfo
  readonly extensions: Extensions
  /** Dotted identifiers of critical extensions that nobody here understands. */
  readonly unknownCritical: readonly string[]
  readonly deviations: readonly Deviation[]

  /** @throws DerFault on the first error. Use `parseCertificate`. */
  constructor(reader: DerReader) {
    const parts = readSigned(reader)
    super(parts)
    const { body } = parts
    this.version = readVersion(body)
    const serial = integerBytes(body.element(TAG.integer))
    const inner = readAlgorithm(body)
    if (!isSameEncoding(inner.element, this.signatureAlgorithm.element)) {
      throw new DerFault('signature-algorithm-mismatch', inner.element.start)
    }
    this.serialNumber = hex(serial)
    this.issuer = readName(body)
    const validity = body.inside(TAG.sequence)
    const [from, until] = [readTime(validity), readTime(validity)]
    validity.finish()
    this.notBefore = from.seconds
    this.notAfter = until.seconds
    this.deviations = deviationsOf(serial, from.isConforming && until.isConforming)
    this.subject = readName(body)
    this.publicKey = new PublicKeyInfo(body)
    this.#skipUniqueIdentifiers(body)
    const { known, unknownCritical } = this.#readExtensions(body)
    this.extensions = known
    this.unknownCritical = unknownCritical
    body.finish()
  }

  /** Whether subject and issuer are one name. It may still be signed by another key. */
  get isSelfIssued(): boolean {
    return this.subject.key === this.issuer.key
  }

  #skipUniqueIdentifiers(body: DerReader): void {
    const { offset } = body
    const issuer = body.optional(primitive(1))
    const subject = body.optional(primitive(2))
    const isThere = issuer !== undefined || subject !== undefined
    if (isThere && this.version === 1) throw new DerFault('version-mismatch', offset)
  }

  #readExtensions(body: DerReader): ReadExtensions {
    const { offset } = body
    const around = body.optionalInside(constructed(3))
    if (around === undefined) return { known: {}, unknownCritical: [] }
    if (this.version !== 3) throw new DerFault('version-mismatch', offset)
    const extensions = readExtensions(around)
    around.finish()
    return extensions
  }
}

function readVersion(body: DerReader): 1 | 2 | 3 {
  const around = body.optionalInside(constructed(0))
  if (around === undefined) return 1
  const { offset } = around
  const version = smallInteger(around.element(TAG.integer))
  around.finish()
  if (version === 0) throw new DerFault('der-default-encoded', offset)
  if (version > 2) throw new DerFault('version-mismatch', offset)
  return version === 1 ? 2 : 3
}

/** Most bytes of a serial number (RFC 5280, 4.1.2.2). */
const MAX_SERIAL_BYTES = 20

function deviationsOf(serial: Uint8Array, hasRightTimes: boolean): readonly Deviation[] {
  const deviations: Deviation[] = []
  const isZero = serial.length === 1 && serial[0] === 0
  if (isZero || (serial[0] as number) >= 0x80) deviations.push('serial-number-not-positive')
  if (serial.length > MAX_SERIAL_BYTES) deviations.push('serial-number-too-long')
  if (!hasRightTimes) deviations.push('time-type-wrong')
  return deviations
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}
