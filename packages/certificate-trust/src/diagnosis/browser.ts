import type { Reason } from '@gatehouse/core'
import type { TrustCode } from '../trust/codes.ts'
import type { Warning } from './codes.ts'

/** Errors that Chromium names on its warning pages, the one that it shows first when several hold first. */
export const BROWSER_ERRORS = [
  'NET::ERR_CERT_INVALID',
  'NET::ERR_CERT_REVOKED',
  'NET::ERR_CERT_AUTHORITY_INVALID',
  'NET::ERR_CERT_COMMON_NAME_INVALID',
  'NET::ERR_CERT_WEAK_KEY',
  'NET::ERR_CERT_DATE_INVALID',
] as const

/** Error on a warning page of Chromium. */
export type BrowserError = (typeof BROWSER_ERRORS)[number]

/** Codes by the error that they lead to; all others lead to the first, and only by themselves. */
const ERRORS: Readonly<Partial<Record<TrustCode, BrowserError>>> = {
  revoked: 'NET::ERR_CERT_REVOKED',
  'issuer-unknown': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'self-signed': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'signature-invalid': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'budget-exhausted': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'trust-ended': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'role-mismatch': 'NET::ERR_CERT_AUTHORITY_INVALID',
  'name-mismatch': 'NET::ERR_CERT_COMMON_NAME_INVALID',
  'name-missing': 'NET::ERR_CERT_COMMON_NAME_INVALID',
  'name-malformed': 'NET::ERR_CERT_COMMON_NAME_INVALID',
  'key-weak': 'NET::ERR_CERT_WEAK_KEY',
  expired: 'NET::ERR_CERT_DATE_INVALID',
  'not-yet-valid': 'NET::ERR_CERT_DATE_INVALID',
}

/** Where one of these is found, a chain is looked at no further: times do not come to count. */
const ENDING: readonly TrustCode[] = ['signature-algorithm-weak', 'signature-algorithm-unsupported']

/**
 * The error that Chromium shows for what is wrong with a chain, as seen in version 156. An unknown
 * issuer counts for more than a wrong name, and that for more than a wrong time; whatever it has no
 * word for is "invalid", unless there is something about the chain that it has a word for.
 */
export function browserErrorOf(reasons: readonly Reason<TrustCode>[]): BrowserError {
  const codes = reasons.map(({ code }) => code)
  const named = new Set(codes.flatMap((code) => ERRORS[code] ?? []))
  if (codes.some((code) => ENDING.includes(code))) named.delete('NET::ERR_CERT_DATE_INVALID')
  const isOther = codes.some((code) => ERRORS[code] === undefined)
  const isAboutChain = [...named].some((error) => error !== 'NET::ERR_CERT_COMMON_NAME_INVALID')
  if (isOther && !isAboutChain) return 'NET::ERR_CERT_INVALID'
  return BROWSER_ERRORS.find((error) => named.has(error)) ?? 'NET::ERR_CERT_INVALID'
}

/** What HP SIM calls such a warning; of times, the reasons tell which. */
export function warningOfBrowser(
  error: BrowserError,
  reasons: readonly Reason<TrustCode>[],
): Warning {
  switch (error) {
    case 'NET::ERR_CERT_AUTHORITY_INVALID':
      return 'untrusted'
    case 'NET::ERR_CERT_COMMON_NAME_INVALID':
      return 'name-mismatch'
    case 'NET::ERR_CERT_DATE_INVALID':
      return reasons.find(({ code }) => code === 'not-yet-valid') === undefined
        ? 'expired'
        : 'not-yet-valid'
    case 'NET::ERR_CERT_INVALID':
    case 'NET::ERR_CERT_REVOKED':
    case 'NET::ERR_CERT_WEAK_KEY':
      return 'invalid'
  }
}

/** What HP SIM would warn of for a reason by itself. */
export function warningOf(code: TrustCode): Warning {
  if (code === 'expired' || code === 'not-yet-valid') return code
  return warningOfBrowser(ERRORS[code] ?? 'NET::ERR_CERT_INVALID', [])
}
