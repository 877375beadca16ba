import { KEY_USAGES, type KeyUsage } from '../certificate/extensions.ts'
import { OID } from '../der/oids.ts'
import { primitive } from '../der/reader.ts'
import type { Purpose } from '../options.ts'
import { purposeId } from '../path/own-faults.ts'
import {
  bits,
  integer,
  objectIdentifier,
  octets,
  octetsAround,
  sequence,
  TRUE,
  type Asn1,
} from './asn1.ts'
import { encodeNames, type CanonicalNames } from './alternative-names.ts'

/** One Extension. */
export function extension(
  type: string,
  value: Asn1,
  { critical = false }: { readonly critical?: boolean } = {},
): Asn1 {
  return sequence([objectIdentifier(type), ...(critical ? [TRUE] : []), octetsAround(value)])
}

/** Says that the certificate is one of an authority; critical (RFC 5280, 4.2.1.9). */
export function basicConstraints(pathLength: number | undefined): Asn1 {
  const inside = pathLength === undefined ? [TRUE] : [TRUE, integer(pathLength)]
  return extension(OID.basicConstraints, sequence(inside), { critical: true })
}

/** What the key may do; critical (RFC 5280, 4.2.1.3). */
export function keyUsage(usages: readonly KeyUsage[]): Asn1 {
  const numbers = usages.map((usage) => KEY_USAGES.indexOf(usage))
  // All that are written here are among the first eight.
  const byte = numbers.reduce((sum, number) => sum | (0x80 >> number), 0)
  const unused = 7 - Math.max(...numbers)
  return extension(OID.keyUsage, bits(Uint8Array.of(byte), unused), { critical: true })
}

/** What the certificate is used for. */
export function extKeyUsage(purposes: readonly Purpose[]): Asn1 {
  const identifiers = [...new Set(purposes.map(purposeId))]
  return extension(OID.extKeyUsage, sequence(identifiers.map(objectIdentifier)))
}

/** Which key this is. */
export function subjectKeyIdentifier(identifier: Uint8Array): Asn1 {
  return extension(OID.subjectKeyIdentifier, octets(identifier))
}

/** Which key issued it: by its identifier alone (Baseline Requirements, 7.1.2.11.1). */
export function authorityKeyIdentifier(identifier: Uint8Array): Asn1 {
  return extension(OID.authorityKeyIdentifier, sequence([octets(identifier, primitive(0))]))
}

/** Critical where there is no subject, and only there (RFC 5280, 4.2.1.6). */
export function subjectAltName(names: CanonicalNames, hasSubject: boolean): Asn1 {
  return extension(OID.subjectAltName, encodeNames(names), { critical: !hasSubject })
}
