import { readExtensions, type Extensions, type ReadExtensions } from '../certificate/extensions.ts'
import { DerFault } from '../der/fault.ts'
import { OID } from '../der/oids.ts'
import { constructed, DerReader, TAG, type DerElement } from '../der/reader.ts'
import { encodingOf, objectIdentifier, smallInteger } from '../der/values.ts'
import { readName, type Name } from '../name/name.ts'
import { PublicKeyInfo } from '../signature/public-key.ts'
import { readSigned, Signed } from '../signature/signed.ts'

/** A certificate request (PKCS#10) that was read. Nothing about it has been checked but its form. */
export class CertificateRequest extends Signed {
  /** Who asks; may be empty. */
  readonly subject: Name
  /** The key that a certificate is asked for. */
  readonly publicKey: PublicKeyInfo
  /** Extensions that are asked for. Whoever issues decides whether they are granted. */
  readonly extensions: Extensions
  /** Dotted identifiers of extensions that are asked for as critical, and that nobody here understands. */
  readonly unknownCritical: readonly string[]
  /** Dotted identifiers of attributes beside the extensions; what they hold is not kept: it may be a password. */
  readonly unknownAttributes: readonly string[]

  /** @throws DerFault on the first error. Use `parseRequest`. */
  constructor(reader: DerReader) {
    const parts = readSigned(reader)
    super(parts)
    const { body } = parts
    const version = body.element(TAG.integer)
    if (smallInteger(version) !== 0) throw new DerFault('version-mismatch', version.start)
    this.subject = readName(body)
    this.publicKey = new PublicKeyInfo(body)
    const { known, unknownCritical, unknown } = readAttributes(body.inside(constructed(0)))
    this.extensions = known
    this.unknownCritical = unknownCritical
    this.unknownAttributes = unknown
    body.finish()
  }
}

/** Most attributes of one request: those in use have some five. */
const MAX_ATTRIBUTES = 64

interface ReadAttributes extends ReadExtensions {
  readonly unknown: readonly string[]
}

/** Reads the attributes, in the order of DER, each type once (RFC 2986, 4.1). */
function readAttributes(list: DerReader): ReadAttributes {
  let extensions: ReadExtensions = { known: {}, unknownCritical: [] }
  const types = new Set<string>()
  let before: DerElement | undefined
  while (!list.isAtEnd) {
    const attribute = list.element(TAG.sequence)
    if (before !== undefined && Buffer.compare(encodingOf(before), encodingOf(attribute)) > 0) {
      throw new DerFault('der-set-unsorted', attribute.start)
    }
    before = attribute
    const inside = DerReader.inside(attribute)
    const type = objectIdentifier(inside.element(TAG.oid))
    const values = inside.inside(TAG.set)
    inside.finish()
    if (types.has(type) || types.size >= MAX_ATTRIBUTES || values.isAtEnd) {
      throw new DerFault('attribute-malformed', attribute.start)
    }
    types.add(type)
    if (type === OID.extensionRequest) {
      extensions = readExtensions(values)
      if (!values.isAtEnd) throw new DerFault('attribute-malformed', attribute.start)
    } else {
      while (!values.isAtEnd) values.any()
    }
  }
  types.delete(OID.extensionRequest)
  return { ...extensions, unknown: [...types] }
}
