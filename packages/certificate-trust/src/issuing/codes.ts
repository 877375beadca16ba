import { describeWith, GatehouseError, type Reason, type SourceRef } from '@gatehouse/core'

/** Why something is not issued, or a file with a key not taken; the sentence is for people. */
export const ISSUING_CODES = {
  /** Correct the name: the facts say which. Host names outside of ASCII are given as `xn--…`. */
  'name-malformed': 'a name is not well-formed',
  /** Give a host name, an address or a mail address: common names do not count. */
  'names-missing': 'there is no alternative name',
  /** Give a common name or another part of the subject. */
  'subject-missing': 'the subject is empty',
  /** Use another key: see the fact. */
  'key-refused': 'the key is not one that certificates are issued for',
  /** Give the key that belongs to the certificate. */
  'issuer-key-mismatch': 'the key is not that of the issuing certificate',
  /** Issue with an authority: basic constraints and key usage have to say so. */
  'issuer-not-authority': 'the issuing certificate is not that of an authority',
  /** Use an authority that may have others below it, or issue no authority. */
  'issuer-path-length': 'the issuing authority may not have as many authorities below it',
  /** Ask for fewer days, or renew the authority first. */
  'beyond-issuer': 'the time asked for is not within that of the issuing certificate',
  /** Make the authority anew with the key usage cRLSign. */
  'issuer-may-not-sign-lists': 'the issuing authority may not sign lists',
  /** See the fact: our own verifier would not trust what was asked for. */
  'refused-by-verifier': 'the verifier would refuse the certificate',

  /** Have the request made anew: see the fact. */
  'request-refused': 'the request is not in order',
  /** Allow the name, if whoever asks may have it, or have the request made anew without. */
  'name-not-allowed': 'the request asks for a name that is not allowed',
  /** Have the request made anew: only host names, addresses and mail addresses are issued. */
  'name-form-unsupported': 'the request asks for a form of name that is not issued',

  /** Make the authority anew: what it issued names its key, and every trust list its certificate. */
  'authority-as-example': 'the certificate is that of an authority',
  /** Make a request like it, and have its authority issue the next one. */
  'issued-by-authority': 'an authority issued the certificate',

  /** Give 16 to 20 bytes, the first of them from 1 to 127. */
  'serial-number-malformed': 'the serial number is not one that is issued',
  /** Name each certificate once. */
  'entry-repeated': 'a certificate stands on the list twice',

  /** Look for the certificate that was issued to the request made with this key. */
  'certificate-for-other-key': 'no certificate is for the key',
  /** Give the request that was made with this key. */
  'request-for-other-key': 'the request is not for the key',

  /** Give the passphrase. */
  'passphrase-missing': 'the key is encrypted, and there is no passphrase',
  /** Try again; if the passphrase is right, get the file again. The two cannot be told apart. */
  'passphrase-wrong': 'the passphrase is wrong, or the file was changed',
  /** Convert the file with the program that made it: AES and PBKDF2 are read. */
  'encryption-unsupported': 'the encryption is not one that is read',
  /** Do not use the file: nobody needs as many, and they hold this machine up. */
  'iterations-too-many': 'the file asks for more work than a passphrase may cost',
  /** Have it made anew with a MAC: without, anybody may have changed it. */
  'integrity-missing': 'the store has no MAC',
  /** Have it made anew with a MAC of HMAC and SHA-256. */
  'integrity-unsupported': 'the MAC is not of a kind that is read',
  /** Have it made anew: what is inside is no key that Node can use. */
  'key-unreadable': 'the private key cannot be read',
  /** Give a file with one private key. */
  'key-not-one': 'there is not exactly one private key',
} as const

/** Code of a reason not to issue, or not to take a file. */
export type IssuingCode = keyof typeof ISSUING_CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describeIssuing: (reason: Reason<IssuingCode>) => string = describeWith(ISSUING_CODES)

/** Nothing was issued, or a file not taken: `reason` says why. Nothing was written anywhere. */
export class IssuingError extends GatehouseError {
  readonly code = 'ERR_CONFIG'
  /** Why, as data. */
  readonly reason: Reason<IssuingCode>

  constructor(code: IssuingCode, { source, facts }: IssuingErrorDetails = {}) {
    const reason: Reason<IssuingCode> = {
      code,
      ...(source === undefined ? {} : { source }),
      ...(facts === undefined ? {} : { facts }),
    }
    super(describeIssuing(reason), source === undefined ? {} : { source })
    this.reason = reason
  }
}

/** What a reason says beside its code. */
interface IssuingErrorDetails {
  readonly source?: SourceRef
  readonly facts?: Readonly<Record<string, string>>
}
