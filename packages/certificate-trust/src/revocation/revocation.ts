import type { Certificate } from '../certificate/certificate.ts'
import type { GeneralName } from '../name/general-name.ts'
import type { Name } from '../name/name.ts'
import type { CertificateList, ListScope, Revocation } from './certificate-list.ts'
import { REASON_FLAGS, type DistributionPoint, type PointName } from './distribution-point.ts'

/** What lists say of one certificate. */
export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly facts: Readonly<Record<string, string>> }
  /** No list that may be used covers the certificate for all reasons. */
  | { readonly status: 'unknown' }

/** What has to be known to use lists. */
export interface RevocationContext {
  /** The newest first: see {@link sortLists}. */
  readonly lists: readonly CertificateList[]
  /** Instant of the check, in seconds since 1970. */
  readonly at: number
  /** Whether lists without a number, or without the time of the next one, may say that all is well. */
  readonly isTolerant: boolean
  /** Whether a list is signed by whom it names as its issuer, and that one may sign lists. */
  readonly isGenuine: (list: CertificateList) => boolean
}

/** Lists in the order in which they are asked: the newest first. */
export function sortLists(lists: readonly CertificateList[]): readonly CertificateList[] {
  return lists.toSorted((one, other) => {
    if (one.thisUpdate !== other.thisUpdate) return other.thisUpdate - one.thisUpdate
    return supersedes(one, other) ? -1 : Number(supersedes(other, one))
  })
}

/** Whether one list is newer than another: by its time, and within a second by its number. */
function supersedes(one: CertificateList, other: CertificateList): boolean {
  if (one.thisUpdate !== other.thisUpdate) return one.thisUpdate > other.thisUpdate
  return (one.number ?? 0n) > (other.number ?? 0n)
}

/** All reasons but that of bit 0, which is not used. */
const ALL_REASONS = (1 << REASON_FLAGS) - 2

/**
 * What lists say of a certificate: complete, partitioned, indirect and delta ones.
 *
 * A certificate is good when lists that may be used cover it for all reasons and none has it. It is
 * revoked when any that is not superseded has it, even one that is out of date: what is revoked stays
 * so, a hold aside.
 *
 * @see RFC 5280, 6.3.3
 */
export function revocationStatus(
  certificate: Certificate,
  context: RevocationContext,
): RevocationStatus {
  const points = pointsOf(certificate)
  const asked: CertificateList[] = []
  let covered = 0
  for (const list of context.lists) {
    const reasons = points.reduce((sum, point) => sum | coverage(list, point, certificate), 0)
    const isUseless = reasons === 0 || list.baseNumber !== null || list.thisUpdate > context.at
    if (isUseless || list.hindrance === 'unknown-critical') continue
    const isOld = asked.some((newer) => isSameSeries(newer, list) && supersedes(newer, list))
    if (isOld || !context.isGenuine(list)) continue
    const isUsable = isCurrent(list, context)
    const found = isUsable ? ask(list, points, certificate, context) : entryOf(list, certificate)
    if (found !== undefined && (isUsable || found.reason !== 'certificateHold')) {
      const since = new Date(found.since * 1000).toISOString().replace('.000Z', 'Z')
      return { status: 'revoked', facts: { since, reason: found.reason } }
    }
    if (!isUsable) continue
    asked.push(list)
    covered |= reasons
  }
  return { status: covered === ALL_REASONS ? 'good' : 'unknown' }
}

/** Beside its own points, a certificate has one that its issuer's name stands for (RFC 5280, 6.3.3). */
function pointsOf({ extensions, issuer }: Certificate): readonly DistributionPoint[] {
  const named: DistributionPoint = {
    name: { names: [{ kind: 'directory', value: issuer }] },
    reasons: null,
    crlIssuer: null,
  }
  return [...(extensions.crlDistributionPoints?.value ?? []), named]
}

/** Reasons that a list covers for a certificate by one of its points, as bits; 0 when it does not cover it. */
function coverage(
  list: CertificateList,
  point: DistributionPoint,
  certificate: Certificate,
): number {
  if (!hasRightIssuer(list, point, certificate.issuer)) return 0
  if (!coversKind(list.scope, certificate) || !coversPoint(list, point, certificate)) return 0
  return ALL_REASONS & (point.reasons ?? ALL_REASONS) & (list.scope.reasons ?? ALL_REASONS)
}

function hasRightIssuer(
  { issuer, scope }: CertificateList,
  { crlIssuer }: DistributionPoint,
  certificateIssuer: Name,
): boolean {
  if (crlIssuer === null) return issuer.key === certificateIssuer.key
  const isNamed = crlIssuer.some(
    (name) => name.kind === 'directory' && name.value.key === issuer.key,
  )
  return isNamed && (scope.isIndirect || issuer.key === certificateIssuer.key)
}

function coversKind(scope: ListScope, { extensions }: Certificate): boolean {
  const isCa = extensions.basicConstraints?.value.isCa === true
  if (scope.onlyAttributes) return false
  return isCa ? !scope.onlyPeers : !scope.onlyAuthorities
}

