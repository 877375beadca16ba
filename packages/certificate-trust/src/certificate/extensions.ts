import { DerFault } from '../der/fault.ts'
import { constructed, DerReader, primitive, TAG, type DerElement } from '../der/reader.ts'
import {
  contentsOf,
  integerBytes,
  namedBits,
  objectIdentifier,
  readFlag,
  smallInteger,
} from '../der/values.ts'
import { readDistributionPoints, type DistributionPoint } from '../revocation/distribution-point.ts'
import { readGeneralName, readGeneralNames, type GeneralName } from '../name/general-name.ts'
import { OID } from '../der/oids.ts'

/** Key usages of RFC 5280, 4.2.1.3, in the order of their bits. */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** What a key may be used for. */
export type KeyUsage = (typeof KEY_USAGES)[number]

/** Whether the key is one of a certificate authority (RFC 5280, 4.2.1.9). */
export interface BasicConstraints {
  readonly isCa: boolean
  /** Most certificates of authorities that may follow, self-issued ones not counted; `null`: no limit. */
  readonly pathLength: number | null
}

/** Names that certificates below may have (RFC 5280, 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

/** Policies that a policy of the issuer stands for below (RFC 5280, 4.2.1.5). */
export interface PolicyMapping {
  readonly issuerPolicy: string
  readonly subjectPolicy: string
}

/** Limits on policies below (RFC 5280, 4.2.1.11): after how many certificates they begin, `null`: never. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null
  readonly inhibitPolicyMapping: number | null
}

/** Which key signed (RFC 5280, 4.2.1.1). */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | null
  readonly hasIssuer: boolean
  readonly hasSerialNumber: boolean
}

/** Values of the extensions that decide something. */
export interface ExtensionValues {
  readonly basicConstraints: BasicConstraints
  /** A set of bits, that of {@link KEY_USAGES} at 0 the lowest. */
  readonly keyUsage: number
  /** Dotted object identifiers. */
  readonly extKeyUsage: readonly string[]
  readonly subjectAltName: readonly GeneralName[]
  readonly issuerAltName: readonly GeneralName[]
  readonly nameConstraints: NameConstraints
  /** Dotted object identifiers. */
  readonly certificatePolicies: readonly string[]
  readonly policyMappings: readonly PolicyMapping[]
  readonly policyConstraints: PolicyConstraints
  /** After how many certificates "any policy" counts no more. */
  readonly inhibitAnyPolicy: number
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier
  readonly subjectKeyIdentifier: Uint8Array
  readonly crlDistributionPoints: readonly DistributionPoint[]
  readonly freshestCrl: readonly DistributionPoint[]
  readonly authorityInfoAccess: null
  readonly subjectInfoAccess: null
}

/** Whether a certificate names a usage; without the extension it names all (RFC 5280, 4.2.1.3). */
export function hasKeyUsage(
  { extensions }: { readonly extensions: Extensions },
  usage: KeyUsage,
): boolean {
  const { keyUsage } = extensions
  return keyUsage === undefined || (keyUsage.value & (1 << KEY_USAGES.indexOf(usage))) !== 0
}

/** Name of an extension that is read. */
export type ExtensionName = keyof ExtensionValues

/** Extensions of one certificate, each as far as it is there. */
export type Extensions = {
  readonly [Name in ExtensionName]?: {
    readonly critical: boolean
    readonly value: ExtensionValues[Name]
  }
}

/** What the extensions of a certificate come to. */
export interface ReadExtensions {
  readonly known: Extensions
  /** Dotted identifiers of critical extensions that are not read here: whoever has one is refused. */
  readonly unknownCritical: readonly string[]
}

type Readers = { readonly [Name in ExtensionName]: (reader: DerReader) => ExtensionValues[Name] }

const READERS: Readers = {
  basicConstraints: readBasicConstraints,
  keyUsage: readKeyUsage,
  extKeyUsage: (reader) => readList(reader, (inside) => objectIdentifier(inside.element(TAG.oid))),
  subjectAltName: (reader) => readGeneralNames(reader.inside(TAG.sequence)),
  issuerAltName: (reader) => readGeneralNames(reader.inside(TAG.sequence)),
  nameConstraints: readNameConstraints,
  certificatePolicies: readPolicies,
  policyMappings: (reader) => readList(reader, readMapping),
  policyConstraints: readPolicyConstraints,
  inhibitAnyPolicy: (reader) => smallInteger(reader.element(TAG.integer)),
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
  subjectKeyIdentifier: (reader) => contentsOf(reader.element(TAG.octetString)),
  crlDistributionPoints: readDistributionPoints,
  freshestCrl: readDistributionPoints,
  authorityInfoAccess: readAccess,
  subjectInfoAccess: readAccess,
}

const NAMES: ReadonlyMap<string, ExtensionName> = new Map(
  (Object.keys(READERS) as ExtensionName[]).map((name) => [OID[name], name]),
)

/** Most extensions of one certificate: those in use have some fifteen. */
const MAX_EXTENSIONS = 64

