import { allow, deny, type Decision, type Reason } from '@gatehouse/core'
import { BudgetExhausted } from '../budget.ts'
import { Certificate } from '../certificate/certificate.ts'
import { OID } from '../der/oids.ts'
import { malformedReason, readableOf, readEncoded, type EncodedChain } from '../input/encoded.ts'
import type { VerifyOptions } from '../options.ts'
import { formatName } from '../name/name.ts'
import { reasonOf, worstFirst, type Fault } from '../path/fault.ts'
import { purposeId, validityFault } from '../path/own-faults.ts'
import { PathSearch } from '../path/path-search.ts'
import { peerFaults } from '../path/peer-faults.ts'
import { secondsOf, verify, type Verification } from '../verify.ts'
import type { TrustCode } from './codes.ts'
import {
  counts,
  formatInstant,
  type TrustedCertificate,
  type TrustedRole,
  type TrustList,
} from './trust-list.ts'

/** What a chain is held to, and as whose; who may issue, the list says. */
export interface VerifyTrustedOptions extends Omit<VerifyOptions, 'anchors'> {
  /** What the peer is: a managed system, or a console. */
  readonly role: Exclude<TrustedRole, 'root'>
}

/** What came of verifying a chain against a list; its reasons have codes of `TRUST_CODES`. */
export interface TrustedVerification extends Omit<Verification, 'decision'> {
  readonly decision: Decision<TrustCode>
}

/**
 * Decides whether a peer's certificate is trusted by a list: as itself, or for a chain to a root.
 *
 * One that stands in the list in the role that is asked for is trusted as itself: the very bytes, and
 * nothing that was issued by it or with the same key. It is held to its times, to the name, purpose
 * and usages that are asked for, to what makes a key strong, to critical extensions that nobody here
 * understands, and to revocation lists where those are given. No signature is relied on, so neither
 * its algorithm nor its issuer is looked at, nor the rules that are about chains.
 *
 * Any other needs a chain to a root of the list (`verify`). A root vouches for a console only when a
 * `name` is asked for: else every system that it issued for could act as a console. Entries whose
 * `until` has passed do not count; a root does not count as a peer.
 *
 * @returns `allow` with `certificate-pinned` or `chain-trusted`, or `deny` with every reason found, the
 *   most specific first. The path of a certificate that is trusted as itself is that certificate.
 * @throws RangeError when `at` is no date, or `role` none that a peer has.
 */
export function verifyTrusted(
  list: TrustList,
  chain: EncodedChain,
  options: VerifyTrustedOptions,
): TrustedVerification {
  const at = secondsOf(options.at)
  const isRole = options.role === 'system' || options.role === 'console'
  if (!isRole) throw new RangeError('`role` is none that a peer has')
  const [first, ...rest] = chain
  if (list.entries.length === 0) return refuse({ code: 'trust-list-empty' })
  const peer = readEncoded(first)
  if (!(peer instanceof Certificate)) return refuse(malformedReason(first, peer))
  const certificates = [peer, ...readableOf(rest)] as const
  const roots = list.entries.filter(({ role }) => role === 'root')
  const own = list.entries.filter(({ certificate }) => certificate.sha256 === peer.sha256)
  const pin = own.find((entry) => entry.role === options.role && counts(entry, at))
  if (pin !== undefined) {
    return verifyPinned(certificates, { ...options, anchors: anchorsOf(roots, at) })
  }
  if (own.some(({ role }) => role === 'root')) return refuse(about(peer, 'root-as-peer'))
  const found = verify(certificates, { ...options, anchors: anchorsOf(roots, at) })
  if (found.decision.outcome === 'allow') {
    const isVouchedFor = options.role === 'system' || options.name !== undefined
    return isVouchedFor ? found : refuse(about(peer, 'console-name-missing'))
  }
  const ended = own.filter(({ role }) => role === options.role)
  return refuse(
    ...ended.map(endedReason),
    ...own.filter(({ role }) => role !== options.role).map(otherRole),
    ...(ended.length === 0 ? endedRoot(certificates, roots, options) : []),
    ...found.decision.reasons,
  )
}

/** Anchors are the roots that count. */
function anchorsOf(roots: readonly TrustedCertificate[], at: number): readonly Certificate[] {
  return roots.filter((entry) => counts(entry, at)).map(({ certificate }) => certificate)
}

type Certificates = readonly [Certificate, ...Certificate[]]

function verifyPinned(
  [peer, ...intermediates]: Certificates,
  options: VerifyOptions,
): TrustedVerification {
  const at = secondsOf(options.at)
  const faults = [
    ...listOf(validityFault(peer, at)),
    ...unknownCriticalFaults(peer),
    ...purposeFaults(peer, options),
    ...peerFaults(peer, options),
    ...revocationFaults(PathSearch.of(intermediates, options, at), peer),
  ]
  if (faults.length > 0) return refuse(...faults.map(reasonOf))
  const reason = about(peer, 'certificate-pinned')
  return { decision: allow<TrustCode>(reason), path: [peer], policies: [] }
}

function unknownCriticalFaults(certificate: Certificate): Fault[] {
  return certificate.unknownCritical.map((extension) => ({
    code: 'critical-extension-unknown',
    certificate,
    facts: { clause: 'RFC 5280, 4.2', extension },
  }))
}

/** Whoever trusts a certificate as itself need not have it name purposes; those that it names count. */
function purposeFaults(certificate: Certificate, { purpose }: VerifyOptions): Fault[] {
  const named = certificate.extensions.extKeyUsage?.value
  if (purpose === undefined || named === undefined) return []
  const isAllowed = named.includes(purposeId(purpose)) || named.includes(OID.anyExtendedKeyUsage)
  return isAllowed ? [] : [{ code: 'purpose-not-allowed', certificate, facts: { purpose } }]
}

function revocationFaults(search: PathSearch, certificate: Certificate): Fault[] {
  try {
    return listOf(search.pinnedRevocationFault(certificate))
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error
    return [{ code: 'budget-exhausted', certificate, facts: { limit: error.limit } }]
  }
}

/** When a root that counts no more would have made the difference, that is why. */
function endedRoot(
  certificates: Certificates,
  roots: readonly TrustedCertificate[],
  options: VerifyTrustedOptions,
): Reason<TrustCode>[] {
  const at = secondsOf(options.at)
  if (roots.every((entry) => counts(entry, at))) return []
  const anchors = roots.map(({ certificate }) => certificate)
  const { path } = verify(certificates, { ...options, anchors })
  const last = path?.at(-1)
  return roots.filter(({ certificate }) => certificate === last).map(endedReason)
}

function endedReason({ certificate, until }: TrustedCertificate): Reason<TrustCode> {
  return about(certificate, 'trust-ended', until && { until: formatInstant(until) })
}

function otherRole({ certificate, role }: TrustedCertificate): Reason<TrustCode> {
  return about(certificate, 'role-mismatch', { trusted: role })
}

function about(
  { sha256, subject }: Certificate,
  code: TrustCode,
  facts: Readonly<Record<string, string>> = {},
): Reason<TrustCode> {
  const name = formatName(subject)
  const named = name === '' ? facts : { ...facts, subject: name }
  return { code, source: { certificate: sha256 }, facts: named }
}

function refuse(...reasons: readonly Reason<TrustCode>[]): TrustedVerification {
  const [first, ...others] = reasons.toSorted(worstFirst)
  if (first === undefined) throw new TypeError('a refusal needs a reason')
  return { decision: deny(first, ...others), path: null, policies: [] }
}

function listOf<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value]
}
