import { readAlgorithm } from '../signature/algorithm.ts'
import { readSigned, Signed } from '../signature/signed.ts'
import { DerFault } from '../der/fault.ts'
import { constructed, DerReader, primitive, TAG, type DerElement } from '../der/reader.ts'
import { readGeneralizedTime, readTime } from '../der/time.ts'
import {
  contentsOf,
  integerBytes,
  isSameEncoding,
  namedBits,
  readFlag,
  smallInteger,
} from '../der/values.ts'
import { readPointName, REASON_FLAGS, type PointName } from './distribution-point.ts'
import { readExtension, type RawExtension } from '../certificate/extensions.ts'
import { readGeneralNames } from '../name/general-name.ts'
import { readName, type Name } from '../name/name.ts'
import { OID } from '../der/oids.ts'

/** Why a certificate was revoked, by the number of its reason (RFC 5280, 5.3.1). */
export const REVOCATION_REASONS = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
} as const

/** Why a certificate was revoked. */
export type RevocationReason = (typeof REVOCATION_REASONS)[keyof typeof REVOCATION_REASONS]

/** One certificate on a list. */
export interface Revocation {
  /** Since when, in seconds since 1970. */
  readonly since: number
  /** Why; `unspecified` when the list does not say. */
  readonly reason: RevocationReason
}

/** What a list is about (RFC 5280, 5.2.5). */
export interface ListScope {
  /** Points that it is about; `null`: all. */
  readonly point: PointName | null
  readonly onlyPeers: boolean
  readonly onlyAuthorities: boolean
  readonly onlyAttributes: boolean
  /** Reasons that it covers, as bits; `null`: all. */
  readonly reasons: number | null
  /** Whether it may hold certificates of other issuers. */
  readonly isIndirect: boolean
}

/** Everything, of the issuer's own certificates: what a list without the extension is about. */
const WHOLE: ListScope = {
  point: null,
  onlyPeers: false,
  onlyAuthorities: false,
  onlyAttributes: false,
  reasons: null,
  isIndirect: false,
}

/** A certificate revocation list that was read. Nothing about it has been checked but its form. */
export class CertificateList extends Signed {
  readonly issuer: Name
  /** When it was made, in seconds since 1970. */
  readonly thisUpdate: number
  /** When the next comes, in seconds since 1970; `null` when it does not say. */
  readonly nextUpdate: number | null
  readonly scope: ListScope
  /** Its number; `null` for none. */
  readonly number: bigint | null
  /** For a delta: number of the list that it builds on. */
  readonly baseNumber: bigint | null
  /** Key that signed, as the list names it. */
  readonly authorityKeyIdentifier: Uint8Array | null
  /** What forbids using it: a critical extension that nobody here understands, or a number that may not be critical. */
  readonly hindrance: 'unknown-critical' | 'number-critical' | null
  /** Certificates on it. */
  readonly size: number
  readonly #entries: Entries

  /** @throws DerFault on the first error. Use `parseCertificateList`. */
  constructor(reader: DerReader) {
    const parts = readSigned(reader)
    super(parts)
    const { start, body } = parts
    const version = body.optional(TAG.integer)
    if (version !== undefined && smallInteger(version) !== 1) {
      throw new DerFault('version-mismatch', version.start)
    }
    const inner = readAlgorithm(body)
    if (!isSameEncoding(inner.element, this.signatureAlgorithm.element)) {
      throw new DerFault('signature-algorithm-mismatch', inner.element.start)
    }
    this.issuer = readName(body)
    this.thisUpdate = readTime(body).seconds
    const hasNext = body.nextTag === TAG.utcTime || body.nextTag === TAG.generalizedTime
    this.nextUpdate = hasNext ? readTime(body).seconds : null
    const revoked = body.optionalInside(TAG.sequence)
    const { entries, hasUnknown } = readEntries(revoked, this.issuer)
    this.#entries = entries
    this.size = Array.from(entries.values(), ({ size }) => size).reduce(
      (sum, size) => sum + size,
      0,
    )
    const own = readListExtensions(body.optionalInside(constructed(0)))
    if (version === undefined && own.isThere) throw new DerFault('version-mismatch', start)
    body.finish()
    this.scope = own.scope ?? WHOLE
    this.number = own.number
    this.baseNumber = own.baseNumber
    this.authorityKeyIdentifier = own.authorityKeyIdentifier
    this.hindrance = hasUnknown ? 'unknown-critical' : own.hindrance
  }

  /** What the list says of a certificate; `undefined` when it is not on it. */
  find(issuer: Name, serialNumber: string): Revocation | undefined {
    return this.#entries.get(issuer.key)?.get(serialNumber)
  }
}

/** By issuer, then by serial number: a name may be long, and is not to be there once an entry. */
type Entries = ReadonlyMap<string, ReadonlyMap<string, Revocation>>

interface ReadEntries {
  readonly entries: Entries
  readonly hasUnknown: boolean
}

