import { secondsOf } from '../verify.ts'
import type { CertificateList } from '../revocation/certificate-list.ts'
import { isConforming, isSameSeries } from '../revocation/revocation.ts'

/** What can be said of the time that revocation lists have left, the most urgent first. */
export const LIST_EXPIRY_CODES = {
  /** Get a current one: until then nothing is known of its issuer's certificates (`revocation-unknown`). */
  'list-out-of-date': 'the revocation list is out of date',
  /** Correct the clock, or get one that is in force. */
  'list-not-yet-valid': 'the revocation list is not in force yet',
  /** Have it made anew: with a number, the time of the next, and nothing critical that nobody knows. */
  'list-unusable': 'the revocation list says nothing, for it is not made by the rules',
  /** Get the next one before this one ends. */
  'list-ends-soon': 'the revocation list is in the last third of its time',
} as const

/** A code of {@link LIST_EXPIRY_CODES}. */
export type ListExpiryCode = keyof typeof LIST_EXPIRY_CODES

/** What has to be done about one revocation list. */
export interface ListWarning {
  readonly list: CertificateList
  readonly code: ListExpiryCode
  /** Whole days until its last second; negative when that has passed, `null` when it names none. */
  readonly daysLeft: number | null
}

const DAY = 86_400
const ORDER = Object.keys(LIST_EXPIRY_CODES)

/**
 * Which revocation lists have ended or end soon, the most urgent first: what stands on them alone is
 * refused from then on, unless `onUnknown` is `allow`.
 *
 * Lists live for hours or for months, so the last third of the time of each counts, not days. Of lists
 * of one issuer, key and scope the one that lasts longest is looked at. Deltas are not: the complete
 * list does without.
 *
 * @throws RangeError when `at` is no date.
 */
export function listWarnings(lists: Iterable<CertificateList>, at: Date): readonly ListWarning[] {
  const now = secondsOf(at)
  const complete = [...new Map([...lists].map((list) => [list.sha256, list])).values()].filter(
    ({ baseNumber }) => baseNumber === null,
  )
  const series: CertificateList[][] = []
  for (const list of complete) {
    const known = series.find(([first]) => first !== undefined && isSameSeries(first, list))
    if (known === undefined) series.push([list])
    else known.push(list)
  }
  return series
    .flatMap((one) => warningOf(one, now))
    .toSorted(
      (one, other) =>
        ORDER.indexOf(one.code) - ORDER.indexOf(other.code) ||
        (one.list.nextUpdate ?? 0) - (other.list.nextUpdate ?? 0),
    )
}

function warningOf(series: readonly CertificateList[], now: number): readonly ListWarning[] {
  const byEnd = series.toSorted((one, other) => (other.nextUpdate ?? 0) - (one.nextUpdate ?? 0))
  const usable = byEnd.filter(isConforming)
  const list = usable.find(({ thisUpdate }) => thisUpdate <= now) ?? usable[0] ?? byEnd[0]
  if (list === undefined) return []
  const code = codeOf(list, now)
  if (code === undefined) return []
  const { nextUpdate } = list
  const daysLeft = nextUpdate === null ? null : Math.floor((nextUpdate - now) / DAY)
  return [{ list, code, daysLeft }]
}

function codeOf(list: CertificateList, now: number): ListExpiryCode | undefined {
  const { thisUpdate, nextUpdate } = list
  if (!isConforming(list) || nextUpdate === null) return 'list-unusable'
  if (now < thisUpdate) return 'list-not-yet-valid'
  if (now > nextUpdate) return 'list-out-of-date'
  return (now - thisUpdate) * 3 >= (nextUpdate - thisUpdate) * 2 ? 'list-ends-soon' : undefined
}