/** Reads a SEQUENCE of extensions, the contents of each included. */
export function readExtensions(reader: DerReader): ReadExtensions {
  const list = reader.inside(TAG.sequence)
  if (list.isAtEnd) throw new DerFault('extension-malformed', list.offset)
  const known: Partial<Record<ExtensionName, { critical: boolean; value: unknown }>> = {}
  const unknownCritical: string[] = []
  const seen = new Set<string>()
  while (!list.isAtEnd) {
    const { type, critical, contents, offset } = readExtension(list)
    if (seen.has(type)) throw new DerFault('extension-repeated', offset)
    if (seen.size >= MAX_EXTENSIONS) throw new DerFault('extension-malformed', offset)
    seen.add(type)
    const name = NAMES.get(type)
    if (name !== undefined) {
      known[name] = { critical, value: READERS[name](contents) }
      contents.finish()
    } else if (critical) {
      unknownCritical.push(type)
    }
  }
  return { known: known as Extensions, unknownCritical }
}

/** One extension before its contents are read. */
export interface RawExtension {
  readonly type: string
  readonly critical: boolean
  readonly contents: DerReader
  /** Where it begins. */
  readonly offset: number
}

/** Reads one Extension. */
export function readExtension(list: DerReader): RawExtension {
  const { offset } = list
  const inside = list.inside(TAG.sequence)
  const type = objectIdentifier(inside.element(TAG.oid))
  const critical = readFlag(inside)
  const contents = inside.inside(TAG.octetString)
  inside.finish()
  return { type, critical, contents, offset }
}

/** Reads a SEQUENCE OF with at least one element. */
function readList<Value>(reader: DerReader, read: (inside: DerReader) => Value): readonly Value[] {
  const list = reader.inside(TAG.sequence)
  if (list.isAtEnd) throw new DerFault('extension-malformed', list.offset)
  const values: Value[] = []
  while (!list.isAtEnd) values.push(read(list))
  return values
}

function readBasicConstraints(reader: DerReader): BasicConstraints {
  const inside = reader.inside(TAG.sequence)
  const isCa = readFlag(inside)
  const limit = inside.optional(TAG.integer)
  inside.finish()
  const pathLength = limit === undefined ? null : smallInteger(limit)
  return { isCa, pathLength }
}

function readKeyUsage(reader: DerReader): number {
  const element = reader.element(TAG.bitString)
  const bits = namedBits(element, KEY_USAGES.length)
  if (bits === 0) throw new DerFault('extension-malformed', element.start)
  return bits
}

function readNameConstraints(reader: DerReader): NameConstraints {
  const inside = reader.inside(TAG.sequence)
  if (inside.isAtEnd) throw new DerFault('extension-malformed', inside.offset)
  const permitted = readSubtrees(inside.optionalInside(constructed(0)))
  const excluded = readSubtrees(inside.optionalInside(constructed(1)))
  inside.finish()
  return { permitted, excluded }
}

/** Minimum and maximum are not used (RFC 5280, 4.2.1.10): what has one is malformed. */
function readSubtrees(reader: DerReader | undefined): readonly GeneralName[] {
  if (reader === undefined) return []
  if (reader.isAtEnd) throw new DerFault('extension-malformed', reader.offset)
  const names: GeneralName[] = []
  while (!reader.isAtEnd) {
    const subtree = reader.inside(TAG.sequence)
    names.push(readGeneralName(subtree))
    subtree.finish()
  }
  return names
}

function readPolicies(reader: DerReader): readonly string[] {
  const seen = new Set<string>()
  readList(reader, (list) => {
    const inside = list.inside(TAG.sequence)
    const policy = objectIdentifier(inside.element(TAG.oid))
    if (seen.has(policy)) throw new DerFault('extension-malformed', list.offset)
    seen.add(policy)
    if (!inside.isAtEnd) readList(inside, (qualifiers) => qualifiers.element(TAG.sequence))
    inside.finish()
  })
  return [...seen]
}

function readMapping(list: DerReader): PolicyMapping {
  const inside = list.inside(TAG.sequence)
  const issuerPolicy = objectIdentifier(inside.element(TAG.oid))
  const subjectPolicy = objectIdentifier(inside.element(TAG.oid))
  inside.finish()
  return { issuerPolicy, subjectPolicy }
}

function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  const inside = reader.inside(TAG.sequence)
  if (inside.isAtEnd) throw new DerFault('extension-malformed', inside.offset)
  const requireExplicitPolicy = optionalSmall(inside.optional(primitive(0)))
  const inhibitPolicyMapping = optionalSmall(inside.optional(primitive(1)))
  inside.finish()
  return { requireExplicitPolicy, inhibitPolicyMapping }
}

function optionalSmall(element: DerElement | undefined): number | null {
  return element === undefined ? null : smallInteger(element)
}

function readAuthorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  const inside = reader.inside(TAG.sequence)
  const keyIdentifier = inside.optional(primitive(0))
  const issuer = inside.optionalInside(constructed(1))
  if (issuer !== undefined) readGeneralNames(issuer)
  const serial = inside.optional(primitive(2))
  if (serial !== undefined) integerBytes(serial)
  inside.finish()
  return {
    keyIdentifier: keyIdentifier === undefined ? null : contentsOf(keyIdentifier),
    hasIssuer: issuer !== undefined,
    hasSerialNumber: serial !== undefined,
  }
}

/** Places where more is to be had (RFC 5280, 4.2.2). They are checked for form and never followed. */
function readAccess(reader: DerReader): null {
  readList(reader, (list) => {
    const inside = list.inside(TAG.sequence)
    inside.element(TAG.oid)
    readGeneralName(inside)
    inside.finish()
  })
  return null
}