/** A list of a point covers the points that have one of its names. */
function coversPoint(
  list: CertificateList,
  { name, crlIssuer }: DistributionPoint,
  certificate: Certificate,
): boolean {
  if (list.scope.point === null) return true
  const own = namesOfPoint(list, list.scope.point)
  const signer = crlIssuer === null ? certificate.issuer.key : directoryKey(crlIssuer)
  const wanted = name === null ? (crlIssuer ?? []).map(comparableName) : comparable(name, signer)
  return wanted.some((one) => one !== null && own.has(one))
}

const NAMES_OF_POINTS: WeakMap<PointName, ReadonlySet<string | null>> = new WeakMap()

/** Names of the point of a list, made ready once: a certificate may have many points to compare. */
function namesOfPoint({ issuer }: CertificateList, point: PointName): ReadonlySet<string | null> {
  const known = NAMES_OF_POINTS.get(point) ?? new Set(comparable(point, issuer.key))
  NAMES_OF_POINTS.set(point, known)
  return known
}

/** The one directory name that names are relative to. */
function directoryKey(names: readonly GeneralName[]): string | null {
  const [first, second] = names.flatMap((name) =>
    name.kind === 'directory' ? [name.value.key] : [],
  )
  return second === undefined ? (first ?? null) : null
}

/** Names of a point as texts that are the same when the names are. */
function comparable(name: PointName, signer: string | null): readonly (string | null)[] {
  if ('names' in name) return name.names.map(comparableName)
  return signer === null ? [] : [`directory ${signer === '' ? '' : `${signer},`}${name.relative}`]
}

/** `null` for the forms of names that nothing is published under. */
function comparableName(name: GeneralName): string | null {
  if (name.kind === 'uri') return `uri ${name.value}`
  if (name.kind === 'directory') return `directory ${name.value.key}`
  return name.kind === 'dns' ? `dns ${name.value.toLowerCase()}` : null
}

/** Most days that a list without the time of the next one is current (CA/Browser Forum Baseline Requirements, 4.9.7). */
const DAYS_WITHOUT_NEXT = 10

/** Whether a list is numbered, names its next, and has nothing that forbids using it. */
export function isConforming({ hindrance, number, nextUpdate }: CertificateList): boolean {
  return hindrance === null && number !== null && nextUpdate !== null
}

/** A list must be numbered, understood, and its next one not due. */
function isCurrent(list: CertificateList, { at, isTolerant }: RevocationContext): boolean {
  const { thisUpdate, hindrance } = list
  if (hindrance === 'unknown-critical' || (!isConforming(list) && !isTolerant)) return false
  const nextUpdate = list.nextUpdate ?? thisUpdate + DAYS_WITHOUT_NEXT * 86_400
  return at >= thisUpdate && at <= nextUpdate
}

/** What a complete list says, with the newest delta that builds on it. */
function ask(
  list: CertificateList,
  points: readonly DistributionPoint[],
  certificate: Certificate,
  context: RevocationContext,
): Revocation | undefined {
  const change = context.lists
    .filter((delta) => buildsOn(delta, list) && isCurrent(delta, context))
    .filter((delta) => points.some((point) => coverage(delta, point, certificate) !== 0))
    .toSorted((one, other) => ((one.number ?? 0n) < (other.number ?? 0n) ? 1 : -1))
    .find((delta) => context.isGenuine(delta))
  const changed = change === undefined ? undefined : entryOf(change, certificate)
  if (changed?.reason === 'removeFromCRL') return undefined
  return changed ?? entryOf(list, certificate)
}

function entryOf(
  list: CertificateList,
  { issuer, serialNumber }: Certificate,
): Revocation | undefined {
  return list.find(issuer, serialNumber)
}

/** Whether a delta may be combined with a complete list (RFC 5280, 5.2.4 and 6.3.3 (c)). */
function buildsOn(delta: CertificateList, list: CertificateList): boolean {
  const { baseNumber, number } = delta
  if (baseNumber === null || number === null || list.number === null) return false
  return baseNumber <= list.number && number >= list.number && isSameSeries(delta, list)
}

/** Whether two lists are about the same, by the same key: then the newer one counts. */
export function isSameSeries(one: CertificateList, other: CertificateList): boolean {
  return (
    one.issuer.key === other.issuer.key &&
    isSameScope(one, other) &&
    isSameBytes(one.authorityKeyIdentifier, other.authorityKeyIdentifier)
  )
}

function isSameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other
  return Buffer.compare(one, other) === 0
}

function isSameScope(list: CertificateList, { issuer, scope: other }: CertificateList): boolean {
  const { scope } = list
  return (
    scope.onlyPeers === other.onlyPeers &&
    scope.onlyAuthorities === other.onlyAuthorities &&
    scope.isIndirect === other.isIndirect &&
    scope.reasons === other.reasons &&
    isSamePoint(scope.point, other.point, issuer.key)
  )
}

function isSamePoint(one: PointName | null, other: PointName | null, signer: string): boolean {
  if (one === null || other === null) return one === other
  const names = comparable(one, signer)
  const others = comparable(other, signer)
  const known = new Set(others)
  return names.length === others.length && names.every((name) => name !== null && known.has(name))
}
