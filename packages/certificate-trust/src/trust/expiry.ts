import { Certificate } from '../certificate/certificate.ts'
import { secondsOf } from '../verify.ts'
import type { TrustedCertificate } from './trust-list.ts'

/** What can be said of the time that a certificate, or the trust in it, has left. */
export const EXPIRY_CODES = {
  /** Renew it now: nobody accepts it any more. */
  expired: 'the certificate is no longer valid',
  /** Correct the clock, or wait. */
  'not-yet-valid': 'the certificate is not valid yet',
  /** Remove it from the list, or trust its successor: by this entry nobody is trusted any more. */
  'trust-ended': 'the certificate was trusted until a date that has passed',
  /** Renew it today. */
  'within-7-days': 'the certificate ends within 7 days',
  /** Renew it, and hand out the new one wherever this one is trusted as itself. */
  'within-30-days': 'the certificate ends within 30 days',
  /** Plan its renewal. */
  'within-90-days': 'the certificate ends within 90 days',
  /** See that its successor is in use by then: `rotationProgress` says who still has only this one. */
  'trust-ends': 'the certificate is trusted until a date that comes soon',
} as const

/** A code of {@link EXPIRY_CODES}. */
export type ExpiryCode = keyof typeof EXPIRY_CODES

/** Days before an end at which is warned. */
export type ExpiryStage = 7 | 30 | 90

/** What has to be done about one certificate. */
export interface ExpiryWarning {
  readonly certificate: Certificate
  readonly code: ExpiryCode
  /** The smallest of the three stages that it is in; `null` when its time has not begun, or has ended. */
  readonly stage: ExpiryStage | null
  /** Whole days until the last second of the certificate or of the trust; negative when that has passed. */
  readonly daysLeft: number
  /** The entry of a trust list whose `until` ends before the certificate does. */
  readonly entry?: TrustedCertificate
}

/** Options of {@link expiryWarnings}. */
export interface ExpiryOptions {
  /** When it was last looked at: only what has become more urgent since is said. Default: everything. */
  readonly since?: Date
}

const DAY = 86_400
const STAGES: readonly (readonly [ExpiryStage, ExpiryCode])[] = [
  [7, 'within-7-days'],
  [30, 'within-30-days'],
  [90, 'within-90-days'],
]

/**
 * Which certificates end soon or have ended, or are not valid yet, the most urgent first. Of an entry
 * of a trust list that ends before its certificate does, that end is said.
 *
 * Each is named once, however often it is given; an entry with an end of its own beside it.
 *
 * @throws RangeError when a time is no date.
 */
export function expiryWarnings(
  watched: Iterable<Certificate | TrustedCertificate>,
  at: Date,
  { since }: ExpiryOptions = {},
): readonly ExpiryWarning[] {
  const now = secondsOf(at)
  const before = since === undefined ? undefined : secondsOf(since)
  const distinct = new Map([...watched].map(ending).map((one) => [one.key, one]))
  return [...distinct.values()]
    .flatMap((one) => {
      const found = stateOf(one, now)
      const isNew = before === undefined || !isSame(stateOf(one, before), found)
      if (found === undefined || !isNew) return []
      const { certificate, entry, end } = one
      const daysLeft = Math.floor((end - now) / DAY)
      const warning = { certificate, ...found, daysLeft, ...(entry && { entry }) }
      return [{ warning, end }]
    })
    .toSorted(
      (one, other) =>
        urgency(one.warning) - urgency(other.warning) ||
        one.end - other.end ||
        (one.warning.certificate.sha256 < other.warning.certificate.sha256 ? -1 : 1),
    )
    .map(({ warning }) => warning)
}

/** A certificate, and when its time ends. */
interface Ending {
  readonly key: string
  readonly certificate: Certificate
  /** Last second, since 1970. */
  readonly end: number
  /** Where that is the entry's and not the certificate's. */
  readonly entry?: TrustedCertificate
}

function ending(watched: Certificate | TrustedCertificate): Ending {
  if (watched instanceof Certificate) return ownEnding(watched)
  const { certificate, role, until } = watched
  const end = until === undefined ? Infinity : Math.floor(until.getTime() / 1000)
  if (end >= certificate.notAfter) return ownEnding(certificate)
  return { key: `${certificate.sha256} ${role} ${end}`, certificate, end, entry: watched }
}

function ownEnding(certificate: Certificate): Ending {
  return { key: certificate.sha256, certificate, end: certificate.notAfter }
}

type State = Pick<ExpiryWarning, 'code' | 'stage'>

function stateOf({ certificate, end, entry }: Ending, at: number): State | undefined {
  if (at > end) return { code: entry === undefined ? 'expired' : 'trust-ended', stage: null }
  if (at < certificate.notBefore) return { code: 'not-yet-valid', stage: null }
  const found = STAGES.find(([days]) => end - at <= days * DAY)
  if (found === undefined) return undefined
  const [stage, code] = found
  return { code: entry === undefined ? code : 'trust-ends', stage }
}

function isSame(one: State | undefined, other: State | undefined): boolean {
  return one?.code === other?.code && one?.stage === other?.stage
}

const BEFORE_ALL_STAGES: readonly ExpiryCode[] = ['expired', 'not-yet-valid', 'trust-ended']

/** What is over comes first, then what is next. */
function urgency({ code, stage }: State): number {
  return stage ?? BEFORE_ALL_STAGES.indexOf(code) - BEFORE_ALL_STAGES.length
}
