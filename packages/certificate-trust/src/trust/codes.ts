import { describeWith, type Reason } from '@gatehouse/core'
import { CODES } from '../codes.ts'

const OWN = {
  /** Nothing to do. */
  'certificate-pinned': 'the certificate itself stands in the list of trusted certificates',
  /** Import the certificate of the system or console, or the root that issued it. */
  'trust-list-empty': 'the list of trusted certificates is empty',
  /** Have the system use its new certificate, or import this one anew. */
  'trust-ended': 'the certificate was trusted until a date that has passed',
  /** Import it in the role that it is used in, if that is meant. */
  'role-mismatch': 'the certificate is trusted in another role',
  /** Give the system a certificate of its own: a root is trusted to issue, not to be used. */
  'root-as-peer': 'a root is used by a peer',
  /** Import the certificate of the console itself, or ask for the console by name. */
  'console-name-missing': 'a root vouches for a console only by name, and none is asked for',

  /** Import the certificate of the console, then set the mode `certificate`. */
  'trust-none': 'no console is trusted',
  /** Use one of the modes `none`, `certificate` and `name`. */
  'trust-mode-unknown': 'the trust mode is none that there is',
  /** Have the console offer its certificate. */
  'certificate-missing': 'the caller offers no certificate',
  /** Set the mode `certificate`: anybody can claim a name. */
  'name-listed': 'the name that the caller claims is listed; nothing shows that it is its own',
  /** Add the name, if the console is meant. */
  'name-not-listed': 'the name that the caller claims is not listed',
  /** Have the console say its name. */
  'caller-name-missing': 'the caller claims no name',
  /** List five at most; more consoles need certificates. */
  'names-too-many': 'there are more names than may be listed',
  /** Set the mode `certificate`: this one protects nothing. */
  'trust-all': 'every caller is trusted',

  /** Nothing to do; turn on `requireTrustedCertificates` when all systems have trusted ones. */
  'trusted-certificates-not-required': 'trusted certificates are not required',
  /** Nothing to do: monitoring goes on, whatever the certificate. */
  'monitoring-goes-on': 'monitoring needs no trusted certificate',
  /** Nothing to do. */
  'system-trusted': 'the certificate of the system is trusted',
  /** Mend what the other reasons name, or have a root that is trusted issue the certificate. */
  'secure-command-blocked': 'secure commands need a trusted certificate',

  /** Compare the fingerprint with that which the system itself shows. */
  'confirmation-needed': 'a person has to confirm the fingerprint',
  /** Import the certificate by file: the network cannot be trusted to show the right one. */
  'pull-refused': 'certificates are not imported over the network where trusted ones are required',
  /** Treat it as an attack until shown otherwise: this is not the certificate of the system. */
  'fingerprint-mismatch': 'the fingerprint is not that of the certificate',
} as const

/**
 * Every reason that a decision about trust can have: those about certificates, and those about the
 * list, the trust modes and imports. The sentence is for people.
 */
export const TRUST_CODES: typeof CODES & typeof OWN = { ...CODES, ...OWN }

/** Code of a reason for a decision about trust. */
export type TrustCode = keyof typeof TRUST_CODES

/** One line for people: the sentence of a reason's code, its facts and the certificate. */
export const describeTrust: (reason: Reason<TrustCode>) => string = describeWith(TRUST_CODES)
