import type { Certificate } from '../certificate/certificate.ts'
import { secondsOf } from '../verify.ts'

/** What can be said of the time that a certificate has left, the most urgent first. */
export const EXPIRY_CODES = {
  /** Renew it now: nobody accepts it any more. */
  expired: 'the certificate is no longer valid',
  /** Correct the clock, or wait. */
  'not-yet-valid': 'the certificate is not valid yet',
  /** Renew it today. */
  'within-7-days': 'the certificate ends within 7 days',
  /** Renew it, and hand out the new one wherever this one is trusted as itself. */
  'within-30-days': 'the certificate ends within 30 days',
  /** Plan its renewal. */
  'within-90-days': 'the certificate ends within 90 days',
} as const

/** A code of {@link EXPIRY_CODES}. */
export type ExpiryCode = keyof typeof EXPIRY_CODES

/** What has to be done about one certificate. */
export interface ExpiryWarning {
  readonly certificate: Certificate
  readonly code: ExpiryCode
  /** Whole days until its last second; negative when that has passed. */
  readonly daysLeft: number
}

/** Options of {@link expiryWarnings}. */
export interface ExpiryOptions {
  /** When it was last looked at: only what has become more urgent since is said. Default: everything. */
  readonly since?: Date
}

const DAY = 86_400
const STAGES: readonly (readonly [ExpiryCode, number])[] = [
  ['within-7-days', 7 * DAY],
  ['within-30-days', 30 * DAY],
  ['within-90-days', 90 * DAY],
]

/**
 * Which certificates end soon or have ended, or are not valid yet: each is named once, the most urgent
 * first. One that is given twice counts once.
 *
 * @throws RangeError when a time is no date.
 */
export function expiryWarnings(
  certificates: Iterable<Certificate>,
  at: Date,
  { since }: ExpiryOptions = {},
): readonly ExpiryWarning[] {
  const now = secondsOf(at)
  const before = since === undefined ? undefined : secondsOf(since)
  const distinct = new Map([...certificates].map((one) => [one.sha256, one]))
  return [...distinct.values()]
    .flatMap((certificate) => {
      const code = stageOf(certificate, now)
      const isNew = before === undefined || stageOf(certificate, before) !== code
      if (code === undefined || !isNew) return []
      return [{ certificate, code, daysLeft: Math.floor((certificate.notAfter - now) / DAY) }]
    })
    .toSorted(mostUrgentFirst)
}

function stageOf({ notBefore, notAfter }: Certificate, at: number): ExpiryCode | undefined {
  if (at > notAfter) return 'expired'
  if (at < notBefore) return 'not-yet-valid'
  return STAGES.find(([, seconds]) => notAfter - at <= seconds)?.[0]
}

const ORDER = Object.keys(EXPIRY_CODES)

function mostUrgentFirst(one: ExpiryWarning, other: ExpiryWarning): number {
  return (
    ORDER.indexOf(one.code) - ORDER.indexOf(other.code) ||
    one.certificate.notAfter - other.certificate.notAfter ||
    (one.certificate.sha256 < other.certificate.sha256 ? -1 : 1)
  )
}
