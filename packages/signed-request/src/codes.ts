import { deny, describeWith, type Deny, type Reason } from '@gatehouse/core'

/** Every reason that a decision about a signed request can have; the sentence is for people. */
export const CODES = {
  /** Nothing to do. */
  'request-verified': 'the request is signed with the key of a trusted certificate, whole and new',
  /** Nothing to do. */
  'value-valid': 'the single-use value was issued for this certificate and this receiver',
  /** Nothing to do. */
  'value-accepted': 'the single-use value is used up now, and was not before',

  /** Send the target in origin form: a path without dot segments, and a query if there is one. */
  'target-malformed': 'the target is not in the form that can be signed',
  /** Send the field that the source names. */
  'field-missing': 'a field that a signed request needs is missing',
  /** Find out what sent the field twice: a signer does not. */
  'field-repeated': 'a field is there more than once',
  /** Leave the field out, or read with `otherFields: 'allow'` behind a proxy that adds some. */
  'field-unexpected': 'a field is there that the signature does not cover',
  /** Spell the name of the field in lower case: only then are the bytes those that were signed. */
  'field-spelling': 'the name of a field is not spelled as it was signed',
  /** Send the fields in the order of `signRequest`. */
  'field-order': 'a field is not in its place',
  /** Send the field as `signRequest` makes it: each value has one spelling. */
  'field-malformed': 'a field does not have the form that a signed request has',
  /** Send fewer certificates, or ask what sends so much. */
  'field-too-long': 'a field is longer than the limit',
  /** Ask what sends so many. */
  'fields-too-many': 'there are more fields than the limit',
  /** Send less, or raise `maxBodyBytes`. */
  'body-too-large': 'the body is larger than the limit',
  /** Treat it as an attack until shown otherwise: the body is not as long as the signer says. */
  'body-length-wrong': 'the body does not have the length that its field says',
  /** Treat it as an attack until shown otherwise. */
  'body-changed': 'the body is not the one that was signed',

  /** Write the field as RFC 9421 and RFC 9651 say, with one signature, in canonical form. */
  'signature-input-malformed': 'the field that says what is signed cannot be read',
  /** Write the field as RFC 9421 says, with the label of the input. */
  'signature-malformed': 'the field with the signature cannot be read',
  /** Sign the component that the facts name. */
  'component-missing': 'the signature does not cover what it has to',
  /** Sign what the profile names and nothing else. */
  'component-unexpected': 'the signature covers what it may not, or in another order',
  /** Use the components without parameters: this one is not supported. */
  'component-unsupported': 'the signature covers what cannot be built here',
  /** Give the parameter that the facts name. */
  'parameter-missing': 'a parameter of the signature is missing',
  /** Give the parameters of the profile in its order, and no others. */
  'parameter-unexpected': 'a parameter of the signature is there that may not be, or out of order',
  /** Give the parameter in the form of the profile. */
  'parameter-malformed': 'a parameter of the signature does not have its form',
  /** Use `ed25519`, `ecdsa-p256-sha256` or `rsa-pss-sha512`. */
  'algorithm-unknown': 'the algorithm of the signature is not one that is accepted',
  /** Have the signer name the algorithm of the key of its certificate. */
  'algorithm-mismatch': 'the algorithm is not that of the key of the certificate',
  /** Sign with one of the tags `gatehouse-task`, `gatehouse-login` and `gatehouse-call`. */
  'purpose-unknown': 'the signature is for no purpose that there is',
  /** Send the request to where such requests are taken. */
  'purpose-mismatch': 'the signature is for another purpose',

  /** Ask the receiver for a value first, and sign with it. */
  'value-missing': 'no single-use value was asked for: the signature has none',
  /** Ask for a new value: the receiver issued no such one, or forgot its key with its used values. */
  'value-unknown': 'the single-use value was not issued here',
  /** Ask for a value with the certificate that signs. */
  'value-of-other-certificate': 'the single-use value was issued for another certificate',
  /** Ask the receiver itself for a value, after its certificate changed once more. */
  'value-of-other-audience': 'the single-use value was issued for another receiver',
  /** Ask for a new value and sign again. */
  'value-expired': 'the single-use value is no longer valid',
  /** Treat it as a replay until shown otherwise; an honest signer asks for a new value. */
  'value-used': 'the single-use value was used before',
  /** Wait until values end, or raise the limit of the store. */
  'store-full': 'the store of used values is full',
  /** See the log of the receiver: its store cannot say whether the value was used. */
  'store-failed': 'the store of used values cannot be asked',

  /** Send the request to the receiver that it was signed for; sign anew when its certificate changed. */
  'audience-mismatch': 'the request was signed for another receiver',
  /** Import the certificate of the signer, or have it send it along. */
  'certificate-unknown': 'no certificate is known under the fingerprint that the signer names',
  /** Have the signer name the certificate that it signs with. */
  'certificate-mismatch': 'the certificate is not the one that the signer names',
  /** See the reasons that follow; import the certificate if it is the right one. */
  'certificate-not-trusted': 'the certificate of the signer is not trusted',
  /** Renew the certificate; check the clock of this machine first. */
  'certificate-expired': 'the certificate of the signer is not valid at this time',
  /** Have a certificate issued with a stronger key and SHA-256 or better. */
  'certificate-weak': 'the certificate of the signer is below the required strength',
  /** Import the certificate of the console: in this mode its name alone does not count. */
  'name-without-certificate': 'the signer is registered by name, and certificates are asked for',
  /** Use Ed25519, ECDSA with P-256, or RSA of 2048 to 8192 bits. */
  'key-unsupported': 'the key of the certificate is not of a kind that can sign requests',
  /** Have a certificate issued for an RSA key of 2048 bits or more. */
  'key-too-short': 'the RSA key of the certificate has fewer than 2048 bits',
  /** Set the clocks of both machines by the same source. */
  'clock-difference': 'the request was signed at a time too far from that of this machine',
  /** Treat it as an attack until shown otherwise: something signed was changed, or another key signed. */
  'signature-wrong': 'the signature is not that of the key over this request',
} as const

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

const describeOwn: (reason: Reason<Code>) => string = describeWith(CODES)

/**
 * One line for people: the sentence of a reason's code, its facts and its source.
 *
 * A reason of another model, as follows `certificate-not-trusted`, is shown by its code.
 */
export function describe(reason: Reason<Code>): string {
  if (Object.hasOwn(CODES, reason.code)) return describeOwn(reason)
  return describeWith({ [reason.code]: reason.code })(reason)
}

/** A refusal that points at a part of the request. */
export function refuse(
  code: Code,
  request: string,
  facts?: Readonly<Record<string, string>>,
): Deny<Code> {
  return deny<Code>({ code, source: { request }, ...(facts !== undefined && { facts }) })
}
