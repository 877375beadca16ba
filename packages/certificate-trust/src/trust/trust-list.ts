import { ConfigError } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'

/** Roles in which a certificate can be trusted, in the order of lists. */
export const TRUSTED_ROLES = ['root', 'system', 'console'] as const

/**
 * What a certificate is trusted as: a `root` vouches for those that it issues and for nothing else; a
 * managed `system` and a `console` are trusted as themselves, and vouch for nobody.
 */
export type TrustedRole = (typeof TRUSTED_ROLES)[number]

/** A certificate that somebody decided to trust. */
export interface TrustedCertificate {
  readonly certificate: Certificate
  readonly role: TrustedRole
  /** Last second in which it counts. Default: its own times alone decide. */
  readonly until?: Date
  /** What people want to remember of it; decides nothing. */
  readonly note?: string
}

/** Certificates that are trusted. Their order decides nothing. */
export interface TrustList {
  readonly entries: readonly TrustedCertificate[]
}

/** Most characters of a note: a few lines. */
export const MAX_NOTE = 1000

/**
 * A list of certificates.
 *
 * @throws ConfigError when one stands twice in one role. RangeError for an `until` that is no date, a
 *   role that there is not, a note of more than 1,000 characters.
 */
export function trustList(entries: Iterable<TrustedCertificate> = []): TrustList {
  const known = new Map<string, TrustedCertificate>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (known.has(key)) throw twice(entry)
    known.set(key, exact(entry))
  }
  return Object.freeze({ entries: Object.freeze([...known.values()]) })
}

/**
 * The list with one more certificate.
 *
 * @throws ConfigError when it stands there in that role.
 */
export function addTrusted(list: TrustList, entry: TrustedCertificate): TrustList {
  return trustList([...list.entries, entry])
}

/**
 * The list without a certificate; the same list when it is not there.
 *
 * @param sha256 - Of its DER form, lower-case hexadecimal.
 * @param role - Default: every role that it is trusted in.
 */
export function removeTrusted(list: TrustList, sha256: string, role?: TrustedRole): TrustList {
  const kept = list.entries.filter(
    (entry) => entry.certificate.sha256 !== sha256 || (role !== undefined && entry.role !== role),
  )
  return kept.length === list.entries.length ? list : trustList(kept)
}

/** An old certificate and the one that takes its place. */
export interface Rotation {
  /** SHA-256 of the old one, which is trusted in the role of the new. */
  readonly from: string
  readonly to: TrustedCertificate
  /** Last second in which the old one counts. An earlier end that it has already stays. */
  readonly until: Date
}

/**
 * The list with a new certificate beside an old one: both are trusted until a date, after that the new
 * one alone. Doing it twice changes nothing more; a new one that stands there already is replaced.
 *
 * @throws ConfigError when the old one is not there in that role, or is the new one.
 */
export function rotate(list: TrustList, { from, to, until }: Rotation): TrustList {
  const { sha256 } = to.certificate
  const source = { certificate: from }
  const isOld = ({ role, certificate }: TrustedCertificate): boolean =>
    role === to.role && certificate.sha256 === from
  if (from === sha256) throw new ConfigError('the old certificate is the new one', { source })
  if (!list.entries.some(isOld)) {
    throw new ConfigError(`the old certificate is not trusted as \`${to.role}\``, { source })
  }
  const others = removeTrusted(list, sha256, to.role).entries
  const ended = others.map((entry) =>
    isOld(entry) ? { ...entry, until: earlier(entry.until, until) } : entry,
  )
  return trustList([...ended, to])
}

/** Whether an entry counts at an instant, in seconds since 1970. Its certificate's own times are not asked. */
export function counts({ until }: TrustedCertificate, at: number): boolean {
  return until === undefined || at <= Math.floor(until.getTime() / 1000)
}

/** An instant as texts have it: in UTC, whole seconds. */
export function formatInstant(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, 'Z')
}

function earlier(one: Date | undefined, other: Date): Date {
  return one === undefined || other < one ? other : one
}

function keyOf({ role, certificate }: TrustedCertificate): string {
  return `${role} ${certificate.sha256}`
}

/** Ends are whole seconds, as the times of certificates are. */
function exact({ certificate, role, until, note }: TrustedCertificate): TrustedCertificate {
  if (!TRUSTED_ROLES.includes(role)) throw new RangeError('`role` is none that there is')
  if (note !== undefined && note.length > MAX_NOTE) throw new RangeError('`note` is too long')
  return Object.freeze({
    certificate,
    role,
    ...(until === undefined ? {} : { until: wholeSeconds(until) }),
    ...(note === undefined ? {} : { note }),
  })
}

/** The last instant that a list can hold: years have four digits. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59)

function wholeSeconds(instant: Date): Date {
  const time = Math.floor(instant.getTime() / 1000) * 1000
  const isHeld = time >= 0 && time <= LAST
  if (!isHeld) throw new RangeError('`until` is no date between 1970 and 9999')
  return new Date(time)
}

function twice({ certificate, role }: TrustedCertificate): ConfigError {
  const source = { certificate: certificate.sha256 }
  return new ConfigError(`the certificate is trusted as \`${role}\` already`, { source })
}
