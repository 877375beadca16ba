import { describeWith, NO_POLICY_CODES, type Reason } from '@gatehouse/core'

import { CERTIFICATE_CODES } from '../certificate/codes.ts'

/** Why a line that names a key is refused whole: what is wrong with its options. */
export const OPTION_FAULTS = {
  /** Correct the name, or remove the option: the sshd of the target may be too old for it. */
  'option-unknown': 'no option has this name, or the option takes no value',
  /** Put the value in double quotes. */
  'quote-missing': 'the value does not begin with a double quote',
  /** Close the quote; a value cannot end in a backslash. */
  'quote-open': 'the double quote is not closed',
  /** Keep one of them. */
  'option-repeated': 'the option may be given once',
  /** Write YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with Z behind it for UTC. */
  'expiry-malformed': 'the expiry time is not a time',
  /** Write NAME=VALUE, the name of letters, digits and underscores. */
  'environment-malformed': 'the environment entry is not NAME=VALUE',
  /** Write host:port, an IPv6 address in brackets, the port a number from 1 to 65535 or `*`. */
  'permission-malformed': 'the forwarding permission is not host:port',
  /** Write the number of a tunnel device, or `any`. */
  'tunnel-malformed': 'the tunnel device is neither a number nor `any`',
  /** Split the line up: more than OpenSSH takes. */
  'too-many': 'too many options of one kind',
  /** Write the option in UTF-8. */
  'not-utf-8': 'the options are not UTF-8',
} as const

/** A code of {@link OPTION_FAULTS}. */
export type OptionFault = keyof typeof OPTION_FAULTS

const DECISION_CODES = {
  /** Nothing to do. */
  'key-listed': 'the key is listed, and its options let it in',
  /** Nothing to do; the reason behind it says what the certificate itself came to. */
  'authority-listed': 'the authority of the certificate is listed, and its options let it in',
  /** Add the key to the file if it should get in. */
  'key-not-listed': 'no line names the key',
  /** Mend the line. */
  'line-malformed': 'a line holds the key but cannot be read',
  /** Mend the options; a line with one bad option is refused whole. */
  'options-refused': 'the options of the line are malformed',
  /** Connect from an address that the line lets in, or change `from=`. */
  'from-mismatch': '`from=` does not let the address in',
  /** Mend `from=`: a network with host bits set, a bad mask or an empty entry voids all of it. */
  'from-malformed': '`from=` is malformed and lets nobody in',
  /** Give the key a new `expiry-time=`, or remove the line. */
  'line-expired': 'the `expiry-time=` of the line has passed',
  /** Write the time with Z behind it, or say which time zone the system has. */
  'time-zone-unknown': '`expiry-time=` is in local time, and the time zone is not known',
  /** Remove `principals=`, or write `cert-authority` before it. */
  'principals-without-authority': '`principals=` stands on a line that is no `cert-authority`',
  /** Offer a certificate, or list the key without `cert-authority`. */
  'authority-offered-as-key': 'the key is listed as an authority, which is no login key',
  /** Write `cert-authority` before the key of the authority. */
  'authority-not-marked': 'the authority of the certificate is listed without `cert-authority`',
  /** Have the owner make a new key; remove the line. */
  'key-revoked': 'the key is revoked',
  /** Sign with a type that is accepted: an RSA key with SHA-2. */
  'algorithm-refused': 'the key or signature algorithm is not accepted',
  /** Mend the program that built the request: the field named is missing, or cannot be what it says. */
  'request-malformed': 'a field of the request is malformed',
} as const

/** Why a login was allowed or refused. Part of the interface. */
export const LOGIN_CODES: typeof DECISION_CODES &
  typeof CERTIFICATE_CODES &
  typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...CERTIFICATE_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link LOGIN_CODES}. */
export type LoginCode = keyof typeof LOGIN_CODES

/** One line for people: the sentence of a reason's code, and its source. */
export const describeLogin: (reason: Reason<LoginCode>) => string = describeWith(LOGIN_CODES)
