import { describeWith, type Reason } from '@gatehouse/core'

import { KEY_FAULTS, type KeyFaultCode } from '../key/codes.ts'

/** Why bytes or a text are no certificate, besides the faults of the keys inside. */
export const CERTIFICATE_FAULTS = {
  /** The blob is longer than any packet that could carry it: look where it comes from. */
  'certificate-too-long': 'the certificate is longer than 256 KiB',
  /** A plain key stands where a certificate is expected. */
  'certificate-plain-key': 'this is a plain key, not a certificate',
  /** The type is that of no certificate here, or of the retired `ssh-dss`: sign another key. */
  'certificate-type-unknown': 'the certificate type is not known',
  /** The kind is neither 1, a user's, nor 2, a host's: have it signed again. */
  'certificate-kind-unknown': 'the certificate is neither for a user nor for a host',
  /** OpenSSH takes at most 256: have several certificates signed. */
  'principals-too-many': 'the certificate names more than 256 principals',
  /** The key that signed is itself a certificate, or of the retired `ssh-dss`. */
  'authority-not-plain-key': 'the authority of the certificate is no plain key that may sign',
  /** The signature breaks off, is followed by more, or has no form of its type. */
  'signature-malformed': 'the signature is not well-formed',
  /** The signature says that it was made by another type of key than the one beside it. */
  'signature-type-mismatch': 'the type of the signature does not fit the key',
  /** Treat it as an attack until shown otherwise: it was changed, or another key signed. */
  'signature-invalid': 'the signature is not that of the key beside it',
} as const

/** Code of one way in which a certificate can be malformed, or forged. */
export type CertificateFaultCode = keyof typeof CERTIFICATE_FAULTS | KeyFaultCode

/** A refused certificate, as data. */
export interface CertificateFault {
  /** What was wrong first. */
  readonly fault: CertificateFaultCode
}

/** The sentence of a fault, for people. */
export function describeCertificateFault(fault: CertificateFault): string {
  return { ...KEY_FAULTS, ...CERTIFICATE_FAULTS }[fault.fault]
}

/** Every reason that a decision about a certificate can have; the sentence is for people. */
export const CERTIFICATE_CODES = {
  /** Nothing to do. */
  'certificate-valid':
    'an authority that is trusted here signed the certificate, and all in it holds',

  /** See the reason behind it: no line names the authority, or one refuses it. */
  'authority-untrusted': 'the authority of the certificate is not trusted here',
  /** Have the owner make a new key, and have that one signed. Never fall back to the plain key. */
  'certificate-revoked': 'the certificate, its key or its authority is revoked',
  /** Have the authority sign with `rsa-sha2-512` (`ssh-keygen -t rsa-sha2-512`), or by another key. */
  'signature-type-refused': 'the authority signed with SHA-1',
  /** A host's certificate was offered for a login. */
  'certificate-not-user': 'the certificate is not for a user',
  /** A user's certificate was offered by a host. */
  'certificate-not-host': 'the certificate is not for a host',
  /** Correct the clock of this machine, or wait. */
  'certificate-not-yet-valid': 'the certificate is not valid yet',
  /** Have it signed again; check the clock of this machine first. */
  'certificate-expired': 'the certificate is no longer valid',
  /** Have it signed with `-n`; since OpenSSH 10.3 such a certificate is good for nobody. */
  'principals-missing': 'the certificate names no principal',
  /** Have it signed for this account or host, or name one of its principals in `principals=`. */
  'principal-not-listed': 'none of the principals of the certificate is the one asked for',
  /** See the fact: what the authority demands is not understood, so it cannot be kept. */
  'critical-option-unknown': 'the certificate has a critical option that is not understood',
  /** A host's certificate can have none: have it signed without. */
  'critical-option-on-host': 'the certificate of the host has a critical option',
  /** See the fact: have it signed again, by `ssh-keygen`. */
  'option-malformed': 'an option of the certificate is not well-formed',
  /** See the fact: two of one name contradict each other. Have it signed again. */
  'option-repeated': 'an option of the certificate stands twice',
  /** Have it signed again by software that sorts options by name; refused in `strict` only. */
  'options-out-of-order': 'the options of the certificate are not in the order of their names',
  /** Have it signed with a list of addresses and CIDR prefixes; no wildcards, no negation. */
  'source-address-malformed': 'the addresses that the certificate is bound to cannot be read',
  /** Connect from one of the addresses that it is bound to. */
  'source-address-not-listed': 'the certificate does not allow this address',
  /** Have both name the same command, or only one of them. */
  'forced-command-mismatch': 'the certificate and the line force different commands',
} as const

/** Code of a reason of a decision about a certificate. */
export type CertificateCode = keyof typeof CERTIFICATE_CODES

/** One line for people: the sentence of the code, its facts and its source. */
export const describeCertificate: (reason: Reason<CertificateCode>) => string =
  describeWith(CERTIFICATE_CODES)
