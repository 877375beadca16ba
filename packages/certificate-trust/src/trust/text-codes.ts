import { JSON_CODES } from './json.ts'

const OWN = {
  /** Use the fields that the documents name, and no others: a misspelt one would decide nothing. */
  'field-unknown': 'there is no such field',
  /** Add the field; the place is that of the object which lacks it. */
  'field-missing': 'a field is missing',
  /** Write the value in the form that the documents name. */
  'field-malformed': 'the field does not hold what it should',
  /** Use a version of this software that knows the format. */
  'format-unknown': 'the file is not of the format that is read here',
  /** See the file that it was copied from: this is no certificate, or only a part of one. */
  'certificate-malformed': 'the certificate cannot be read',
  /** Find out which of the two is meant: there is another certificate than the one that is stated. */
  'sha256-mismatch': 'there is no certificate with this SHA-256',
  /** Remove one of the two. */
  'entry-repeated': 'the certificate is listed in this role already',
  /** Say one of the two: the place is that of the second. */
  'field-contradicted': 'two fields say different things, of which only one can count',
  /** Remove one of the two: whose the certificate is would be a matter of luck. */
  'mapping-repeated': 'the certificate or name is mapped already',
  /** List five at most; more consoles need certificates. */
  'names-too-many': 'there are more names than may be listed',
  /** Mend the path, or the permissions of the file. */
  'file-unreadable': 'the file of the certificate cannot be read',
} as const

/** Why a trust list, the configuration of an import, or a user map was refused; the sentence is for people. */
export const TRUST_TEXT_CODES: typeof OWN & typeof JSON_CODES = { ...OWN, ...JSON_CODES }

/** A code of {@link TRUST_TEXT_CODES}. */
export type TrustTextCode = keyof typeof TRUST_TEXT_CODES
