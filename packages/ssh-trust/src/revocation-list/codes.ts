/** Why bytes are no key revocation list; the sentence is for people. */
export const REVOCATION_LIST_FAULTS = {
  /** Raise `maxBytes`, if the list is meant. */
  'list-too-long': 'the revocation list is larger than the limit',
  /** The file is no KRL: a list of keys as text is read by `parseRevokedKeys`. */
  'list-magic-wrong': 'this is no key revocation list',
  /** Have it written by `ssh-keygen -k`, as version 1. */
  'list-version-unknown': 'the version of the revocation list is not known',
  /** Get it again: it breaks off. */
  'list-truncated': 'the revocation list ends inside a field',
  /** Get it again, or have it made anew: more stands in a section than belongs there. */
  'list-trailing': 'a section of the revocation list holds more than belongs there',
  /** Have it made anew: a section is not known, so what it revokes is not either. */
  'list-section-unknown': 'a section of the revocation list is not known',
  /** Have it made anew without: OpenSSH 10 does not take signed lists either. */
  'list-section-signature': 'the revocation list is signed, which is not supported',
  /** Use software that understands it. */
  'list-extension-critical': 'the revocation list has a critical extension that is not understood',
  /** Have it made anew: a text in it is not UTF-8 or holds a NUL. */
  'list-text-malformed': 'a text in the revocation list is malformed',
  /** Have it made anew: the key of an authority in it cannot be read. */
  'list-authority-malformed': 'the key of an authority in the revocation list is malformed',
  /** Have it made anew: serial numbers go from 1 to 2^64 - 1, the lower one first. */
  'list-serial-malformed': 'a serial number in the revocation list is zero, or a range is reversed',
  /** Have it made anew: a bitmap of more than 2^24 bits, or a negative one. */
  'list-bitmap-malformed': 'a bitmap in the revocation list is malformed or too long',
  /** Have it made anew: a fingerprint has not the length of its hash. */
  'list-fingerprint-malformed': 'a fingerprint in the revocation list has the wrong length',
} as const

/** Code of one way in which a list can be malformed. */
export type RevocationListFaultCode = keyof typeof REVOCATION_LIST_FAULTS

/** A refused list, as data. Refuse every key and certificate then: what is revoked is not known. */
export interface RevocationListFault {
  /** What was wrong first. */
  readonly fault: RevocationListFaultCode
  /** Byte of the field or section that it was found in. */
  readonly offset: number
}
