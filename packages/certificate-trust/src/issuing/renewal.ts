import type { Certificate } from '../certificate/certificate.ts'

/**
 * Whether a certificate should be renewed: when two thirds of its life are over, or all of it.
 *
 * A share of its life suits short ones as well as long ones. Of a year it leaves four months: whoever
 * renews in time never sees the first warning, 90 days before the end, and those who have pinned the
 * old certificate have time to take the new one.
 *
 * @throws RangeError when `at` is no date.
 */
export function renewalDue({ notBefore, notAfter }: Certificate, at: Date): boolean {
  const seconds = Math.floor(at.getTime() / 1000)
  if (Number.isNaN(seconds)) throw new RangeError('`at` is no date')
  return seconds >= notBefore + Math.floor(((notAfter + 1 - notBefore) * 2) / 3)
}
