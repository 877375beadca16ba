import { describeWith, type Reason } from '@gatehouse/core'

/** What a person is warned of, in the words of HP SIM; the sentence is for people. */
export const WARNINGS = {
  none: 'a browser shows the page without a warning',
  untrusted: 'nobody that is trusted vouches for the certificate',
  'not-yet-valid': 'the certificate is not valid yet',
  expired: 'the certificate is no longer valid',
  invalid: 'the certificate is invalid for another reason',
  'name-mismatch': 'the certificate is for other names than the one that was asked for',
} as const

/** A kind of warning. */
export type Warning = keyof typeof WARNINGS

/** What to do; the facts of a remedy say with what. */
export const REMEDY_CODES = {
  'correct-clock': 'correct the clock, of this machine or of the one that made the certificate',
  wait: 'wait until the certificate is valid',
  renew: 'renew the certificate',
  'stop-using': 'stop using the certificate, and have another one issued',
  'import-certificate':
    'compare the fingerprint with the system itself, then import the certificate as that of a system',
  'import-root':
    'import the root that the certificate comes from, after its fingerprint was compared',
  'send-intermediates': 'have the system send the certificates between its own and the root',
  'browse-by-name': 'use a name that stands in the certificate',
  'reissue-with-name': 'have a certificate issued with the name',
  regenerate: 'have the certificate made anew',
  'suspect-attack': 'treat it as an attack until shown otherwise',
  'get-list': 'get a current revocation list',
} as const

/** A code of {@link REMEDY_CODES}. */
export type RemedyCode = keyof typeof REMEDY_CODES

/** Something to do, the certificate that it is about, and what with. */
export type Remedy = Reason<RemedyCode>

/** One line for people. */
export const describeRemedy: (remedy: Remedy) => string = describeWith(REMEDY_CODES)