function readEntries(list: DerReader | undefined, listIssuer: Name): ReadEntries {
  const entries = new Map<string, Map<string, Revocation>>()
  let ofIssuer = new Map<string, Revocation>()
  let hasUnknown = false
  if (list === undefined) return { entries, hasUnknown }
  entries.set(listIssuer.key, ofIssuer)
  while (!list.isAtEnd) {
    const inside = list.inside(TAG.sequence)
    const serial = hexOf(integerBytes(inside.element(TAG.integer)))
    const since = readTime(inside).seconds
    const extensions = readEntryExtensions(inside.optionalInside(TAG.sequence))
    inside.finish()
    if (extensions.issuer !== undefined) {
      const { key } = extensions.issuer
      ofIssuer = entries.get(key) ?? new Map<string, Revocation>()
      entries.set(key, ofIssuer)
    }
    hasUnknown ||= extensions.hasUnknown
    // Whoever stands on a list twice is not on it by the weaker word.
    if (extensions.reason !== 'removeFromCRL' || !ofIssuer.has(serial)) {
      ofIssuer.set(serial, { since, reason: extensions.reason })
    }
  }
  return { entries, hasUnknown }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

interface EntryExtensions {
  readonly reason: RevocationReason
  readonly issuer: Name | undefined
  readonly hasUnknown: boolean
}

const PLAIN: EntryExtensions = { reason: 'unspecified', issuer: undefined, hasUnknown: false }

function readEntryExtensions(list: DerReader | undefined): EntryExtensions {
  if (list === undefined) return PLAIN
  let { reason, issuer, hasUnknown } = PLAIN
  eachExtension(list, ({ type, critical, contents, offset }) => {
    if (type === OID.reasonCode) {
      reason = readReason(contents.element(TAG.enumerated))
    } else if (type === OID.certificateIssuer) {
      const named = readGeneralNames(contents.inside(TAG.sequence))
      issuer = named.flatMap((name) => (name.kind === 'directory' ? [name.value] : []))[0]
      if (issuer === undefined) throw new DerFault('extension-malformed', offset)
    } else if (type === OID.invalidityDate) {
      readGeneralizedTime(contents)
    } else {
      hasUnknown ||= critical
      return
    }
    contents.finish()
  })
  return { reason, issuer, hasUnknown }
}

function readReason(element: DerElement): RevocationReason {
  const reasons: Readonly<Record<number, RevocationReason>> = REVOCATION_REASONS
  const reason = reasons[smallInteger(element)]
  if (reason === undefined) throw new DerFault('extension-malformed', element.start)
  return reason
}

interface ListExtensions {
  isThere: boolean
  scope: ListScope | null
  number: bigint | null
  baseNumber: bigint | null
  authorityKeyIdentifier: Uint8Array | null
  hindrance: CertificateList['hindrance']
}

function readListExtensions(around: DerReader | undefined): ListExtensions {
  const found: ListExtensions = {
    isThere: around !== undefined,
    scope: null,
    number: null,
    baseNumber: null,
    authorityKeyIdentifier: null,
    hindrance: null,
  }
  if (around === undefined) return found
  const list = around.inside(TAG.sequence)
  around.finish()
  eachExtension(list, ({ type, critical, contents }) => {
    switch (type) {
      case OID.crlNumber:
        found.number = numberOf(contents.element(TAG.integer))
        if (critical) found.hindrance ??= 'number-critical'
        break
      case OID.deltaCrlIndicator:
        found.baseNumber = numberOf(contents.element(TAG.integer))
        break
      case OID.issuingDistributionPoint:
        found.scope = readScope(contents.inside(TAG.sequence))
        break
      case OID.authorityKeyIdentifier: {
        const identifier = contents.inside(TAG.sequence).optional(primitive(0))
        found.authorityKeyIdentifier = identifier === undefined ? null : contentsOf(identifier)
        break
      }
      default:
        if (critical) found.hindrance = 'unknown-critical'
        return
    }
    contents.finish()
  })
  return found
}

function eachExtension(list: DerReader, read: (extension: RawExtension) => void): void {
  const seen = new Set<string>()
  if (list.isAtEnd) throw new DerFault('extension-malformed', list.offset)
  while (!list.isAtEnd) {
    const extension = readExtension(list)
    if (seen.has(extension.type)) throw new DerFault('extension-repeated', extension.offset)
    seen.add(extension.type)
    read(extension)
  }
}

/** Most bytes of a number of a list (RFC 5280, 5.2.3). */
const MAX_NUMBER_BYTES = 20

function numberOf(element: DerElement): bigint {
  const bytes = integerBytes(element)
  if ((bytes[0] as number) >= 0x80 || bytes.length > MAX_NUMBER_BYTES) {
    throw new DerFault('der-integer-too-large', element.start)
  }
  return BigInt(`0x${hexOf(bytes)}`)
}

function readScope(inside: DerReader): ListScope {
  const point = readPointName(inside.optionalInside(constructed(0)))
  const onlyPeers = readFlag(inside, primitive(1))
  const onlyAuthorities = readFlag(inside, primitive(2))
  const reasons = inside.optional(primitive(3))
  const isIndirect = readFlag(inside, primitive(4))
  const onlyAttributes = readFlag(inside, primitive(5))
  inside.finish()
  if (Number(onlyPeers) + Number(onlyAuthorities) + Number(onlyAttributes) > 1) {
    throw new DerFault('extension-malformed', inside.offset)
  }
  return {
    point,
    onlyPeers,
    onlyAuthorities,
    onlyAttributes,
    reasons: reasons === undefined ? null : namedBits(reasons, REASON_FLAGS),
    isIndirect,
  }
}
