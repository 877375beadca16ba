import { allow, type LineSource, type Reason, type Reasons } from '@gatehouse/core'
import { checkHostCertificate } from '../certificate/check.ts'
import { type SshCertificate } from '../certificate/model.ts'
import { type PublicKey } from '../key/model.ts'
import { type HostCode } from './codes.ts'
import { certificateProfileOf, isStricter } from './profile.ts'
import { type LookupName } from './names.ts'
import { type HostEntry, type KnownHosts } from './store.ts'

/** What the files say of a host's key. */
export interface Judgement {
  readonly status: 'ok' | 'changed' | 'new' | 'revoked'
  readonly line?: LineSource
  readonly viaBareHost: boolean
  /** The key that was shown: the plain one, or the one in the certificate. */
  readonly key: PublicKey
  readonly reasons: Reasons<HostCode>
}

/** A certificate that a host has shown. */
export interface ShownCertificate {
  /** The certificate, read. */
  readonly certificate: SshCertificate
  /** Instant of the check, in seconds since 1970, UTC. */
  readonly now: bigint
}

/** What a host has shown: its key, or a certificate of it. */
export type Presented = { readonly key: PublicKey } | ShownCertificate

/** How many of the lines with another key become reasons; one mends them all by name. */
const MAX_CHANGED_REASONS = 16

/** Finds out what the files say, in the order of OpenSSH: certificate, plain key, bare name. */
export function judge(presented: Presented, names: LookupName, store: KnownHosts): Judgement {
  const certificate = 'certificate' in presented ? presented.certificate : undefined
  const key = 'key' in presented ? presented.key : presented.certificate.key
  const subjects = certificate === undefined ? [key] : [key, certificate.signatureKey]
  const { name, bareName } = names
  const own = revokingEntry(store.entries(name), subjects)
  if (own !== undefined) return revoked(key, own, false)
  if (bareName !== undefined && isStricter(store.profile, 'bare-revocation-is-final')) {
    const bare = revokingEntry(store.entries(bareName), subjects)
    if (bare !== undefined) return revoked(key, bare, true)
  }
  const notes: Reason<HostCode>[] = []
  if ('certificate' in presented) {
    const judgement = judgeCertificate(presented, names, store, notes)
    if (judgement !== undefined) return judgement
  }
  const plain = judgeKey(key, names, store)
  const [first, ...more] = plain.reasons
  return { ...plain, reasons: [first, ...more, ...notes] }
}

function revokingEntry(
  entries: readonly HostEntry[],
  subjects: readonly PublicKey[],
): HostEntry | undefined {
  return entries.find(
    (entry) => entry.marker === 'revoked' && subjects.some((subject) => subject.equals(entry.key)),
  )
}

function revoked(key: PublicKey, { source }: HostEntry, viaBareHost: boolean): Judgement {
  const code = viaBareHost ? 'key-revoked-for-bare-name' : 'key-revoked'
  return { status: 'revoked', line: source, viaBareHost, key, reasons: [{ code, source }] }
}

/**
 * Judges a certificate by the lines of the name, then by those of the bare name; notes why it does not hold.
 *
 * @returns Nothing where the plain key inside is to be judged.
 */
function judgeCertificate(
  presented: ShownCertificate,
  names: LookupName,
  store: KnownHosts,
  notes: Reason<HostCode>[],
): Judgement | undefined {
  const { key } = presented.certificate
  const named = vouchFor(presented, names, store.entries(names.name), store)
  if (named?.code === 'certificate-trusted') return vouched(key, named, false)
  if (named !== undefined) notes.push(named)
  if (named !== undefined || names.bareName === undefined) return undefined
  const entries = store.entries(names.bareName)
  if (revokingEntry(entries, [key, presented.certificate.signatureKey]) !== undefined)
    return undefined
  const bare = vouchFor(presented, names, entries, store)
  if (bare?.code === 'certificate-trusted') return vouched(key, bare, true)
  if (bare !== undefined) notes.push(bare)
  const plain = plainKeys(entries, key).known
  if (plain === undefined || isStricter(store.profile, 'port-lines-come-first')) return undefined
  return trusted(key, plain, true)
}

type Vouching = Reason<HostCode> & { readonly source: LineSource }

/** The line whose authority signed the certificate, and whether the certificate holds; nothing without a line. */
function vouchFor(
  { certificate, now }: ShownCertificate,
  { principal }: LookupName,
  entries: readonly HostEntry[],
  { profile }: KnownHosts,
): Vouching | undefined {
  const authority = entries.find(
    ({ marker, key }) => marker === 'cert-authority' && key.equals(certificate.signatureKey),
  )
  if (authority === undefined) return undefined
  const { source } = authority
  const vouching: Vouching = { code: 'certificate-trusted', source }
  const request = {
    authority: allow(vouching),
    now,
    name: principal,
    profile: certificateProfileOf(profile),
  }
  const decision = checkHostCertificate(certificate, request)
  if (decision.outcome === 'allow') return vouching
  return { code: 'certificate-refused', source, facts: { because: decision.reasons[0].code } }
}

function vouched(key: PublicKey, reason: Vouching, viaBareHost: boolean): Judgement {
  return { status: 'ok', line: reason.source, viaBareHost, key, reasons: [reason] }
}

function judgeKey(key: PublicKey, { name, bareName }: LookupName, store: KnownHosts): Judgement {
  const named = plainKeys(store.entries(name), key)
  if (named.known !== undefined) return trusted(key, named.known, false)
  if (named.others.length > 0) return changed(key, named.others)
  const unknown: Reason<HostCode> = { code: 'host-unknown', source: { key: key.fingerprint } }
  const isNew: Judgement = { status: 'new', viaBareHost: false, key, reasons: [unknown] }
  if (bareName === undefined) return isNew
  const entries = store.entries(bareName)
  const revoking = revokingEntry(entries, [key])
  if (revoking !== undefined) return revoked(key, revoking, true)
  const bare = plainKeys(entries, key)
  if (bare.known !== undefined) return trusted(key, bare.known, true)
  const other = bare.others.at(-1)
  if (other === undefined || !isStricter(store.profile, 'bare-change-is-reported')) return isNew
  const reported = differing('bare-name-has-other-key', key, other)
  return { ...isNew, reasons: [unknown, reported] }
}

function plainKeys(
  entries: readonly HostEntry[],
  key: PublicKey,
): { readonly known: HostEntry | undefined; readonly others: readonly HostEntry[] } {
  const plain = entries.filter(({ marker }) => marker === 'none')
  const known = plain.find((entry) => !entry.certified && entry.key.equals(key))
  return { known, others: plain }
}

function trusted(key: PublicKey, { source }: HostEntry, viaBareHost: boolean): Judgement {
  const code = viaBareHost ? 'key-known-for-bare-name' : 'key-known'
  return { status: 'ok', line: source, viaBareHost, key, reasons: [{ code, source }] }
}

function changed(key: PublicKey, others: readonly HostEntry[]): Judgement {
  const last = others.at(-1) as HostEntry
  const before = others.slice(0, -1).slice(-MAX_CHANGED_REASONS)
  const reasons: Reasons<HostCode> = [
    differing('key-changed', key, last),
    ...before.toReversed().map((other) => differing('key-changed', key, other)),
  ]
  return { status: 'changed', line: last.source, viaBareHost: false, key, reasons }
}

function differing(
  code: HostCode,
  key: PublicKey,
  { key: other, source }: HostEntry,
): Reason<HostCode> {
  return { code, source, facts: { known: other.fingerprint, shown: key.fingerprint } }
}
