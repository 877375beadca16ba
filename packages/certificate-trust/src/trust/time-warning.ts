import { describeWith, type Reason } from '@gatehouse/core'
import { formatName } from '../name/name.ts'
import { EXPIRY_CODES, type ExpiryCode, type ExpiryWarning } from './expiry.ts'
import { LIST_EXPIRY_CODES, type ListExpiryCode, type ListWarning } from './list-expiry.ts'
import { formatInstant } from './trust-list.ts'

/** What ends soon or has ended: a certificate, the trust in it, or a revocation list. */
export type TimeWarning = ExpiryWarning | ListWarning

/**
 * The warnings of one look that the look before did not have: so each stage of each certificate is said
 * once, and at once for those that are new.
 */
export function newWarnings(
  now: readonly TimeWarning[],
  before: readonly TimeWarning[],
): readonly TimeWarning[] {
  const said = new Set(before.map(keyOf))
  return now.filter((warning) => !said.has(keyOf(warning)))
}

function keyOf(warning: TimeWarning): string {
  if ('list' in warning) return `${warning.code} ${warning.list.sha256}`
  const { code, stage, certificate, entry } = warning
  const whose = entry === undefined ? '' : `${entry.role} ${entry.until?.getTime()}`
  return `${code} ${stage} ${certificate.sha256} ${whose}`
}

/** One line for people: the sentence of the code, whose it is, and until when. */
export function describeTimeWarning(warning: TimeWarning): string {
  return describe('list' in warning ? reasonOfList(warning) : reasonOfCertificate(warning))
}

const describe = describeWith({ ...EXPIRY_CODES, ...LIST_EXPIRY_CODES })

type TimeReason = Reason<ExpiryCode | ListExpiryCode>

function reasonOfCertificate({ code, certificate, daysLeft, entry }: ExpiryWarning): TimeReason {
  const { subject, notBefore, notAfter, sha256 } = certificate
  const name = formatName(subject)
  const end = entry?.until ?? new Date(notAfter * 1000)
  const when: Record<string, string> =
    code === 'not-yet-valid'
      ? { from: formatInstant(new Date(notBefore * 1000)) }
      : { until: formatInstant(end), 'days-left': `${daysLeft}` }
  return {
    code,
    source: { certificate: sha256 },
    facts: { ...(name !== '' && { subject: name }), ...(entry && { role: entry.role }), ...when },
  }
}

function reasonOfList({ code, list, daysLeft }: ListWarning): TimeReason {
  const { issuer, thisUpdate, nextUpdate, number } = list
  const from = { from: formatInstant(new Date(thisUpdate * 1000)) }
  const until =
    nextUpdate === null
      ? {}
      : { until: formatInstant(new Date(nextUpdate * 1000)), 'days-left': `${daysLeft}` }
  const facts = {
    issuer: formatName(issuer),
    ...(number !== null && { number: `${number}` }),
    ...(code === 'list-not-yet-valid' ? from : until),
  }
  return { code, facts }
}
